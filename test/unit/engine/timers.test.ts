import { expect, test } from 'vitest';
import type { Condition } from '../../../src/core/rule.ts';
import { HOUR, MINUTE } from '../../../src/core/time.ts';
import { explainWhyNot } from '../../../src/engine/why-not.ts';
import { at, drive, START } from '../../support/drive.ts';
import { makeRule, predicate } from '../../support/make-rule.ts';

const hold = {
  type: 'hold',
  for: 10 * MINUTE,
  since: null,
  clearFor: 5 * MINUTE,
  missing: 'keep',
  missingAfter: HOUR,
} as const;
const says = (word: string) => predicate(word, (data) => data['top_rss'] === word);
const absence = {
  type: 'absence',
  start: says('bad'),
  expect: says('fine'),
  cancel: null,
  within: HOUR,
  rearm: false,
} as const;
const count = { type: 'count', n: 3, within: 10 * MINUTE, distinct: null, clearAfter: 15 * MINUTE } as const;
const sequence = { type: 'sequence', steps: [says('bad'), says('fine')], within: HOUR, ttl: 2 * HOUR } as const;

/** Events a minute apart, by what they say; the answer is of two minutes after the last. */
function timersAfter(condition: Condition, words: readonly string[], span: string): readonly string[] {
  const when = condition.type === 'absence' || condition.type === 'sequence' ? null : says('bad');
  const rule = makeRule({ name: 'a', condition, when });
  const story = drive([rule]);
  words.forEach((top_rss, minute) => story.emit(`${minute}m`, 'host.memory', { top_rss }));
  const [subject] = explainWhyNot(rule, story.events, at(span), []).subjects;
  return subject?.timers.map((timer) => `${(timer.at - START) / MINUTE}m ${timer.what}`) ?? [];
}

test.each<[Condition, readonly string[], string, readonly string[]]>([
  [{ type: 'match', ttl: HOUR }, ['bad'], '2m', ['60m over, unless it matches again']],
  [{ type: 'match', ttl: HOUR }, ['fine'], '2m', []],
  [hold, ['bad'], '2m', ['10m fires, unless it stops being true']],
  [hold, ['bad', 'fine'], '2m', []],
  [{ ...hold, for: 0 }, ['bad', 'fine'], '2m', ['6m over, unless it is true again']],
  [{ ...hold, missing: 'fire' }, ['fine'], '2m', ['60m fires, if nothing is heard of it until then']],
  [{ ...hold, for: 0, missing: 'clear' }, ['bad'], '2m', ['60m over, if nothing is heard of it until then']],
  [count, ['bad', 'bad'], '2m', ['11m begins to count anew: 2 of 3 within 10m so far']],
  [count, ['bad', 'bad', 'bad'], '3m', ['17m over, unless it happens again']],
  [{ ...absence, ttl: null }, ['bad'], '2m', ['60m fires, unless fine']],
  [{ ...absence, ttl: 2 * HOUR }, ['bad'], '61m', ['180m over']],
  [sequence, ['bad'], '2m', ['60m begins anew: 1 of 2 steps so far']],
  [sequence, ['bad', 'fine'], '2m', ['121m over']],
])('%#', (condition, words, span, timers) => {
  expect(timersAfter(condition, words, span)).toEqual(timers);
});

test('a finding that flaps says when it may be called calm', () => {
  const words = Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? 'bad' : 'fine'));
  const timers = timersAfter({ ...hold, for: 0, clearFor: 0 }, words, '10m');
  expect(timers).toEqual([expect.stringMatching(/^\d+m no longer flaps, if it stays calm$/)]);
});

test('events of other kinds and other keys do not count', () => {
  const rule = makeRule({ name: 'a', condition: count, when: says('bad'), key: ['top_rss'] });
  const story = drive([rule]);
  story.emit('0m', 'host.memory', { top_rss: 'bad' });
  story.emit('0m', 'host.memory', { top_rss: 'fine' });
  story.emit('0m', 'host.load', { load1: 1 });
  const answer = explainWhyNot(rule, story.events, at('1m'), ['bad']);
  expect(answer).toMatchObject({ events: 2, subjects: [{ key: ['bad'], events: 1, matched: 1, phase: 'idle' }] });
});
