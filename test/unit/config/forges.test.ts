import { describe, expect, test } from 'vitest';
import { describeConfig } from '../../../src/config/describe.ts';
import { load, type Given } from './load.ts';

const SECRET = 'not-for-everybody';
const MAIN = { FORGE_URL: 'http://forgejo:3000', FORGE_TOKEN: 'main-token' };
const CODEBERG = `[[forges]]\nurl = "https://codeberg.org"\ntoken = "${SECRET}"\n`;

const gadget = (url: string): string =>
  `repo = "johba/gadget"\nops_repo = "johba/gadget-ops"\nforge_url = "${url}"\nprimary_branch = "main"\n`;

const at = (url: string, given: Given = {}) =>
  load({
    ...given,
    env: { FACTORY_ROOT: '/f', ...MAIN, ...given.env },
    files: { '/f/projects/gadget.toml': gadget(url), ...given.files },
  });

test('a forge of which no token is told has none, and above all not that of another forge', () => {
  const { config } = at('https://codeberg.org', { toml: '[[forges]]\nurl = "https://codeberg.org"\n' });
  expect(config.forges).toMatchObject([{ name: 'codeberg.org', token: '' }]);
  expect(at('https://other.example').config.forges).toMatchObject([{ name: 'other.example', token: '' }]);
});

describe('the forge of a project', () => {
  test.each([
    ['nothing said', '', ''],
    ['the address of FORGE_URL', 'http://forgejo:3000/', ''],
    ['the same by another scheme', 'https://forgejo:3000', ''],
    ['what is localhost on the box of the file', 'http://localhost:3000', ''],
    ['the same by number', 'http://127.0.0.1:3000', ''],
    ['another address of the same, as it was said', 'https://forge.example/forge/', ''],
    ['one that is told of', 'https://codeberg.org', 'codeberg.org'],
    ['one that nobody told of', 'https://other.example:8443', 'other.example:8443'],
    ['another one below the same host', 'http://forgejo:3000/second', 'forgejo:3000/second'],
  ])('%s', (_, url, forge) => {
    const toml = `forge.aliases = ["https://forge.example/forge"]\n${CODEBERG}`;
    const { config, problems } = at(url, { toml });
    expect(problems).toEqual([]);
    const front = forge === '' ? '' : `${forge}/`;
    expect(config.projects).toMatchObject([
      { forge, repo: `${front}johba/gadget`, opsRepo: `${front}johba/gadget-ops` },
    ]);
  });

  test('on a box where everything is localhost, the port tells them apart', () => {
    const env = { FORGE_URL: 'http://localhost:3000' };
    expect(at('http://127.0.0.1:3000', { env }).config.projects).toMatchObject([{ forge: '' }]);
    expect(at('http://localhost:3001', { env }).config.projects).toMatchObject([{ forge: 'localhost:3001' }]);
  });

  test('is the one it is told to be at, although it is localhost here', () => {
    const toml = '[[forges]]\nurl = "http://localhost:3001"\n';
    expect(at('http://localhost:3001', { toml }).config.projects).toMatchObject([{ forge: 'localhost:3001' }]);
  });

  test('without FORGE_URL it is the only one there is, unless it is told of', () => {
    const env = { FORGE_URL: '' };
    expect(at('http://localhost:3000', { env }).config.projects).toMatchObject([{ forge: '', repo: 'johba/gadget' }]);
    expect(at('https://codeberg.org', { env, toml: CODEBERG }).config.projects).toMatchObject([
      { forge: 'codeberg.org' },
    ]);
  });

  test('FORGE_REPO is at the forge of FORGE_URL, and a repository of that name at a forge that is told of is another project', () => {
    const env = { FORGE_REPO: 'johba/gadget' };
    expect(at('https://codeberg.org', { env, toml: CODEBERG }).config.projects).toMatchObject([
      { name: 'gadget', forge: '', repo: 'johba/gadget' },
      { name: 'gadget', forge: 'codeberg.org', repo: 'codeberg.org/johba/gadget' },
    ]);
    expect(at('https://other.example', { env }).config.projects).toMatchObject([{ name: 'gadget', forge: '' }]);
    const named = { PROJECT_NAME: 'gadget', FORGE_REPO: 'mirror/gadget' };
    expect(at('https://codeberg.org', { env: named, toml: CODEBERG }).config.projects).toMatchObject([
      { name: 'gadget', forge: '', repo: 'mirror/gadget', opsRepo: 'johba/gadget-ops' },
    ]);
  });
});

describe('the token of a forge', () => {
  test('is its own: that of FORGE_URL is nobody else’s', () => {
    const { config } = at('https://other.example', { toml: CODEBERG });
    expect(config.forges).toEqual([
      { name: 'other.example', url: 'https://other.example', token: '', webhookSecrets: [] },
      { name: 'codeberg.org', url: 'https://codeberg.org', token: SECRET, webhookSecrets: [] },
    ]);
  });

  test('may be in a file, with the secrets of its webhooks', () => {
    const toml = '[[forges]]\nurl = "https://codeberg.org"\ntoken_file = "t"\nwebhook_secret_file = "w"\n';
    const { config, problems } = load({ toml, files: { '/box/t': `${SECRET}\n`, '/box/w': 'new,old\n' } });
    expect(problems).toEqual([]);
    expect(config.forges).toMatchObject([{ token: SECRET, webhookSecrets: ['new', 'old'] }]);
    expect(JSON.stringify(describeConfig(config))).not.toContain(SECRET);
  });

  test('that is missing is asked for', () => {
    const { config } = at('https://other.example');
    expect(describeConfig(config).filter(({ name }) => name === 'another forge')).toMatchObject([
      { value: 'https://other.example, no token', add: '[[forges]] url = "https://other.example", token_file' },
    ]);
  });
});

test.each([
  ['no list', 'forges = "codeberg"', ':1 forges: is not a list of tables. Write: [[forges]]'],
  ['no address', '[[forges]]\ntoken = "x"', ':1 forges.0.url: "" is not a web address. Write: https://forge.example'],
  ['a slip', '[[forges]]\nurl = "https://a.b"\ntokn = "x"', ':3 forges.0.tokn: is not a key. Write: token'],
  ['FORGE_URL again', '[[forges]]\nurl = "http://forgejo:3000"', 'forges.0.url: "forgejo:3000" is told of already'],
  ['one twice', `${CODEBERG}${CODEBERG}`, 'forges.1.url: "codeberg.org" is told of already. Write: each forge once'],
  [
    'a secret and its file',
    '[[forges]]\nurl = "https://a.b"\ntoken = "x"\ntoken_file = "y"',
    ':4 forges.0.token_file: is set beside token. Write: one of the two',
  ],
  ['a file that is not there', '[[forges]]\nurl = "https://a.b"\ntoken_file = "y"', 'there is no file /box/y'],
  ['a file that is none', '[[forges]]\nurl = "https://a.b"\ntoken_file = 5', ':3 forges.0.token_file: is not a path'],
  ['a token that is none', '[[forges]]\nurl = "https://a.b"\ntoken = 5', ':3 forges.0.token: is empty or not a text'],
  ['an alias that is no address', '[forge]\naliases = ["forge"]', ':2 forge.aliases: "forge" is not a web address'],
])('%s is a problem that names its line', (_, toml, said) => {
  const { problems } = load({ env: MAIN, toml });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(said);
  expect(problems[0]).not.toContain(SECRET);
});

test('the login in an address goes nowhere: not to the forge, and before nobody', () => {
  const env = { FORGE_URL: 'https://me:p@ss@forge.example/git/', WOODPECKER_SERVER: 'http://me@ci:8000' };
  const { config, problems } = at('https://me:pass@codeberg.org', { env });
  expect(problems).toEqual([]);
  expect(config.forge?.url).toBe('https://forge.example/git');
  expect(config.ci?.server).toBe('http://ci:8000');
  expect(config.forges).toMatchObject([{ name: 'codeberg.org', url: 'https://codeberg.org' }]);
});

test('a project whose forge_url is no address is told what to write', () => {
  expect(at('codeberg').problems).toEqual([
    '/f/projects/gadget.toml:3 forge_url: "codeberg" is not a web address. Write: https://forge.example',
  ]);
});
