import { expect, test } from 'vitest';
import { examineAll, verdictOf } from '../../../src/app/doctor.ts';
import { makePatient, type PatientParts } from '../../support/patient.ts';

const FORGE = { FORGE_URL: 'http://forgejo:3000' };
const HARB = { ...FORGE, FORGE_TOKEN: 't', PROJECT_NAME: 'harb', FORGE_REPO: 'johba/harb' };
const refused = async (): Promise<string> => {
  throw new Error('http://forgejo:3000 refuses the token (401): set FORGE_TOKEN');
};

test.each<[string, PatientParts, readonly string[], number]>([
  ['without a forge', {}, [], 0],
  [
    'without a token',
    { env: { ...FORGE, FORGE_REPO: 'johba/harb' } },
    ['warn no token is set, and nothing is asked of the forge | FORGE_TOKEN=…'],
    0,
  ],
  [
    'that nobody named',
    { env: { ...FORGE, FORGE_TOKEN: 't' } },
    ['warn none is named, and nothing is asked of the forge | FORGE_REPO=johba/harb'],
    0,
  ],
  ['that are seen', { env: HARB }, ['ok johba/harb'], 0],
  [
    'that the token does not open',
    { env: HARB, forges: [{ repos: ['johba/harb'], forge: { fullName: refused } }] },
    ['broken johba/harb: http://forgejo:3000 refuses the token (401): set FORGE_TOKEN'],
    1,
  ],
  [
    'of another forge, whose token does not open them, beside a forge without a token',
    {
      env: { ...FORGE, FACTORY_ROOT: '/f' },
      toml: '[[forges]]\nurl = "https://codeberg.org"\ntoken = "t"\n',
      forges: [{ repos: ['codeberg.org/johba/gadget'], forge: { fullName: refused } }],
    },
    [
      'warn no token is set, and nothing is asked of the forge | FORGE_TOKEN=…',
      'broken codeberg.org/johba/gadget: http://forgejo:3000 refuses the token (401): set FORGE_TOKEN',
    ],
    1,
  ],
])('repositories %s', async (_, parts, expected, verdict) => {
  const checks = await examineAll(makePatient(parts));
  const said = checks
    .filter(({ name }) => name === 'repositories')
    .map(({ state, said: words, fix }) => `${state} ${words}${fix === '' ? '' : ` | ${fix}`}`);
  expect([said, verdictOf(checks)]).toEqual([expected, verdict]);
});
