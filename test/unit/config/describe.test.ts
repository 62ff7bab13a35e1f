import { expect, test } from 'vitest';
import { describeConfig } from '../../../src/config/describe.ts';
import { load } from './load.ts';

const lineOf = (given: Parameters<typeof load>[0], name: string) =>
  describeConfig(load(given).config).find((line) => line.name === name);

const SECRETS = {
  FORGE_TOKEN: 'secret-1',
  FORGE_SUPERVISOR_TOKEN: 'secret-2',
  WOODPECKER_TOKEN: 'secret-3',
  MATRIX_TOKEN: 'secret-4',
  REACTOR_API_TOKEN: 'secret-5',
  FORGEJO_WEBHOOK_SECRET: 'secret-6,secret-7',
  WOODPECKER_WEBHOOK_SECRET: 'secret-9',
};

const FULL = {
  ...SECRETS,
  FORGE_URL: 'http://me:secret-8@forge:3000',
  FORGE_REPO: 'johba/harb',
  WOODPECKER_SERVER: 'http://ci:8000',
  MATRIX_HOMESERVER: 'http://m:8008',
  MATRIX_ROOM_ID: '!a:m',
};

test('no secret is in the description', () => {
  const { config, problems } = load({ env: FULL });
  expect(problems).toEqual([]);
  expect(config.matrix?.token).toBe('secret-4');
  expect(JSON.stringify(describeConfig(config))).not.toContain('secret-');
});

test.each([
  ['webhooks', 'no secret: accepted from this box alone', 'FORGEJO_WEBHOOK_SECRET'],
  ['pipeline notices', 'no secret: accepted from this box alone', 'WOODPECKER_WEBHOOK_SECRET'],
  ['api', 'no token: POST /events is open to this box alone', 'REACTOR_API_TOKEN'],
  ['matrix', 'not set: alerts go to the console', 'MATRIX_HOMESERVER, MATRIX_TOKEN, MATRIX_ROOM_ID'],
  ['forge', 'not set', 'FORGE_URL, FORGE_TOKEN'],
  ['factory', 'not set', 'FACTORY_ROOT'],
  ['docker', 'unix:///var/run/docker.sock (testbox)', ''],
])('with nothing configured, %s says what to add', (name, value, add) => {
  expect(lineOf({}, name)).toEqual({ name, value, origin: 'default', add });
});

test.each([
  ['webhooks', 'signed, 2 secrets'],
  ['api', 'token set'],
  ['matrix', 'http://m:8008, rooms ops'],
  ['forge', 'http://forge:3000'],
  ['ci', 'http://ci:8000'],
])('what the environment set is said to come from there: %s', (name, value) => {
  expect(lineOf({ env: FULL }, name)).toEqual({ name, value, origin: 'environment', add: '' });
});

test('a forge without a repository says so, and the supervisor has a token of its own', () => {
  const env = { FORGE_URL: 'http://f', FORGE_SUPERVISOR_TOKEN: 't' };
  expect(lineOf({ env }, 'forge')).toMatchObject({ value: 'http://f, no repository', add: 'FORGE_REPO' });
});

test('a forge without a token says so', () => {
  expect(lineOf({ env: { FORGE_URL: 'http://f' } }, 'forge')).toMatchObject({
    value: 'http://f, no token',
    add: 'FORGE_TOKEN',
  });
});

test('when one forge alone has a secret, nobody else is said to be accepted', () => {
  const toml = '[[forges]]\nurl = "https://codeberg.org"\nwebhook_secret = "s"\n';
  expect(lineOf({ toml }, 'webhooks')).toMatchObject({
    value: 'signed by codeberg.org alone',
    add: 'FORGEJO_WEBHOOK_SECRET',
  });
});

test('siblings are named with their owners', () => {
  const line = lineOf({ toml: '[siblings.harb]\nowner = "@johba"\n' }, 'siblings');
  expect(line).toEqual({ name: 'siblings', value: 'harb (@johba)', origin: 'reactor.toml', add: '' });
});
