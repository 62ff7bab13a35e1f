import { expect, test } from 'vitest';
import { foldersOf, parseComposeLabels, pathHere } from '../../../src/factory/compose-labels.ts';
import { ownContainer } from '../../../src/factory/mounts.ts';

const labels = (more: Readonly<Record<string, string>>) => {
  const all = { project: 'harb', service: 'app', 'project.working_dir': '/srv/harb', ...more };
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [`com.docker.compose.${name}`, value]));
};

const files = (list: string, more = {}) => parseComposeLabels(labels({ 'project.config_files': list, ...more }));

test('the files are those that Compose wrote down, in their order, with the variables beside them', () => {
  expect(files('/srv/harb/a.yml,/srv/harb/sub/../b.yml', { 'container-number': '2' })).toEqual({
    stack: 'harb',
    service: 'app',
    number: 2,
    files: ['/srv/harb/a.yml', '/srv/harb/b.yml'],
    environment: ['/srv/harb/.env'],
    flaw: '',
  });
});

test('names of Compose 1 begin at its folder, and files of variables may be named', () => {
  expect(files('docker-compose.yml', { 'project.environment_file': '/etc/a.env,b.env' })).toMatchObject({
    files: ['/srv/harb/docker-compose.yml'],
    environment: ['/etc/a.env', '/srv/harb/b.env'],
  });
});

test.each([
  ['no file', '', {}, 'did not write down'],
  ['standard input', '-', {}, 'standard input'],
  ['a path of Windows', 'C:\\x\\a.yml', { 'project.working_dir': 'C:\\x' }, 'no path of this box'],
  ['too many', Array.from({ length: 17 }, (_, i) => `/${i}.yml`).join(','), {}, 'more than 16'],
])('%s is a flaw', (_, list, more, flaw) => {
  expect(files(list, more)?.flaw).toContain(flaw);
});

test('nothing of our own folder is read in place of what is no path here', () => {
  const found = files('C:\\x\\a.yml', { 'project.working_dir': 'C:\\x' });
  expect([found?.files, found?.environment]).toEqual([[], []]);
});

test.each([
  ['one that Compose did not make', {}],
  ['one without a service', labels({ service: '' })],
  ['one that was only run', labels({ oneoff: 'True', 'project.config_files': '/a.yml' })],
])('a container is none of a service: %s', (_, given) => {
  expect(parseComposeLabels(given)).toBeNull();
});

test.each([
  ['/srv/harb/a.yml', [{ source: '/srv', target: '/host/srv' }], '/host/srv/harb/a.yml'],
  [
    '/srv/harb/a.yml',
    [
      { source: '/srv', target: '/t' },
      { source: '/srv/harb', target: '/s' },
    ],
    '/s/a.yml',
  ],
  ['/srv/harb/a.yml', [{ source: '/', target: '/host' }], '/host/srv/harb/a.yml'],
  ['/srv/harb/a.yml', [{ source: '/srv/harb/a.yml', target: '/a.yml' }], null],
  ['/srv/harbour/a.yml', [{ source: '/srv/harb', target: '/srv/harb' }], null],
  ['/app/package.json', [], null],
  ['/srv/harb/a.yml', null, '/srv/harb/a.yml'],
])('%s by mounts %j is %s', (path, binds, here) => {
  expect(pathHere(path, binds)).toBe(here);
});

test('a folder is named once', () => {
  expect(foldersOf(['/b/x.yml', '/a/x.yml', '/b/y.yml'])).toEqual(['/a', '/b']);
});

test('the id of our own container is in its mounts', () => {
  const id = '0123456789abcdef'.repeat(4);
  const line = `726 715 8:1 /var/lib/docker/containers/${id}/hostname /etc/hostname rw - ext4 /dev/sda1 rw`;
  expect(ownContainer(line)).toBe(id);
  expect(ownContainer('22 1 8:1 / / rw - ext4 /dev/sda1 rw')).toBe('');
});
