import { expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../../src/core/time.ts';
import { rehearse } from '../../../src/engine/rehearse.ts';
import type { TestCase, TestStep } from '../../../src/rulebook/test-file.ts';
import { START } from '../../support/drive.ts';
import { makeRule, makeRulebook } from '../../support/make-rule.ts';

const rule = makeRule({
  name: 'a',
  condition: { type: 'hold', for: MINUTE, since: null, clearFor: 0, missing: 'keep', missingAfter: HOUR },
});

const emit = (at: number): TestStep => ({ at, verb: 'emit', kind: 'host.memory', data: { available_mb: 0 }, late: 0 });
const expects = (
  at: number,
  state: 'none' | 'pending' | 'firing' | 'resolved',
  acts: 'notify'[] | null = null,
): TestStep => ({
  at,
  verb: 'expect',
  state,
  key: null,
  acts,
});

function play(steps: readonly TestStep[]): readonly string[] {
  const testCase: TestCase = { name: 'case', rule: 'a', steps, line: 1 };
  const rulebook = makeRulebook([rule]);
  return rehearse(testCase, { rulebook, start: START, reload: () => rulebook, recording: () => [] }).failures;
}

test('a case that goes as expected has no failures', () => {
  expect(play([emit(0), expects(1000, 'pending'), expects(MINUTE, 'firing', ['notify'])])).toEqual([]);
});

test.each([
  [[emit(0), expects(1000, 'firing')], ['at 1s: expected firing, but [] is pending']],
  [[emit(0), expects(MINUTE, 'none')], ['at 1m: expected none, but [] is firing']],
  [[emit(0), expects(MINUTE, 'firing', [])], ['at 1m: expected acts [], but [notify] were decided']],
  [[expects(0, 'firing')], ['at 0s: expected firing, but nothing was found']],
])('a case that goes otherwise says how: %#', (steps, failures) => {
  expect(play(steps)).toEqual(failures);
});

test('a restart neither repeats an act nor forgets a finding', () => {
  const steps = [emit(0), expects(MINUTE, 'firing', ['notify']), { at: 2 * MINUTE, verb: 'restart' } as const];
  expect(play([...steps, expects(3 * MINUTE, 'firing', [])])).toEqual([]);
});

test('a silence holds what is new, an acknowledgement what would be said again', () => {
  const silence = { at: 0, verb: 'silence', for: HOUR, key: null } as const;
  expect(play([silence, emit(0), expects(5 * MINUTE, 'firing', []), expects(HOUR, 'firing', ['notify'])])).toEqual([]);
});

test('after a jump of the clock nothing is said before the sources had time to look', () => {
  const jump = { at: 1000, verb: 'clock', jump: HOUR } as const;
  expect(play([emit(0), jump, expects(2000, 'pending', []), expects(30_000, 'firing', ['notify'])])).toEqual([]);
});
