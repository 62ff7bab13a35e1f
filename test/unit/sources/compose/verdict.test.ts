import { describe, expect, test } from 'vitest';
import { judge, readPin, type ImageId } from '../../../../src/sources/compose/verdict.ts';

const RUNS = 'sha256:aaa';
const ANOTHER = 'sha256:bbb';
const HEX = '0123456789abcdef'.repeat(4);

interface Case {
  readonly says: string;
  readonly runs: string;
  /** Variables out of `.env`; null when it could not be read. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** What the pinned name is on now; nothing when it is not given. */
  readonly id?: ImageId;
  readonly agreed?: boolean;
}

/** The state, and what is said to be pinned. */
function decided({ says, runs, env = {}, id = null, agreed = false }: Case): string {
  const pin = readPin(says, env === null ? null : new Map(Object.entries(env)));
  if (typeof pin === 'string') return `nothing: ${pin}`;
  const { state, pinned } = judge(pin, { image: runs, ids: [RUNS], agreed }, id);
  return `${state} ${pinned}`;
}

describe('an image that is written out', () => {
  test.each<[string, Case, string]>([
    ['the same name, on the same image', { says: 'app:1', runs: 'app:1', id: RUNS }, 'same app:1'],
    ['the same name, which is on nothing now', { says: 'app:1', runs: 'app:1' }, 'same app:1'],
    [
      'the same name in other words',
      { says: 'docker.io/library/app', runs: 'app:latest' },
      'same docker.io/library/app',
    ],
    ['another tag', { says: 'app:2', runs: 'app:1' }, 'other app:2'],
    ['another name', { says: 'new:1', runs: 'app:1', id: ANOTHER }, 'other new:1'],
    ['another digest', { says: `app@sha256:${HEX}`, runs: 'app:1', id: ANOTHER }, `other app@sha256:${HEX}`],
    ['another name of the same image', { says: 'app:2', runs: 'app:1', id: RUNS }, 'same app:2'],
    ['the same name, on another image by now', { says: 'app:1', runs: 'app:1', id: ANOTHER }, 'moved app:1'],
    [
      'a digest, which cannot move',
      { says: `app@sha256:${HEX}`, runs: `app:1@sha256:${HEX}`, id: ANOTHER },
      `same app@sha256:${HEX}`,
    ],
    ['made by id, the name is on it', { says: 'app:1', runs: RUNS.padEnd(71, 'a'), id: RUNS }, 'same app:1'],
    ['made by id, the name is on another', { says: 'app:1', runs: `sha256:${HEX}`, id: ANOTHER }, 'other app:1'],
    ['made by id, the name is not here', { says: 'app:1', runs: `sha256:${HEX}` }, 'unknown app:1'],
    ['nobody may ask', { says: 'app:1', runs: 'app:1', id: { denied: 'no' } }, 'unknown app:1'],
    ['nobody may ask, and the names differ', { says: 'app:2', runs: 'app:1', id: { denied: 'no' } }, 'unknown app:2'],
  ])('%s', (_, given, expected) => {
    expect(decided(given)).toBe(expected);
  });
});

describe('an image with a variable, whose value may have come from the environment of whoever started it', () => {
  test.each<[string, Case, string]>([
    ['the file of variables says so', { says: 'app:$T', env: { T: '1' }, runs: 'app:1' }, 'same app:1'],
    ['the default says so', { says: 'app:${T:-1}', runs: 'app:1' }, 'same app:1'],
    ['the file says otherwise', { says: 'app:$T', env: { T: '2' }, runs: 'app:1' }, 'unknown app:2'],
    ['the default says otherwise', { says: 'app:${T:-2}', runs: 'app:1' }, 'unknown app:2'],
    ['nothing says', { says: 'app:${T:?which}', runs: 'app:1' }, 'unknown app:…'],
    ['it is all of the image', { says: '${IMAGE}', runs: 'app:1' }, 'unknown …'],
    ['the variables cannot be read', { says: 'app:${T:-2}', env: null, runs: 'app:1' }, 'unknown app:…'],
    ['no value could have made it so', { says: 'new:${T:-1}', runs: 'app:1' }, 'other new:1'],
    ['no value could, and none is known', { says: 'new:${T}', runs: 'app:1' }, 'other new:…'],
    ['another spelling could', { says: 'docker.io/app:${T:-2}', runs: 'app:1' }, 'unknown docker.io/app:2'],
    [
      'the same was seen to run what the file said',
      { says: 'app:$T', env: { T: '2' }, runs: 'app:1', agreed: true },
      'other app:2',
    ],
    ['that was seen, and now nothing says', { says: 'app:$T', runs: 'app:1', agreed: true }, 'unknown app:…'],
    ['the name is on another image by now', { says: 'app:${T:-1}', runs: 'app:1', id: ANOTHER }, 'moved app:1'],
    ['it is the same image by another name', { says: 'app:${T:-2}', runs: 'app:1', id: RUNS }, 'same app:2'],
    ['a digest', { says: 'app@${DIGEST}', runs: 'app:1' }, 'other app@…'],
  ])('%s', (_, given, expected) => {
    expect(decided(given)).toBe(expected);
  });
});

describe('what is no reference is not shown', () => {
  test.each<[string, Case]>([
    ['a password', { says: 'ci:hunter2@registry.example/app:1', runs: 'app:1' }],
    ['a password before a variable', { says: 'ci:hunter2@registry.example/app:${T}', runs: 'app:1' }],
    ['a password in a variable', { says: '${R}/app:1', env: { R: 'ci:hunter2@registry.example' }, runs: 'app:1' }],
    [
      'a variable that is named like a secret',
      { says: '${FORGE_TOKEN}', env: { FORGE_TOKEN: 'hunter2' }, runs: 'app:1' },
    ],
    ['a secret behind another name', { says: '${A:-${DB_PASSWORD:-hunter2}}', runs: 'app:1' }],
    ['no template', { says: 'hunter2:${', runs: 'app:1' }],
  ])('%s', (_, given) => {
    expect(decided(given)).toMatch(/^nothing: /);
    expect(decided(given)).not.toContain('hunter2');
  });
});
