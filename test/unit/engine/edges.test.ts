import { expect, test } from 'vitest';
import type { Condition } from '../../../src/core/rule.ts';
import { HOUR, MINUTE } from '../../../src/core/time.ts';
import { createHeap } from '../../../src/engine/heap.ts';
import { at, drive } from '../../support/drive.ts';
import { makeRule, predicate } from '../../support/make-rule.ts';

const says = (word: string) => predicate(word, (data) => data['top_rss'] === word);
const bad = { available_mb: 0 };
const count: Condition = { type: 'count', n: 2, within: 10 * MINUTE, distinct: null, clearAfter: HOUR };

test.each([
  ['599s', ['notify:fire']],
  ['10m', []],
])('of a window of ten minutes, what happened %s after the first finds: %j', (span, words) => {
  const story = drive([makeRule({ name: 'c', condition: count })]);
  story.emit('1m', 'host.memory', bad, at('0s'));
  story.emit('630s', 'host.memory', bad, at(span));
  expect(story.look('630s').filter((word) => word.startsWith('notify'))).toEqual(words);
});

test('a count of what happened long ago fires nothing', () => {
  const story = drive([makeRule({ name: 'c', condition: count })]);
  story.emit('1h', 'host.memory', bad, at('50m'));
  story.emit('1h', 'host.memory', bad, at('51m'));
  expect(story.look('61m').filter((word) => word.startsWith('notify'))).toEqual([]);
});

test('an absence that is learned of too late waits half a minute for the answer that may be on its way', () => {
  const condition: Condition = {
    type: 'absence',
    start: says('start'),
    expect: says('end'),
    cancel: null,
    within: HOUR,
    rearm: false,
    ttl: null,
  };
  const story = drive([makeRule({ name: 'a', condition, when: null })]);
  story.emit('3h', 'host.memory', { top_rss: 'start' }, at('1h'));
  expect(story.look('10829s')).toEqual(['a:pending']);
  expect(story.look('10830s')).toEqual(['a:firing', 'notify:fire']);
});

test('the steps of a sequence have so long from when the first happened, not from when it was heard of', () => {
  const condition: Condition = {
    type: 'sequence',
    steps: [says('start'), says('end')],
    within: 10 * MINUTE,
    ttl: HOUR,
  };
  const story = drive([makeRule({ name: 's', condition, when: null })]);
  story.emit('4m', 'host.memory', { top_rss: 'start' }, at('0s'));
  story.emit('12m', 'host.memory', { top_rss: 'end' });
  expect(story.look('12m').filter((word) => word.startsWith('notify'))).toEqual([]);
});

test('what comes due at once leaves in the order in which it came', () => {
  const heap = createHeap<string>();
  for (const [when, name] of [
    [2, 'c'],
    [1, 'a'],
    [2, 'd'],
    [1, 'b'],
    [2, 'e'],
  ] as const) {
    heap.push(when, name);
  }
  expect(Array.from({ length: 6 }, () => heap.pop())).toEqual(['a', 'b', 'c', 'd', 'e', undefined]);
});
