import { describe, expect, test } from 'vitest';
import { load } from './load.ts';

const FILE = '/box/reactor.toml';
const SECRET = 'hunter2hunter2';

describe('what is wrong in the environment is named with what to write instead', () => {
  test.each([
    ['REACTOR_LISTEN', '8787', '"8787" is not host:port. Write: 127.0.0.1:8787'],
    ['REACTOR_LISTEN', 'localhost:99999', '"localhost:99999" is not host:port. Write: 127.0.0.1:8787'],
    ['REACTOR_LISTEN', '::1:80', '"::1:80" is not host:port. Write: 127.0.0.1:8787'],
    ['REACTOR_HOST', 'my box', '"my box" is not a name of letters, digits, dots and dashes. Write: box-1'],
    [
      'REACTOR_LOG_LEVEL',
      'loud',
      '"loud" is not one of the known words. Write: trace, debug, info, warn, error, fatal, silent',
    ],
    ['REACTOR_RETENTION_DAYS', '0', '"0" is not a whole number from 1 on. Write: 7'],
    ['REACTOR_RETENTION_DAYS', '1.5', '"1.5" is not a whole number from 1 on. Write: 7'],
    [
      'DOCKER_HOST',
      '/var/run/docker.sock',
      '"/var/run/docker.sock" is not an address of a Docker Engine. Write: unix:///var/run/docker.sock',
    ],
    [
      'DOCKER_HOST',
      'ssh://box',
      '"ssh://box" is not an address of a Docker Engine. Write: unix:///var/run/docker.sock or tcp://host:2375',
    ],
    ['FORGE_URL', 'forgejo:3000', '"forgejo:3000" is not a web address. Write: https://forge.example'],
    ['MATRIX_HOMESERVER', 'm.example', '"m.example" is not a web address. Write: https://matrix.example'],
    ['WOODPECKER_SERVER', 'ci', '"ci" is not a web address. Write: http://woodpecker:8000'],
    ['FORGE_REPO', 'harb', '"harb" is not a repository. Write: owner/name'],
    ['REACTOR_HOME', '  ', 'is empty. Write: a text, or leave the line out'],
    ['REACTOR_API_TOKEN', '  ', 'is empty or not a text. Write: a text, or leave the line out'],
    ['FORGEJO_WEBHOOK_SECRET', ' , ', 'is empty or not a text. Write: at least one, or leave it out'],
    [
      'REACTOR_API_TOKEN_FILE',
      '/run/none',
      'there is no file /run/none. Write: the path of a file that holds the secret',
    ],
    [
      'REACTOR_API_TOKEN_FILE',
      '/forbidden',
      '/forbidden cannot be read: EACCES: permission denied. Write: the path of a file that holds the secret',
    ],
    [
      'REACTOR_CONFIG',
      'none.toml',
      'there is no file /box/none.toml. Write: the path of a file that can be read, or unset REACTOR_CONFIG',
    ],
  ])('%s=%s', (name, value, said) => {
    expect(load({ env: { [name]: value } }).problems).toEqual([`environment ${name}: ${said}`]);
  });

  test('a room alias is refused, since others can point it elsewhere', () => {
    const env = { MATRIX_HOMESERVER: 'http://m', MATRIX_TOKEN: 't', MATRIX_ROOM_ID: '#ops:m' };
    expect(load({ env }).problems).toEqual([
      'environment MATRIX_ROOM_ID: "#ops:m" is not a Matrix room id. Write: !abc123:server.example',
    ]);
  });

  test('a secret and its file at once', () => {
    const env = { REACTOR_API_TOKEN: SECRET, REACTOR_API_TOKEN_FILE: '/run/t' };
    const { config, problems } = load({ env, files: { '/run/t': SECRET } });
    expect(problems).toEqual([
      'environment REACTOR_API_TOKEN_FILE: is set beside REACTOR_API_TOKEN. Write: one of the two',
    ]);
    expect(config.apiToken).toBeNull();
  });

  test('a Matrix that is half set up, which would be silent', () => {
    const { config, problems } = load({ env: { MATRIX_HOMESERVER: 'http://m', MATRIX_TOKEN: SECRET } });
    expect(config.matrix).toBeNull();
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('MATRIX_ROOM_ID: is not set, but other settings of Matrix are');
  });
});

describe('what is wrong in reactor.toml is named with its line', () => {
  test.each([
    ['a slip in a key', '\nhom = "x"', ':2 hom: is not a key. Write: home'],
    ['a slip in a table', '[forg]\nurl = "http://f"', ':1 forg: is not a key. Write: forge'],
    ['a slip inside a table', '[forge]\n\nadmin_user = ["a"]', ':3 forge.admin_user: is not a key. Write: admin_users'],
    [
      'a span that is none',
      '[nudge]\nquiet = "3 min"',
      ':2 nudge.quiet: "3 min" is not a span of time from 1s on. Write: 3m',
    ],
    [
      'a span too short',
      '[nudge]\nquiet = "10ms"',
      ':2 nudge.quiet: "10ms" is not a span of time from 1s on. Write: 3m',
    ],
    ['a slip in an inline table', 'api = { tokne = "x" }', ':1 api.tokne: is not a key. Write: token'],
    [
      'a word that resembles nothing',
      '[webhook]\nxyzzy = 1',
      ':2 webhook.xyzzy: is not a key. Write: secret, secret_file',
    ],
    ['a key of another table', '[api]\nsecret = "x"', ':2 api.secret: is not a key. Write: token, token_file'],
    ['a table that is none', 'forge = "http://f"', ':1 forge: is not a table. Write: [forge]'],
    ['a number for a text', 'home = 5', ':1 home: 5 is not a text. Write: "text in quotes"'],
    ['a text for a list of texts', 'own_stacks = 5', ':1 own_stacks: 5 is not a list of texts. Write: ["one", "two"]'],
    ['a date for a path', 'home = 2026-01-01', ':1 home: a table is not a text. Write: "text in quotes"'],
    ['a list for a secret', '[api]\ntoken = []', ':2 api.token: is empty or not a text. Write: "text in quotes"'],
    [
      'a secret file that is no path',
      '[api]\ntoken_file = 5',
      ':2 api.token_file: is not a path. Write: "/run/secrets/name"',
    ],
    [
      'a sibling nobody owns',
      '[siblings.harb]\ncontact = "c"',
      ':1 siblings.harb: names no owner. Write: owner = "@name"',
    ],
    [
      'a sibling with a slip',
      '[siblings.harb]\nowner = "@a"\ncontract = "c"',
      ':3 siblings.harb.contract: is not a key. Write: contact',
    ],
    [
      'a sibling that is no table',
      '[siblings]\nharb = "@johba"',
      ':2 siblings.harb: is not a table. Write: [siblings.harb]',
    ],
    [
      'a sibling with an alias for a room',
      '[siblings.a]\nowner = "@a"\nroom = "#a:m"',
      ':3 siblings.a.room: "#a:m" is not a Matrix room id. Write: !abc123:server.example',
    ],
    ['siblings that are no table', 'siblings = 1', ':1 siblings: is not a table. Write: [siblings]'],
    [
      'a variable that is a list',
      '[vars.core]\nx = [1]',
      ':2 vars.core.x: is not a text, a number, true or false. Write: 85',
    ],
    [
      'an engine without an address',
      '[[docker]]\nhost = "a"',
      ':1 docker.0.url: "" is not an address of a Docker Engine. Write: unix:///var/run/docker.sock or tcp://host:2375',
    ],
    [
      'an engine with a slip',
      '[[docker]]\nurl = "tcp://a:1"\nhots = "a"',
      ':3 docker.0.hots: is not a key. Write: host',
    ],
    [
      'two engines of one name',
      '[[docker]]\nurl = "tcp://a:1"\n[[docker]]\nurl = "tcp://b:1"',
      ':3 docker.1.host: "testbox" is the host of another engine. Write: a host of its own',
    ],
    ['an engine that is no table', 'docker = "tcp://a:1"', ':1 docker: is not a list of tables. Write: [[docker]]'],
    ['rooms that are no table', '[matrix]\nrooms = 1', ':2 matrix.rooms: is not a table. Write: [matrix.rooms]'],
  ])('%s', (_name, toml, said) => {
    const problems = load({ toml }).problems.filter((problem) => !problem.startsWith('environment'));
    expect(problems).toEqual([FILE + said]);
  });

  test('text that is not TOML', () => {
    const { config, problems } = load({ toml: `[api]\ntoken = "${SECRET}"\nhome = \n` });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^\/box\/reactor.toml:3 is not TOML: /);
    expect(config.home).toBe('/box/.reactor');
  });

  test('a key that stands there twice', () => {
    expect(load({ toml: 'home = "a"\nhome = "b"\n' }).problems[0]).toMatch(/^\/box\/reactor.toml:2 is not TOML: /);
  });

  test('everything at once, so that one start shows all mistakes', () => {
    const { problems } = load({ toml: 'hom = "x"\nretention_days = "many"\n', env: { REACTOR_LISTEN: 'x' } });
    expect(problems).toHaveLength(3);
  });

  test('a stack that is ours and a sibling', () => {
    const { problems } = load({ toml: 'own_stacks = ["harb"]\n[siblings.harb]\nowner = "@a"\n' });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('siblings.harb: is a sibling, and among own_stacks');
  });

  test('a table cannot reach the prototype of all objects', () => {
    const { problems } = load({ toml: '[__proto__.polluted]\nx = 1\n[vars.__proto__]\npolluted = 1\n' });
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect(problems[0]).toContain('__proto__: is not a key');
  });
});

describe('no problem holds a secret', () => {
  test.each([
    ['the environment', { env: { FORGE_TOKEN: `\n${SECRET}\n`, FORGE_TOKEN_FILE: '/x', MATRIX_TOKEN: SECRET } }],
    ['an address', { env: { FORGE_URL: `ftp://me:${SECRET}@forge`, DOCKER_HOST: `ssh://me:${SECRET}@box` } }],
    ['the file', { toml: `[forge]\ntoken = ["${SECRET}"]\n[ci]\ntokn = "${SECRET}"\n` }],
    ['a file that is not TOML', { toml: `[forge]\ntoken = "${SECRET}\n` }],
    ['a line that is not TOML', { toml: `[forge]\ntoken = ${SECRET}\n` }],
  ])('%s', (_name, given) => {
    const { problems } = load(given);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.join('\n')).not.toContain(SECRET);
  });
});
