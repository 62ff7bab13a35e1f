import { expect, test } from 'vitest';
import type { Condition } from '../../../src/core/rule.ts';
import { HOUR, MINUTE, SECOND, toIso } from '../../../src/core/time.ts';
import { at, drive, START } from '../../support/drive.ts';
import { makeRule, notify, path, predicate, step, vault } from '../../support/make-rule.ts';

const hold = (parts: Partial<Extract<Condition, { type: 'hold' }>>): Condition => ({
  type: 'hold',
  for: 0,
  since: null,
  clearFor: 0,
  missing: 'keep',
  missingAfter: HOUR,
  ...parts,
});

const bad = { available_mb: 0 };
const fine = { available_mb: 9000 };

test('a match fires at once, counts on, and resolves when its ttl passes without another', () => {
  const story = drive([makeRule({ name: 'm', condition: { type: 'match', ttl: 10 * MINUTE } })]);
  story.emit('1m', 'host.memory', bad);
  expect(story.look('1m')).toEqual(['m:firing', 'notify:fire']);
  story.emit('6m', 'host.memory', bad);
  expect(story.look('15m')).toEqual(['m:firing', 'notify:update']);
  expect(story.look('16m')).toEqual(['m:resolved', 'notify:resolve']);
});

test('a match that is told of long after it happened fires nothing', () => {
  const story = drive([makeRule({ name: 'm', condition: { type: 'match', ttl: HOUR } })]);
  story.emit('10m', 'host.memory', bad, at('4m'));
  expect(story.look('11m')).toEqual([]);
});

test('a hold that ends too early says nothing', () => {
  const story = drive([makeRule({ name: 'h', condition: hold({ for: 30 * SECOND }) })]);
  story.emit('0s', 'host.memory', bad);
  expect(story.look('29s')).toEqual(['h:pending']);
  story.emit('29s', 'host.memory', fine);
  expect(story.look('5m')).toEqual(['h:resolved']);
});

test('a hold fires exactly when its time is over, without a new event', () => {
  const story = drive([makeRule({ name: 'h', condition: hold({ for: 30 * SECOND }) })]);
  story.emit('0s', 'host.memory', bad);
  story.engine.advance(at('29s'));
  expect(story.look('29s')).toEqual(['h:pending']);
  const { findings } = story.decided('2m');
  expect(findings.map((finding) => finding.firedAt)).toEqual([at('30s')]);
});

test('a blip of good news inside clear_for keeps it firing', () => {
  const story = drive([makeRule({ name: 'h', condition: hold({ clearFor: 5 * MINUTE }) })]);
  story.emit('0s', 'host.memory', bad);
  story.look('1s');
  story.emit('7m', 'host.memory', fine);
  story.emit('9m', 'host.memory', bad);
  story.emit('14m', 'host.memory', fine);
  expect(story.look('18m59s').filter((word) => word.includes('resolve'))).toEqual([]);
  expect(story.look('19m')).toEqual(['h:resolved', 'notify:resolve']);
});

test('a value between bad and clear neither fires nor clears', () => {
  const rule = makeRule({
    name: 'h',
    condition: hold({ clearFor: MINUTE }),
    clear: predicate('clear', (data) => Number(data['available_mb']) > 100),
  });
  const story = drive([rule]);
  story.emit('0s', 'host.memory', { available_mb: 50 });
  expect(story.look('1s')).toEqual([]);
  story.emit('1m', 'host.memory', bad);
  expect(story.look('1m')).toEqual(['h:firing', 'notify:fire']);
  story.emit('2m', 'host.memory', { available_mb: 200 });
  story.emit('2m30s', 'host.memory', { available_mb: 50 });
  expect(story.look('1h').filter((word) => word.startsWith('h:'))).toEqual([]);
});

test('a hold anchored to the source’s clock fires at once for what is already old', () => {
  const rule = makeRule({ name: 'h', condition: hold({ for: 24 * HOUR, since: path('top_rss') }) });
  const story = drive([rule]);
  story.emit('0s', 'host.memory', { ...bad, top_rss: toIso(START - 25 * HOUR) });
  const { findings } = story.decided('0s');
  expect(findings.map((finding) => [finding.state, finding.since])).toEqual([['firing', START - 25 * HOUR]]);
});

test('a finding whose anchor moves on is over, and may come again', () => {
  const rule = makeRule({ name: 'h', condition: hold({ for: HOUR, since: path('top_rss') }) });
  const story = drive([rule]);
  story.emit('0s', 'host.memory', { ...bad, top_rss: toIso(START) });
  expect(story.look('1h')).toEqual(['h:firing', 'notify:fire']);
  story.emit('2h', 'host.memory', { ...bad, top_rss: toIso(START) });
  story.look('2h');
  story.emit('3h', 'host.memory', { ...bad, top_rss: toIso(at('3h')) });
  expect(story.look('3h')).toEqual(['h:resolved', 'h:pending', 'notify:resolve']);
  expect(story.look('4h').at(-1)).toBe('notify:fire');
});

test('an anchor is not believed further back than 30 days, nor in the future', () => {
  const rule = makeRule({ name: 'h', condition: hold({ for: 24 * HOUR, since: path('top_rss') }) });
  const story = drive([rule]);
  story.emit('0s', 'host.memory', { ...bad, top_rss: '1970-01-01T00:00:00Z' });
  expect(story.decided('0s').findings[0]?.since).toBe(START - 30 * 24 * HOUR);
  const other = drive([rule]);
  other.emit('0s', 'host.memory', { ...bad, top_rss: toIso(START + HOUR) });
  expect(other.decided('0s').findings[0]?.since).toBe(START);
});

test.each([
  ['keep', []],
  ['clear', ['h:resolved', 'notify:resolve']],
] as const)('when nothing more is heard, missing = %s', (missing, expected) => {
  const story = drive([makeRule({ name: 'h', condition: hold({ missing, missingAfter: 10 * MINUTE }) })]);
  story.emit('0s', 'host.memory', bad);
  story.look('1s');
  expect(story.look('30m')).toEqual(expected);
});

test('missing = fire tells of a subject that went silent', () => {
  const story = drive([makeRule({ name: 'h', condition: hold({ missing: 'fire', missingAfter: 10 * MINUTE }) })]);
  story.emit('0s', 'host.memory', fine);
  expect(story.look('9m')).toEqual([]);
  expect(story.look('10m')).toEqual(['h:firing', 'notify:fire']);
});

const three: Condition = { type: 'count', n: 3, within: 10 * MINUTE, distinct: null, clearAfter: 15 * MINUTE };

test('a count fires at the third within the window, goes on as one, and ends when it is calm', () => {
  const story = drive([makeRule({ name: 'c', condition: three, steps: [step(0, vault), step(1, notify)] })]);
  for (const span of ['0s', '4m']) story.emit(span, 'host.memory', bad);
  expect(story.look('5m')).toEqual([]);
  story.emit('9m', 'host.memory', bad);
  expect(story.look('9m')).toEqual(['c:firing', 'vault:fire', 'notify:fire']);
  story.emit('9m30s', 'host.memory', bad);
  expect(story.look('10m')).toEqual(['c:firing', 'vault:update']);
  expect(story.look('24m29s')).toEqual(['notify:update'].flatMap((word) => ['c:firing', word]));
  expect(story.look('24m30s')).toEqual(['c:resolved', 'vault:resolve', 'notify:resolve']);
});

test('a count forgets what left the window', () => {
  const story = drive([makeRule({ name: 'c', condition: three })]);
  for (const span of ['0s', '9m', '11m']) story.emit(span, 'host.memory', bad);
  expect(story.look('11m')).toEqual([]);
  story.emit('12m', 'host.memory', bad);
  expect(story.look('12m')).toEqual(['c:firing', 'notify:fire']);
});

test('every change of a count is an update of its own, also when the number is the same again', () => {
  const story = drive([makeRule({ name: 'c', condition: three, steps: [step(0, vault)] })]);
  for (const span of ['0s', '4m', '9m']) story.emit(span, 'host.memory', bad);
  const updates = ['13m', '18m', '22m', '27m'].flatMap((span) => {
    story.decided(span);
    story.emit(span, 'host.memory', bad);
    return story.decided(span).orders;
  });
  expect(updates.map(({ phase, spec }) => `${phase} ${spec.card.count}`)).toEqual(Array(4).fill('update 3'));
  expect(new Set(updates.map(({ id }) => id)).size).toBe(4);
});

test('time goes on when the turns of a subject are forgotten while it is being counted', () => {
  const story = drive([makeRule({ name: 'c', condition: three })]);
  for (const span of ['0s', '1m', '2m', '75m']) story.emit(span, 'host.memory', bad);
  expect(story.look('2h').at(-1)).toBe('notify:resolve');
  expect(story.engine.nextDue()).toBe(Number.POSITIVE_INFINITY);
});

test('a count keeps its stamps in order of event time when a snapshot tells of the past', () => {
  const story = drive([makeRule({ name: 'c', condition: three })]);
  story.emit('9m', 'host.memory', bad);
  story.emit('10m', 'host.memory', bad, at('8m'));
  story.emit('11m', 'host.memory', bad, at('10m'));
  const { findings } = story.decided('11m');
  expect(findings.map((finding) => finding.causes)).toEqual([['e2', 'e1', 'e3']]);
});

test('a distinct count counts values, not events', () => {
  const rule = makeRule({ name: 'c', condition: { ...three, distinct: path('top_rss') } });
  const story = drive([rule]);
  for (const value of ['a', 'a', 'b']) story.emit('1m', 'host.memory', { ...bad, top_rss: value });
  expect(story.look('1m')).toEqual([]);
  story.emit('2m', 'host.memory', { ...bad, top_rss: 'c' });
  expect(story.look('2m')).toEqual(['c:firing', 'notify:fire']);
});

const flag = (name: string) => predicate(name, (data) => data['top_rss'] === name);
const absence: Condition = {
  type: 'absence',
  start: flag('start'),
  expect: flag('expect'),
  cancel: flag('cancel'),
  within: 20 * MINUTE,
  rearm: false,
  ttl: null,
};
const say = (top_rss: string) => ({ top_rss });

test('an absence fires when the answer does not come, and resolves when it does', () => {
  const story = drive([makeRule({ name: 'a', condition: absence, when: null })]);
  story.emit('0s', 'host.memory', say('start'));
  story.emit('19m', 'host.memory', say('expect'));
  expect(story.look('40m')).toEqual(['a:resolved']);
  story.emit('41m', 'host.memory', say('start'));
  story.emit('50m', 'host.memory', say('start'));
  expect(story.look('60m')).toEqual(['a:pending']);
  expect(story.look('61m')).toEqual(['a:firing', 'notify:fire']);
  story.emit('63m', 'host.memory', say('expect'));
  expect(story.look('63m')).toEqual(['a:resolved', 'notify:resolve']);
});

test('an absence is cancelled', () => {
  const story = drive([makeRule({ name: 'a', condition: absence, when: null })]);
  story.emit('0s', 'host.memory', say('start'));
  story.emit('1m', 'host.memory', say('cancel'));
  expect(story.look('2h')).toEqual(['a:resolved']);
});

test('a rearmed absence counts from the last start', () => {
  const story = drive([makeRule({ name: 'a', condition: { ...absence, rearm: true }, when: null })]);
  story.emit('0s', 'host.memory', say('start'));
  story.emit('15m', 'host.memory', say('start'));
  expect(story.look('34m')).toEqual(['a:pending']);
  expect(story.look('35m')).toEqual(['a:firing', 'notify:fire']);
});

const sequence: Condition = { type: 'sequence', steps: ['one', 'two', 'three'].map(flag), within: MINUTE, ttl: HOUR };

test('a sequence fires in order and within its time only', () => {
  const story = drive([makeRule({ name: 's', condition: sequence, when: null })]);
  for (const word of ['two', 'one', 'three', 'two']) story.emit('1s', 'host.memory', say(word));
  expect(story.look('10s')).toEqual(['s:pending']);
  story.emit('30s', 'host.memory', say('three'));
  expect(story.look('30s')).toEqual(['s:firing', 'notify:fire']);
  const slow = drive([makeRule({ name: 's', condition: sequence, when: null })]);
  for (const [span, word] of [
    ['0s', 'one'],
    ['30s', 'two'],
    ['61s', 'three'],
  ] as const) {
    slow.emit(span, 'host.memory', say(word));
  }
  expect(slow.look('2m')).toEqual(['s:resolved']);
});
