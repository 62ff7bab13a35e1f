import { describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../../../src/core/time.ts';
import type { ProcessSight } from '../../../../src/ports/host.ts';
import { ageStep, judgeOwner, parseLockText, type Lock } from '../../../../src/sources/files/lock.ts';

const LOCKED_AT = Date.UTC(2026, 0, 1, 12);
const HERE = { same: true, reason: 'own temp folder' };
const ELSEWHERE = { same: false, reason: 'a volume' };
const lock: Lock = { pid: 57, flaw: '', lockedAt: LOCKED_AT, writers: ['dev-agent'] };
const running = (startedAt: number | null, command = 'bash'): ProcessSight => ({ seen: 'running', startedAt, command });

describe('the owner of a lock', () => {
  test.each<[string, ProcessSight, 'alive' | 'dead' | 'unknown', RegExp]>([
    ['runs since before the lock', running(LOCKED_AT - 5 * SECOND), 'alive', /runs since 2026-01-01T11:59:55/],
    ['started in the same moment', running(LOCKED_AT + 2 * SECOND), 'alive', /runs/],
    ['started after the lock was written', running(LOCKED_AT + 2 * SECOND + 1), 'dead', /another one: it started at/],
    ['started nobody knows when', running(null), 'alive', /cannot be compared/],
    ['is not there', { seen: 'absent' }, 'dead', /there is no process 57/],
    ['is a zombie', { seen: 'ended' }, 'dead', /has exited/],
    ['is hidden', { seen: 'hidden', reason: '/proc hides it' }, 'unknown', /\/proc hides it/],
  ])('in our PID namespace, a process that %s', (_, sight, owner, evidence) => {
    expect(judgeOwner(lock, sight, HERE)).toEqual({ owner, evidence: expect.stringMatching(evidence) });
  });

  test.each<[string, ProcessSight, 'alive' | 'unknown']>([
    ['the writer itself is visible', running(LOCKED_AT - SECOND, 'bash /factory/dev/dev-agent.sh 7'), 'alive'],
    ['a namesake runs another program', running(LOCKED_AT - SECOND, 'kthreadd'), 'unknown'],
    ['a namesake started later', running(LOCKED_AT + MINUTE, 'bash dev-agent.sh'), 'unknown'],
    ['the start is not known', running(null, 'bash dev-agent.sh'), 'unknown'],
    ['nothing is visible', { seen: 'absent' }, 'unknown'],
    ['a zombie is visible', { seen: 'ended' }, 'unknown'],
  ])('in another PID namespace, when %s, is never dead', (_, sight, owner) => {
    expect(judgeOwner(lock, sight, ELSEWHERE).owner).toBe(owner);
  });

  test.each([HERE, ELSEWHERE])('an empty lock is unknown, never dead', (namespace) => {
    const empty = { ...lock, ...parseLockText('\n') };
    expect(judgeOwner(empty, { seen: 'absent' }, namespace)).toEqual({
      owner: 'unknown',
      evidence: 'the lock is empty',
    });
  });
});

test.each([
  ['57\n', 57],
  [' 57 ', 57],
  ['4194304', 4_194_304],
  ['', 0],
  ['0', 0],
  ['-1', 0],
  ['057', 0],
  ['57 58', 0],
  ['57\n58\n', 0],
  ['57abc', 0],
  ['1e3', 0],
  ['99999999', 0],
  ['{"holder":"x"}', 0],
])('a lock with %j holds process id %d', (text, pid) => {
  expect(parseLockText(text).pid).toBe(pid);
});

test('a lock is said again each minute, then each quarter of an hour, then four times a day', () => {
  const steps = new Set<string>();
  const perDay: number[] = [];
  for (let day = 0; day < 3; day += 1) {
    const before = steps.size;
    for (let s = 0; s < 86_400; s += 10) steps.add(ageStep((day * 86_400 + s) * SECOND));
    perDay.push(steps.size - before);
  }
  expect(perDay).toEqual([15 + 95, 4, 4]);
  expect(ageStep(299 * SECOND)).not.toBe(ageStep(301 * SECOND));
});
