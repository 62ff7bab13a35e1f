import { expect, test } from 'vitest';
import { examineAll, verdictOf } from '../../../src/app/doctor.ts';
import { CiError } from '../../../src/ports/ci.ts';
import { makePatient, type PatientParts } from '../../support/patient.ts';

const CI = { WOODPECKER_SERVER: 'http://woodpecker:8000', WOODPECKER_TOKEN: 't' };
const HARB = { ...CI, PROJECT_NAME: 'harb', FORGE_REPO: 'johba/harb' };
const missing = async () => ({ got: 'missing', reason: 'it is not there, or not for this token (404)' }) as const;

/** A CI that works, but for what is given. */
function withCi(env: Readonly<Record<string, string>>, more: Partial<NonNullable<PatientParts['ci']>>): PatientParts {
  const { ci } = makePatient({ env });
  return ci === null ? { env } : { env, ci: { ...ci, ...more } };
}

test.each<[string, PatientParts, string, number]>([
  [
    'not set',
    {},
    'warn not set: of pipelines only what a step of them tells is known | WOODPECKER_SERVER=http://woodpecker:8000 WOODPECKER_TOKEN=…',
    0,
  ],
  ['that works', { env: HARB }, 'ok http://woodpecker:8000: version 3.17.0', 0],
  [
    'that does not answer',
    withCi(CI, {
      version: () => Promise.reject(new CiError('cannot reach http://woodpecker:8000: refused', false)),
    }),
    'broken cannot reach http://woodpecker:8000: refused | WOODPECKER_SERVER=http://woodpecker:8000',
    1,
  ],
  [
    'whose token shows no agents',
    withCi(CI, { agents: async () => ({ got: 'denied', reason: '/api/agents is for admins (403)' }) }),
    'warn agents and queue are not seen: /api/agents is for admins (403) | WOODPECKER_TOKEN=…',
    0,
  ],
  [
    'that knows nothing of a repository',
    withCi(HARB, { repoByName: missing }),
    'warn johba/harb: it is not there, or not for this token (404)',
    0,
  ],
  [
    'that has another number for it',
    withCi({ ...HARB, WOODPECKER_REPO_ID: '7' }, { repoById: missing }),
    'warn johba/harb, repo_id 7: it is not there, or not for this token (404)',
    0,
  ],
])('a CI %s', async (_, parts, expected, verdict) => {
  const checks = await examineAll(makePatient(parts));
  const said = checks
    .filter(({ name }) => name === 'ci')
    .map(({ state, said: words, fix }) => `${state} ${words}${fix === '' ? '' : ` | ${fix}`}`);
  expect(said).toEqual([expected]);
  expect(verdictOf(checks)).toBe(verdict);
});
