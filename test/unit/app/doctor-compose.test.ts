import { expect, test } from 'vitest';
import { examineCompose } from '../../../src/app/doctor/compose.ts';
import { answers, makePatient, silent, type PatientParts } from '../../support/patient.ts';

const SELF = '5e1f'.repeat(16);
const INSIDE = {
  proc: { 'self/mountinfo': `7 1 8:1 /var/lib/docker/containers/${SELF}/hostname /etc/hostname rw - ext4 x rw` },
  contained: true,
};
const FILE = { is: 'file', readable: true } as const;

const service = (stack: string, files: string) => ({
  Id: stack,
  Labels: {
    'com.docker.compose.project': stack,
    'com.docker.compose.service': 'app',
    'com.docker.compose.project.config_files': files,
    'com.docker.compose.project.working_dir': `/srv/${stack}`,
  },
});
const self = (...Mounts: readonly object[]) => ({ Id: SELF, Labels: {}, Mounts });
const HARB = service('harb', '/srv/harb/a.yml,/srv/harb/b.yml');
const listing = (...containers: readonly object[]) => ({ docker: { '/containers/json': answers(containers) } });

test.each<[string, PatientParts, readonly string[]]>([
  ['nothing of Compose runs', listing(self()), []],
  ['the engine is away', { docker: { '/containers/json': silent('ENOENT') } }, []],
  [
    'all can be read',
    { ...listing(HARB, HARB), places: { '/srv/harb/a.yml': FILE, '/srv/harb/b.yml': FILE } },
    ['ok 2 of harb, all readable'],
  ],
  [
    'they are on a box whose container this is',
    { ...INSIDE, ...listing(self(), HARB, service('web', '/srv/web/c.yml')) },
    [
      'warn those in /srv/harb, /srv/web are not mounted, and their images are not compared; their folders hold .env too: | volumes: ["/srv/harb:/srv/harb:ro", "/srv/web:/srv/web:ro"]',
    ],
  ],
  [
    'they are mounted somewhere',
    {
      ...INSIDE,
      ...listing(self({ Type: 'bind', Source: '/srv', Destination: '/stacks' }), HARB),
      places: { '/stacks/harb/a.yml': FILE, '/stacks/harb/b.yml': FILE },
    },
    ['ok 2 of harb, all readable'],
  ],
  [
    'one may not be read, one is in a folder that may not',
    {
      ...listing(service('harb', '/srv/harb/a.yml,/srv/web/b.yml')),
      places: {
        '/srv/harb/a.yml': { is: 'file', readable: false },
        '/srv/web/b.yml': { is: 'hidden', readable: false },
        '/srv/web': { readable: false },
      },
    },
    [
      'warn /srv/harb/a.yml cannot be read by op, and its images are not compared | sudo setfacl -m u:op:r /srv/harb/a.yml',
      'warn /srv/web/b.yml cannot be read by op, and its images are not compared | sudo setfacl -m u:op:rx /srv/web',
    ],
  ],
  [
    'one is gone',
    { ...listing(HARB), places: { '/srv/harb/a.yml': FILE, '/srv/harb/b.yml': { is: 'missing' } } },
    ['warn what runs was made from /srv/harb/b.yml, which is not on this box: images are not compared'],
  ],
])('compose files: %s', async (_, parts, said) => {
  const checks = await examineCompose(makePatient(parts));
  expect(checks.map(({ state, said: what, fix }) => `${state} ${what}${fix === '' ? '' : ` | ${fix}`}`)).toEqual(said);
});
