import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { KNOWN_KEYS, SETTINGS } from '../../../src/config/settings.ts';
import { load } from './load.ts';

const ROOT = join(import.meta.dirname, '../../..');
const ROOM = '!abc:box.example';

describe('with nothing configured', () => {
  test('there is a default for everything and nothing to complain about', () => {
    const { config, problems } = load({});
    expect(problems).toEqual([]);
    expect(config).toMatchObject({
      home: '/box/.reactor',
      host: 'testbox',
      listen: { host: '127.0.0.1', port: 8787 },
      webhookSecrets: [],
      apiToken: null,
      factoryTmp: '/tmp',
      pidNamespace: null,
      agentsContainer: null,
      factoryRoot: null,
      opsRepoRoot: '/box/.reactor/ops',
      docker: [{ host: 'testbox', url: 'unix:///var/run/docker.sock' }],
      ownStacks: ['disinto'],
      projects: [],
      matrix: null,
      forge: null,
      ci: null,
      tmuxSocket: '',
      retentionDays: 7,
      logLevel: 'info',
    });
    expect(config.siblings.size).toBe(0);
    expect(new Set(Object.values(config.origins))).toEqual(new Set(['default']));
  });

  test('the shipped rules are the first folder', () => {
    expect(load({}).config.rules.folders).toEqual([join(ROOT, 'rules')]);
  });

  test('the ops folder is inside the state folder, wherever that is', () => {
    expect(load({ env: { REACTOR_HOME: '/var/lib/reactor' } }).config.opsRepoRoot).toBe('/var/lib/reactor/ops');
  });
});

describe('where a setting comes from', () => {
  test('reactor.toml is read, and its paths start from its folder', () => {
    const toml = 'home = "state"\n[factory]\ntmp = "/run/factory"\n[rules]\nfolders = ["my-rules"]\n';
    const { config, problems } = load({ env: { REACTOR_CONFIG: 'etc/r.toml' }, files: { '/box/etc/r.toml': toml } });
    expect(problems).toEqual([]);
    expect(config.home).toBe('/box/etc/state');
    expect(config.factoryTmp).toBe('/run/factory');
    expect(config.rules.folders[1]).toBe('/box/etc/my-rules');
    expect(config.origins['home']).toBe('reactor.toml');
  });

  test('the environment wins over the file, and its paths start from the working folder', () => {
    const { config } = load({ env: { REACTOR_HOME: 'there' }, toml: 'home = "here"\nretention_days = 3\n' });
    expect(config.home).toBe('/box/there');
    expect(config.retentionDays).toBe(3);
    expect(config.origins).toMatchObject({ home: 'environment', retention_days: 'reactor.toml', host: 'default' });
  });

  test('an empty variable is an unset one', () => {
    const { config, problems } = load({ env: { REACTOR_LISTEN: '', REACTOR_CONFIG: '', FORGE_URL: '' } });
    expect(problems).toEqual([]);
    expect(config.listen.port).toBe(8787);
  });

  test.each([
    ['two secrets during a rotation, the new one first', { FORGEJO_WEBHOOK_SECRET: 'new, old' }, {}, ['new', 'old']],
    ['a secret in a file', { FORGEJO_WEBHOOK_SECRET_FILE: '/run/s' }, { '/run/s': 'from-file\n' }, ['from-file']],
    [
      'a secret in a file, relative to the working folder',
      { FORGEJO_WEBHOOK_SECRET_FILE: 's' },
      { '/box/s': 'a\nb\n' },
      ['a', 'b'],
    ],
  ])('%s', (_name, env, files, secrets) => {
    const { config, problems } = load({ env: { ...env }, files: { ...files } });
    expect(problems).toEqual([]);
    expect(config.webhookSecrets).toEqual(secrets);
  });

  test('reactor.toml may point to a secret', () => {
    const { config } = load({ toml: '[api]\ntoken_file = "t"\n', files: { '/box/t': ' tok \n' } });
    expect(config.apiToken).toBe('tok');
  });

  test('all names of the factory are understood', () => {
    const { config, problems } = load({
      env: {
        FORGE_URL: 'http://forgejo:3000/',
        FORGE_TOKEN: 'ft',
        FORGE_SUPERVISOR_TOKEN: 'fs',
        FORGE_REPO: 'johba/harb',
        FORGE_OPS_REPO: 'johba/harb-ops',
        FORGE_ADMIN_USERS: 'johba, dev',
        OPS_REPO_ROOT: '/opt/ops',
        FACTORY_ROOT: '/opt/disinto',
        DISINTO_LOG_DIR: '/logs',
        FACTORY_TMP: '/ft',
        FACTORY_PID_NAMESPACE: 'unknown',
        FACTORY_AGENTS_CONTAINER: 'my-agents',
        PROJECT_NAME: 'harb',
        WOODPECKER_SERVER: 'http://localhost:8000',
        WOODPECKER_TOKEN: 'wt',
        WOODPECKER_REPO_ID: '3',
        MATRIX_HOMESERVER: 'http://localhost:8008',
        MATRIX_TOKEN: 'mt',
        MATRIX_ROOM_ID: ROOM,
        DOCKER_HOST: 'tcp://10.0.0.2:2375',
        REACTOR_HOST: 'box-1',
        REACTOR_LISTEN: '[::1]:0',
        REACTOR_API_TOKEN: 'at',
      },
    });
    expect(problems).toEqual([]);
    expect(config).toMatchObject({
      forge: {
        url: 'http://forgejo:3000',
        token: 'ft',
        supervisorToken: 'fs',
        repo: 'johba/harb',
        adminUsers: ['johba', 'dev'],
      },
      ci: { server: 'http://localhost:8000', token: 'wt', repoId: 3 },
      matrix: { homeserver: 'http://localhost:8008', token: 'mt', rooms: { ops: ROOM } },
      docker: [{ host: 'box-1', url: 'tcp://10.0.0.2:2375' }],
      listen: { host: '::1', port: 0 },
      apiToken: 'at',
      logDir: '/logs',
      factoryTmp: '/ft',
      pidNamespace: 'unknown',
      agentsContainer: 'my-agents',
      opsRepoRoot: '/opt/ops',
      projects: [{ name: 'harb', repo: 'johba/harb', opsRepo: 'johba/harb-ops', opsRepoRoot: '/opt/ops' }],
    });
  });

  test('repository id 0 says that there is no CI', () => {
    expect(load({ env: { WOODPECKER_SERVER: 'http://ci', WOODPECKER_REPO_ID: '0' } }).config.ci?.repoId).toBeNull();
  });
});

describe('the tables of reactor.toml', () => {
  const toml = `
[[docker]]
url = "unix:///var/run/docker.sock"
[[docker]]
host = "two"
url = "tcp://two:2375"
[matrix]
homeserver = "https://m.example"
token = "mt"
[matrix.rooms]
ops = "${ROOM}"
harb = "!harb:m.example"
[vars.core]
disk_pct = 90
team = "us"
[siblings.harb]
owner = "@johba"
room = "!harb:m.example"
`;

  test('docker hosts, rooms, variables and siblings are read', () => {
    const { config, problems } = load({ toml });
    expect(problems).toEqual([]);
    expect(config.docker).toEqual([
      { host: 'testbox', url: 'unix:///var/run/docker.sock' },
      { host: 'two', url: 'tcp://two:2375' },
    ]);
    expect(config.matrix?.rooms).toEqual({ ops: ROOM, harb: '!harb:m.example' });
    expect(config.rules.vars).toEqual({ core: { disk_pct: 90, team: 'us' } });
    expect(Object.fromEntries(config.siblings)).toEqual({
      harb: { owner: '@johba', contact: '', repo: '', note: '', room: '!harb:m.example' },
    });
    expect(config.origins).toMatchObject({ docker: 'reactor.toml', siblings: 'reactor.toml' });
  });

  test('DOCKER_HOST replaces the list of hosts', () => {
    const { config } = load({ toml, env: { DOCKER_HOST: 'unix:///run/other.sock' } });
    expect(config.docker).toEqual([{ host: 'testbox', url: 'unix:///run/other.sock' }]);
  });

  test('an empty list watches no engine', () => {
    expect(load({ toml: 'docker = []' }).config.docker).toEqual([]);
  });
});

describe('reactor.example.toml', () => {
  const text = readFileSync(join(ROOT, 'reactor.example.toml'), 'utf8');
  const secrets = Object.fromEntries([...text.matchAll(/_file = "(.*?)"/g)].map(([, path]) => [path ?? '', 'secret']));

  test('has nothing wrong in it', () => {
    const { config, problems } = load({ toml: text, files: secrets });
    expect(problems).toEqual([]);
    expect(config.docker).toHaveLength(2);
    expect(config.webhookSecrets).toEqual(['secret']);
  });

  test.each(Object.values(SETTINGS).map((setting) => [setting.key, setting] as const))('shows %s', (key, setting) => {
    const { config } = load({ toml: text, files: secrets });
    expect(config.origins[key]).toBe('reactor.toml');
    expect(text).toContain(setting.env === null ? key.split('.').at(-1) : `[${setting.env}`);
  });

  test('there are settings to show', () => {
    expect(KNOWN_KEYS.length).toBeGreaterThan(25);
  });
});
