import { expect, test } from 'vitest';
import { redact } from '../../../src/core/redact.ts';

const HEX = '0123456789abcdef0123456789abcdef01234567';
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.SflKxwRJSMeKKF2QT4fwpM';

test.each([
  // by key
  ['password=hunter2', 'password=[redacted]'],
  ['password = "two words", next', 'password = [redacted], next'],
  ["PASSWD: 'x'", 'PASSWD: [redacted]'],
  ['password="never closed and more', 'password=[redacted]'],
  ['password=a,b;c&d host=x', 'password=[redacted] host=x'],
  ['password=a,host=x', 'password=[redacted],host=x'],
  ['FORGE_TOKEN=abc FORGE_URL=http://forge', 'FORGE_TOKEN=[redacted] FORGE_URL=http://forge'],
  ['AWS_SECRET_ACCESS_KEY: abc/def', 'AWS_SECRET_ACCESS_KEY: [redacted]'],
  ['db_pass=x db-pwd=y', 'db_pass=[redacted] db-pwd=[redacted]'],
  ['{"token":"abc","user":"bob"}', '{"token":[redacted],"user":"bob"}'],
  [String.raw`{\"api_key\":\"abc\"}`, String.raw`{\"api_key\":[redacted]}`],
  ["env['SECRET'] = 'abc'", "env['SECRET'] = [redacted]"],
  ['{"auths":{"ghcr.io":{"auth":"dXNlcjpwYXNz"}}}', '{"auths":{"ghcr.io":{"auth":[redacted]}}}'],
  ['GET /x?access_token=abc&page=2', 'GET /x?access_token=[redacted]&page=2'],
  ['git --password hunter2 --user bob', 'git --password [redacted] --user bob'],
  ['curl --forge-token abc', 'curl --forge-token [redacted]'],
  ['Authorization: Bearer abc then more', 'Authorization: Bearer [redacted] then more'],
  ['authorization: token abc', 'authorization: token [redacted]'],
  ['X-Api-Key: abc', 'X-Api-Key: [redacted]'],
  ['Cookie: session=abc; other=def rest', 'Cookie: [redacted] rest'],
  // by shape
  [`Authorization of token ${HEX} failed`, 'Authorization of token [redacted] failed'],
  ['sent bearer abcdefgh12345', 'sent bearer [redacted]'],
  ['Basic dXNlcjpwYXNz', 'Basic [redacted]'],
  ['https://user:p@ss@forge.example/x', 'https://[redacted]@forge.example/x'],
  ['https://ghs_x@forge.example', 'https://[redacted]@forge.example'],
  ['redis://:p#?@db/x', 'redis://[redacted]@db/x'],
  ['postgres://u:p#?@db/x', 'postgres://[redacted]@db/x'],
  [`got ${JWT}.`, 'got [redacted]'],
  ['sk-ant-api03-abcdefghijk1', '[redacted]'],
  [`ghp_${'a'.repeat(36)} pushed`, '[redacted] pushed'],
  [`github_pat_${'a1'.repeat(20)}`, '[redacted]'],
  ['glpat-abcdefghij1234567890', '[redacted]'],
  ['syt_Ym90_abcdefghijklmno_123456', '[redacted]'],
  ['xoxb-1234567890-abc', '[redacted]'],
  ['key AKIAIOSFODNN7EXAMPLE', 'key [redacted]'],
  [`AGE-SECRET-KEY-1${'Q'.repeat(58)}`, '[redacted]'],
  ['-----BEGIN RSA PRIVATE KEY-----\nabc\ndef\n-----END RSA PRIVATE KEY-----\nafter', '[redacted]\nafter'],
  ['-----BEGIN PRIVATE KEY----- abc -----END PRIVATE KEY----- after', '[redacted] after'],
  ['before -----BEGIN OPENSSH PRIVATE KEY-----\ncut off', 'before [redacted]'],
  ['-----BEGIN PGP PRIVATE KEY BLOCK-----\nx\n-----END PGP PRIVATE KEY BLOCK-----', '[redacted]'],
])('%j becomes %j, and stays so', (text, clean) => {
  expect(redact(text)).toBe(clean);
  expect(redact(clean)).toBe(clean);
});

test.each([
  `merge ${HEX}`,
  'fingerprint f0f0f0f0f0f0f0f0f0f0f0f0 firing 0123456789abcdef',
  'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  'johba/harb#42 at https://forge.example/johba/harb/pulls/42?tab=files',
  'mail bob@example.org about git@forge.example:johba/harb.git',
  'token expired, token: missing, password: not set',
  'tokens: 4096, 3 tokens left',
  'the secret of task-runner-with-a-long-name is disk-usage-report-of-2026',
  'Basic authentication failed, bearer of news',
  'PWD=/home/bob pass: 12 fail: 0',
  'PR 7: CI finished, no push for 20m',
  'RAM: 480MB available, Swap: 3100MB',
])('%j has no secret and stays as it is', (text) => {
  expect(redact(text)).toBe(text);
});

const MB = 1_000_000;
const fill = (unit: string): string => unit.repeat(Math.ceil(MB / unit.length)).slice(0, MB);

const ALONE = ['a', '-', ' ', '"', '://', '://a:', '@', 'eyJaaaaaaaa-', 'eyJaaaaaaaa.', 'sk-', 'sk-a', 'AKIA', 'a,b=c'];
const WORDS = [
  'password',
  'password="',
  "password='",
  'secret=a,',
  'token ',
  '--password ',
  '_pass',
  'bearer ',
  'cookie: a;',
];
const KEYS = ['-----BEGIN PRIVATE KEY-----', '-----BEGIN PRIVATE KEY-----\n-----END'];
const AFTER: readonly (readonly [head: string, unit: string])[] = [
  ['password="', 'a'],
  ['password=', 'a,'],
  ['://', 'a:'],
  ['bearer', ' '],
  ['tokentokentoken', ' '],
  ['cookie: ', 'a;'],
  ['basic ', 'a'],
];

test.each([...[...ALONE, ...WORDS, ...KEYS].map((unit) => ['', unit] as const), ...AFTER])(
  'a megabyte of %j%j is read in one go, not again and again',
  (head, unit) => {
    expect(redact(head + fill(unit)).length).toBeGreaterThan(0);
  },
);
