import { readFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { examineAll, verdictOf } from '../../../src/app/doctor.ts';
import type { Check } from '../../../src/app/doctor/check.ts';
import { MINUTE } from '../../../src/core/time.ts';
import { NOW } from '../../support/command-line.ts';
import { answers, makePatient, silent, type PatientParts } from '../../support/patient.ts';

async function checksOf(parts: PatientParts): Promise<readonly Check[]> {
  return examineAll(makePatient(parts));
}

/** `state said | fix` of the first check of a name. */
async function checked(name: string, parts: PatientParts): Promise<string> {
  const check = (await checksOf(parts)).find((one) => one.name === name);
  return check === undefined ? 'none' : `${check.state} ${check.said}${check.fix === '' ? '' : ` | ${check.fix}`}`;
}

const FORGE = { FORGE_URL: 'http://forgejo:3000' };
const CODEBERG = '[[forges]]\nurl = "https://codeberg.org"\ntoken = "t"\n';
const GADGET = { '/f/projects/gadget.toml': 'repo = "johba/gadget"\nforge_url = "https://codeberg.org"\n' };
const MATRIX = { MATRIX_HOMESERVER: 'https://m.example', MATRIX_TOKEN: 't', MATRIX_ROOM_ID: '!a:m.example' };
const OPEN = { REACTOR_LISTEN: '0.0.0.0:8787' };
const denied = answers({ message: 'forbidden' }, 403);
const container = (stack: string, labels: object = {}, name = '/x') => ({
  Names: [name],
  Labels: { 'com.docker.compose.project': stack, ...labels },
});
const containers = (...list: readonly object[]) => ({ '/containers/json': answers(list) });
const read = (more: object) => async () =>
  ({ state: 'read', events: 7, newest: NOW - MINUTE, forge: null, writer: 'pid 57', inUse: false, ...more }) as const;
const problem = { file: 'reactor.toml', line: 3, key: 'listne', message: 'is not a key', hint: 'listen' };

test('a reactor with nothing configured on a box that has everything is told what more there could be', async () => {
  const checks = await checksOf({});
  expect(checks.map(({ name, state }) => `${state} ${name}`)).toEqual([
    'ok node',
    'ok configuration',
    'ok rules',
    'ok state',
    'ok daemon',
    'ok webhooks',
    'ok posted events',
    'ok docker box',
    'ok owners',
    'ok phase and lock files',
    'ok change notices',
    'ok memory',
    'ok tmux',
    'ok ops repo',
    'warn matrix',
    'warn forge',
    'warn ci',
  ]);
  expect(verdictOf(checks)).toBe(0);
});

describe('what is broken comes with the line that mends it', () => {
  test.each<[string, PatientParts, string]>([
    ['node', { me: { user: 'op', node: '24.14.9' } }, 'broken 24.14.9 is older than 24.15 | npm ci && npm start'],
    ['node', { me: { user: 'op', node: '26.0.0' } }, 'ok 26.0.0'],
    ['configuration', { toml: '\n\nlistne = 1' }, 'broken /box/reactor.toml:3 listne: is not a key | listen'],
    [
      'rules',
      { rules: async () => ({ rules: 0, problems: [problem], notices: [] }) },
      'broken reactor.toml:3 listne: is not a key | listen',
    ],
    [
      'state',
      { places: { '/box/.reactor': { writable: false } } },
      'broken /box/.reactor cannot be written to | sudo mkdir -p /box/.reactor && sudo chown -R op /box/.reactor',
    ],
    [
      'state',
      { places: { '/box/.reactor': { is: 'file' } } },
      'broken /box/.reactor is no folder | REACTOR_HOME=.reactor',
    ],
    ['state', { remembered: async () => ({ state: 'unreadable', reason: 'it is damaged' }) }, 'broken it is damaged'],
    ['state', { remembered: read({}) }, 'ok /box/.reactor/reactor.db: 7 events, the newest 1m old'],
    [
      'daemon',
      { daemon: async () => ({ state: 'ready', reasons: [], url: 'http://x' }), remembered: read({ inUse: true }) },
      'ok ready at http://x (pid 57)',
    ],
    [
      'daemon',
      { daemon: async () => ({ state: 'starting', reasons: ['docker has not looked'], url: 'http://x' }) },
      'warn runs at http://x and is not ready: docker has not looked',
    ],
    [
      'daemon',
      { daemon: async () => ({ state: 'stranger', reasons: ['no reactor'], url: 'http://x' }) },
      'broken no reactor | REACTOR_LISTEN=127.0.0.1:8788',
    ],
    [
      'daemon',
      { remembered: read({ inUse: true }) },
      'broken another reactor (pid 57) has /box/.reactor, and none answers at http://127.0.0.1:8787 | REACTOR_HOME=.reactor-2',
    ],
    [
      'daemon',
      { listen: 'EADDRINUSE' },
      'broken not running, and 127.0.0.1:8787 is taken by another program | REACTOR_LISTEN=127.0.0.1:8788',
    ],
    [
      'daemon',
      { env: { REACTOR_LISTEN: '10.1.2.3:8787' }, listen: 'EADDRNOTAVAIL' },
      'broken not running, and 10.1.2.3:8787 is no address of this box | REACTOR_LISTEN=127.0.0.1:8788',
    ],
    [
      'daemon',
      { env: { REACTOR_LISTEN: '0.0.0.0:80' }, listen: 'EACCES' },
      'broken not running, and 0.0.0.0:80 may not be listened on: ports below 1024 are for root | REACTOR_LISTEN=0.0.0.0:8788',
    ],
    [
      'webhooks',
      { env: OPEN },
      'broken 0.0.0.0:8787 is open to other boxes, and without a secret every webhook of theirs is refused | FORGEJO_WEBHOOK_SECRET=$(openssl rand -hex 32)',
    ],
    ['webhooks', { env: { ...OPEN, FORGEJO_WEBHOOK_SECRET: 's' } }, 'ok signed ones at 0.0.0.0:8787'],
    [
      'posted events',
      { env: OPEN },
      'warn from this box alone: no token is set | REACTOR_API_TOKEN=$(openssl rand -hex 32)',
    ],
    [
      'phase and lock files',
      { places: { '/tmp': { is: 'file' } } },
      'broken /tmp is no folder: mount the folder, not a file of it | FACTORY_TMP=/',
    ],
    [
      'phase and lock files',
      {
        proc: {
          'self/mountinfo': '1 1 0:1 / /tmp/dev\\0401.phase rw - ext4 x rw\n2 1 0:1 / /tmp/sub rw - ext4 x rw\n',
        },
        places: { '/tmp/dev 1.phase': { is: 'file' } },
      },
      'broken /tmp/dev 1.phase: a mounted file keeps its first content for ever, mount the folder | volumes: ["/tmp:/tmp:ro"]',
    ],
    [
      'change notices',
      { unwatched: 'the limit fs.inotify.max_user_watches is reached (ENOSPC)' },
      'warn the limit fs.inotify.max_user_watches is reached (ENOSPC); everything is looked at every 5 s instead | sudo sysctl -w fs.inotify.max_user_watches=524288',
    ],
    [
      'change notices',
      { unwatched: 'NFS gives no change notices' },
      'warn NFS gives no change notices; everything is looked at every 5 s instead',
    ],
    [
      'change notices',
      { proc: { 'sys/fs/inotify/max_user_instances': '64\n' } },
      'warn only 64 watchers a user, and all containers share them | sudo sysctl -w fs.inotify.max_user_instances=1024',
    ],
    [
      'memory',
      { proc: { 'pressure/memory': null } },
      'warn the kernel gives no pressure (PSI), and rules that read it stay silent; add to its command line: | psi=1',
    ],
    [
      'tmux',
      { terminal: { sessions: async () => ({ state: 'unavailable', reason: 'tmux is not installed' }) } },
      'warn tmux is not installed: nudges are skipped, all else works | sudo apt-get install tmux',
    ],
    [
      'ops repo',
      { places: { '/box/.reactor/ops': { is: 'missing', writable: false } } },
      'broken /box/.reactor/ops cannot be written to | sudo mkdir -p /box/.reactor/ops && sudo chown -R op /box/.reactor/ops',
    ],
    [
      'ops repo',
      { places: { '/box/.reactor/ops': { is: 'missing' } } },
      'ok /box/.reactor/ops: made when the first page is written',
    ],
    [
      'journal fallback',
      { env: { FACTORY_ROOT: '/f' }, places: { '/f/state/supervisor-journal': { writable: false } } },
      'warn /f/state/supervisor-journal cannot be written to | sudo mkdir -p /f/state/supervisor-journal && sudo chown -R op /f/state/supervisor-journal',
    ],
    [
      'factory',
      { env: { FACTORY_ROOT: '/f' }, places: { '/f': { is: 'missing' } }, contained: true },
      'broken there is no folder /f | volumes: ["/opt/disinto:/f:ro"]',
    ],
    [
      'factory',
      { env: { FACTORY_ROOT: '/f' } },
      'warn /f has no projects/*.toml | PROJECT_NAME=harb FORGE_REPO=johba/harb',
    ],
    [
      'matrix',
      { env: MATRIX, chat: { check: async () => ({ ok: false, said: 'Invite the bot' }) } },
      'broken Invite the bot',
    ],
    [
      'matrix',
      { env: MATRIX, chat: { check: async () => ({ ok: true, said: '@bot is in ops' }) } },
      'ok @bot is in ops',
    ],
    ['logs', { env: { DISINTO_LOG_DIR: '/logs' } }, 'ok /logs'],
    [
      'logs',
      { env: { DISINTO_LOG_DIR: '/logs' }, places: { '/logs': { is: 'missing' } } },
      'broken there is no folder /logs | DISINTO_LOG_DIR=/home/agent/data/logs',
    ],
    ['forge', { env: FORGE }, 'ok http://forgejo:3000: version 15.0.1'],
    [
      'forge',
      { env: FORGE, web: silent('ENOTFOUND', 'getaddrinfo ENOTFOUND forgejo') },
      'broken http://forgejo:3000 does not answer: getaddrinfo ENOTFOUND forgejo | FORGE_URL=http://forgejo:3000',
    ],
    [
      'forge',
      { env: FORGE, web: answers('<html>', 200) },
      'broken http://forgejo:3000 answers 200, and no Forgejo is there | FORGE_URL=http://forgejo:3000',
    ],
    ['forge webhooks', { env: FORGE, remembered: read({ forge: NOW - MINUTE }) }, 'ok the last one 1m ago'],
    ['forge webhooks', {}, 'none'],
    ['forge codeberg.org', { toml: CODEBERG }, 'ok https://codeberg.org: version 15.0.1'],
    [
      'forge codeberg.org',
      { env: FORGE, toml: CODEBERG, web: silent('ENOTFOUND') },
      'broken https://codeberg.org does not answer: ENOTFOUND | [[forges]] url = "https://…"',
    ],
    [
      'forge codeberg.org',
      { env: { ...FORGE, FACTORY_ROOT: '/f' }, projects: GADGET },
      'warn gadget: at https://codeberg.org, of which no token is set, so that it is not looked at. If it is the forge of FORGE_URL, write [forge] aliases = ["https://codeberg.org"]; else: | [[forges]]\nurl = "https://codeberg.org"\ntoken_file = "/run/secrets/codeberg_org"',
    ],
  ])('%s %#', async (name, parts, expected) => {
    expect(await checked(name, parts)).toBe(expected);
  });
});

test('a name of ours that nothing reads is told, and those of Compose files are left alone', async () => {
  const env = { REACTOR_LISTN: '0.0.0.0:1', REACTOR_API_TOKEN_FILE: '', REACTOR_USER: '1000', FORGE_SMTP: 'x' };
  const compose = readFileSync(new URL('../../../docker-compose.override.yml', import.meta.url), 'utf8');
  const named = compose.matchAll(/\$\{(REACTOR_\w+)/g);
  const checks = await checksOf({ env: { ...env, ...Object.fromEntries([...named].map(([, name]) => [name, ''])) } });
  const said = checks.filter(({ name }) => name === 'configuration').map((check) => `${check.state} ${check.said}`);
  expect(said).toEqual([
    'ok nothing is set, the defaults are used',
    expect.stringMatching(
      /^warn REACTOR_LISTN is set, and is no setting: it changes nothing\. There are .*REACTOR_LISTEN/,
    ),
  ]);
});

test.each([
  ['127.0.0.1:8787', 'loopback'],
  ['[::1]:8787', 'loopback'],
  ['localhost:8787', 'loopback'],
  ['0.0.0.0:8787', 'private'],
  ['172.18.0.5:8787', 'private'],
  ['172.32.0.5:8787', '172.32.0.5'],
  ['reactor.example:8787', 'reactor.example'],
])('a forge that calls a reactor at %s has to allow %s', async (listen, allowed) => {
  expect(await checked('forge webhooks', { env: { ...FORGE, REACTOR_LISTEN: listen } })).toBe(
    `warn none has arrived yet. Forgejo calls no private address unless it is told to, by its environment: | FORGEJO__webhook__ALLOWED_HOST_LIST=external,${allowed}`,
  );
});

describe('docker', () => {
  const all = (answer: ReturnType<typeof silent>) =>
    Object.fromEntries(
      ['/_ping', '/version', '/events', '/containers/json', '/images/json', '/volumes', '/networks', '/info'].map(
        (path) => [path, answer],
      ),
    );
  const SOCKET = { DOCKER_HOST: 'unix:///run/d.sock' };

  test.each<[string, PatientParts, string]>([
    ['answers', containersOf('harb'), 'ok unix:///var/run/docker.sock: 28.2.2, API 1.50, 1 container'],
    [
      'is not there and nobody asked for it',
      { docker: all(silent('ENOENT')) },
      'warn there is no socket /var/run/docker.sock; it is looked for all the time | sudo systemctl start docker',
    ],
    [
      'is not there although it was configured',
      { docker: all(silent('ENOENT')), env: SOCKET },
      'broken there is no socket /run/d.sock; it is looked for all the time | sudo systemctl start docker',
    ],
    [
      'is not mounted into the container',
      { docker: all(silent('ENOENT')), contained: true },
      'warn there is no socket /var/run/docker.sock; it is looked for all the time | volumes: ["/var/run/docker.sock:/var/run/docker.sock:ro"]',
    ],
    [
      'may not be opened',
      { docker: all(silent('EACCES')) },
      'broken the user op may not open /var/run/docker.sock | sudo usermod -aG docker op && newgrp docker',
    ],
    [
      'may not be opened from inside of a container',
      { docker: all(silent('EACCES')), contained: true, places: { '/var/run/docker.sock': { is: 'other', gid: 998 } } },
      'broken the user op may not open /var/run/docker.sock | group_add: ["998"]',
    ],
    [
      'is down behind its socket',
      { docker: all(silent('ECONNREFUSED', 'connect ECONNREFUSED')) },
      'warn nobody answers at /var/run/docker.sock: connect ECONNREFUSED | sudo systemctl restart docker',
    ],
    [
      'is elsewhere and cannot be reached',
      { docker: all(silent('TIMEOUT', 'no answer in time')), env: { DOCKER_HOST: 'tcp://10.0.0.2:2375' } },
      'broken tcp://10.0.0.2:2375 cannot be reached: no answer in time | DOCKER_HOST=tcp://docker-proxy:2375',
    ],
    [
      'is behind a proxy that denies what is needed',
      { docker: { '/events': denied, '/containers/json': denied, '/images/json': denied } },
      'broken the proxy at unix:///var/run/docker.sock denies GET /events, /containers/json, /images/json; set in its environment: | EVENTS=1 CONTAINERS=1 IMAGES=1',
    ],
    [
      'is behind a proxy that denies what only helps',
      { docker: { '/volumes': denied, '/info': denied } },
      'warn the proxy at unix:///var/run/docker.sock denies GET /volumes, /info; set in its environment: | VOLUMES=1 INFO=1',
    ],
    [
      'is something else',
      { docker: { '/version': answers({ hello: 1 }) } },
      'broken what answers at unix:///var/run/docker.sock is no Docker Engine | DOCKER_HOST=unix:///var/run/docker.sock',
    ],
    [
      'is broken itself',
      { docker: { '/networks': answers({ message: 'it hurts' }, 500) } },
      'broken GET /networks answers 500: it hurts',
    ],
  ])('that %s', async (_, parts, expected) => {
    expect(await checked('docker box', parts)).toBe(expected);
  });

  function containersOf(...stacks: readonly string[]): PatientParts {
    return { docker: containers(...stacks.map((stack) => container(stack))) };
  }

  test('each engine is looked at by itself', async () => {
    const toml = '[[docker]]\nhost = "a"\nurl = "tcp://a:2375"\n[[docker]]\nhost = "b"\nurl = "tcp://b:2375"\n';
    const names = (await checksOf({ toml })).map(({ name }) => name);
    expect(names.filter((name) => name.startsWith('docker'))).toEqual(['docker a', 'docker b']);
  });

  test('a stack that nobody answers for comes with the lines that name somebody', async () => {
    const docker = containers(
      container('harb'),
      container('harb'),
      container('my stack.1'),
      container('disinto'),
      container('bots', { 'com.disinto.owner': '@bo' }),
      container('ours', { 'com.disinto.managed': 'true' }),
      container('known'),
      { Names: ['/alone'], Labels: {} },
    );
    expect(await checked('owners', { docker, toml: '[siblings.known]\nowner = "@kim"\n' })).toBe(
      'warn nobody is known to answer for harb, my stack.1; write in reactor.toml: | [siblings.harb]\nowner = "@name"\n\n[siblings."my stack.1"]\nowner = "@name"',
    );
  });
});

test('what throws or never answers is a finding of its own, and stops no other', async () => {
  const checks = await checksOf({
    rules: () => Promise.reject(new Error('the disk is on fire')),
    daemon: () => Promise.reject(new TypeError('oops')),
  });
  expect(checks.filter(({ state }) => state === 'broken')).toEqual([
    { name: 'rules', state: 'broken', said: 'could not be looked at: the disk is on fire', fix: '' },
    { name: 'daemon', state: 'broken', said: 'could not be looked at: oops', fix: '' },
  ]);
  expect(checks.length).toBeGreaterThan(12);
});

test('what hangs holds nobody up for ever', async () => {
  vi.useFakeTimers();
  try {
    const hanging = checksOf({ daemon: () => new Promise(() => undefined) });
    await vi.advanceTimersByTimeAsync(8_000);
    expect((await hanging).filter(({ state }) => state === 'broken')).toEqual([
      { name: 'daemon', state: 'broken', said: 'no answer in time', fix: '' },
    ]);
  } finally {
    vi.useRealTimers();
  }
});

test.each([
  [['ok', 'warn'], [], 0],
  [['broken'], [], 1],
  [['broken'], ['configuration'], 2],
  [['broken'], ['rules'], 2],
] as const)('%j with mistakes in %j ends with %i', (states, wrong, verdict) => {
  const checks = [
    ...states.map((state) => ({ name: 'docker', state, said: '', fix: '' })),
    ...wrong.map((name) => ({ name, state: 'broken' as const, said: '', fix: '' })),
  ];
  expect(verdictOf(checks)).toBe(verdict);
});
