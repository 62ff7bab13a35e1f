import { expect, test } from 'vitest';
import { toEvent, type AnyEvent } from '../../../src/core/event.ts';
import type { Condition, Rule } from '../../../src/core/rule.ts';
import { HOUR, MINUTE } from '../../../src/core/time.ts';
import { parseHead } from '../../../src/engine/checkpoint.ts';
import { at, START } from '../../support/drive.ts';
import { openLives, type Lives } from '../../support/lives.ts';
import { makeRule, notify, path, predicate, step, vault } from '../../support/make-rule.ts';

const hold: Condition = { type: 'hold', for: 0, since: null, clearFor: 0, missing: 'keep', missingAfter: HOUR };
/** Nothing of the past is gone through again but what came after the checkpoint. */
const shortRule = (parts: Partial<Parameters<typeof makeRule>[0]> = {}): Rule =>
  makeRule({ name: 'a', condition: hold, key: ['top_rss'], window: 0, ...parts });

let unique = 0;

function event(span: string, data: object): AnyEvent {
  unique += 1;
  const head = { id: `e${unique}`, source: 'test://box', subject: 's', time: at(span), host: 'box' };
  return { ...toEvent('host.memory', head, data), received: at(span) };
}

function command(span: string, verb: string, args: readonly string[], finding = ''): AnyEvent {
  unique += 1;
  const head = { id: `e${unique}`, source: 'test://box', subject: 's', time: at(span), host: 'box' };
  return { ...toEvent('operator.command', head, { verb, args, finding, from: '@op' }), received: at(span) };
}

const source = (span: string, data: object): AnyEvent => {
  unique += 1;
  const head = { id: `e${unique}`, source: 'reactor://box', subject: 's', time: at(span), host: 'box' };
  return { ...toEvent('reactor.source', head, data), received: at(span) };
};

const bad = (span: string, top_rss = 'x'): AnyEvent => event(span, { available_mb: 0, top_rss });
const fine = (span: string, top_rss = 'x'): AnyEvent => event(span, { available_mb: 9000, top_rss });

/** `act:phase` of what was ordered since the last look. */
function news(lives: Lives): () => readonly string[] {
  let seen = 0;
  return () => {
    const fresh = [...lives.orders.values()].slice(seen);
    seen += fresh.length;
    return fresh.map(({ spec, phase }) => `${spec.act}:${phase}`);
  };
}

const stateOf = (lives: Lives): readonly string[] => [...lives.ledger.values()].map(({ state }) => state);

test('turns from before the restart are counted, however short the rule looks back', () => {
  const lives = openLives([shortRule()], START);
  for (const one of [bad('0s'), fine('1m'), bad('2m'), fine('3m')]) {
    lives.take(one);
  }
  lives.restart(at('40m'));
  lives.take(bad('41m'));
  expect(stateOf(lives)).toEqual(['flapping']);
});

test('a finding that calms down is over when it would have been without the restart', () => {
  const lives = openLives([shortRule()], START);
  for (const one of [bad('0s'), fine('1m'), bad('2m'), fine('3m'), bad('4m'), fine('5m'), bad('6m'), fine('7m')]) {
    lives.take(one);
  }
  lives.restart(at('35m'));
  lives.pass(at('126m'));
  expect(stateOf(lives)).toEqual(['flapping']);
  lives.pass(at('127m'));
  expect(stateOf(lives)).toEqual(['resolved']);
});

test('who was announced within a minute before the restart counts against the limit after it', () => {
  const lives = openLives([shortRule()], START);
  const look = news(lives);
  for (let i = 0; i < 10; i += 1) lives.take(bad('0s', `k${i}`));
  expect(look()).toHaveLength(10);
  lives.restart(at('10s'));
  for (let i = 0; i < 5; i += 1) lives.take(bad('11s', `l${i}`));
  lives.pass(at('59s'));
  expect(look()).toEqual([]);
  lives.pass(at('60s'));
  expect(look()).toHaveLength(5);
});

test('a repeat that was silenced is not said after the restart', () => {
  const lives = openLives([shortRule({ repeat: 10 * MINUTE })], START);
  const look = news(lives);
  lives.take(bad('0s'));
  expect(look()).toEqual(['notify:fire']);
  lives.take(command('1m', 'silence', ['a', '12m']));
  lives.pass(at('14m'));
  lives.restart(at('14m'));
  expect(look()).toEqual([]);
  lives.pass(at('20m'));
  expect(look()).toEqual(['notify:fire']);
});

test('a repeat that another finding explained is not said after the restart either', () => {
  const says = (word: string) => predicate(word, (data) => data['top_rss'] === word);
  const cause = { ...shortRule({ name: 'cause', when: says('cause'), clear: says('over') }), key: [] };
  const explained = shortRule({ repeat: 10 * MINUTE, inhibitedBy: [{ rule: 'test/cause', equal: [] }] });
  const lives = openLives([explained, cause], START);
  const look = news(lives);
  lives.take(bad('0s'));
  lives.take(event('1m', { available_mb: 9000, top_rss: 'cause' }));
  expect(look()).toEqual(['notify:fire', 'notify:fire']);
  lives.take(event('12m', { available_mb: 9000, top_rss: 'over' }));
  expect(look()).toEqual(['notify:resolve']);
  lives.restart(at('13m'));
  expect(look()).toEqual([]);
  lives.pass(at('20m'));
  expect(look()).toEqual(['notify:fire']);
});

test('a hold whose source does not say since when goes on counting', () => {
  const condition: Condition = { ...hold, for: HOUR, since: path('swap_since') };
  const lives = openLives([shortRule({ condition })], START);
  const look = news(lives);
  lives.take(bad('0s'));
  lives.restart(at('50m'));
  lives.take(bad('51m'));
  lives.pass(at('59m'));
  expect(look()).toEqual([]);
  lives.pass(at('60m'));
  expect(look()).toEqual(['notify:fire']);
});

test('what came back while it was ended at the same moment leaves both in the ledger', () => {
  const lives = openLives([shortRule()], START);
  lives.take(bad('0s'));
  const [first] = lives.ledger.values();
  lives.engine.handle(fine('1m'));
  lives.engine.handle(bad('1m'));
  const states = lives.engine.drain().findings.map(({ state, firing }) => [state, firing === first?.firing]);
  expect(states).toEqual([
    ['resolved', true],
    ['firing', false],
  ]);
});

test('who could not see before the restart still cannot, until it says that it can', () => {
  const lives = openLives([shortRule()], START);
  lives.take(bad('0s'));
  lives.take(source('2m', { source: 'host', state: 'unavailable', reason: 'gone' }));
  lives.restart(at('40m'));
  const doubts = (): readonly unknown[] => lives.engine.findings(at('41m')).map(({ unconfirmed }) => unconfirmed);
  expect(doubts()).toEqual([{ source: 'host', since: at('2m'), reason: 'gone' }]);
  lives.take(source('41m', { source: 'host', state: 'available' }));
  expect(doubts()).toEqual([null]);
});

test('what was acknowledged once is not acknowledged for ever, because another rule reads so far back', () => {
  const never = predicate('never', () => false);
  const reader = makeRule({ name: 'reader', on: ['operator.command'], when: never, condition: hold, window: HOUR });
  const lives = openLives([shortRule(), reader], START);
  lives.take(bad('0s'));
  const [finding = ''] = lives.ledger.keys();
  lives.take(command('1m', 'ack', [], finding));
  lives.take(fine('2m'));
  lives.take(bad('10m'));
  const acked = (): readonly unknown[] => lives.engine.findings(at('30m')).map((one) => [one.state, one.acked]);
  expect(acked()).toEqual([['firing', false]]);
  lives.restart(at('30m'), { rules: [shortRule(), { ...reader, hash: 'other' }] });
  expect(acked()).toEqual([['firing', false]]);
});

test('a rule that decides differently by now sees the log with new eyes, and the others go on', () => {
  const rules = [shortRule(), shortRule({ name: 'b', repeat: 30 * MINUTE })];
  const lives = openLives(rules, START);
  const look = news(lives);
  lives.take(bad('0s'));
  expect(look()).toEqual(['notify:fire', 'notify:fire']);
  const changed = shortRule({ hash: 'other', window: HOUR, steps: [step(0, notify), step(1, vault)] });
  lives.restart(at('20m'), { rules: [changed, ...rules.slice(1)] });
  expect(look()).toEqual(['vault:fire']);
  lives.pass(at('30m'));
  expect(look()).toEqual(['notify:fire']);
});

test('a checkpoint of another version is passed over', () => {
  const lives = openLives([shortRule()], START);
  lives.take(bad('0s'));
  const { head } = lives.engine.remember(true);
  expect(parseHead(JSON.stringify(head))).toEqual(head);
  expect(parseHead(JSON.stringify({ ...head, format: 0 }))).toBeNull();
  expect(parseHead(null)).toBeNull();
});

test('whoever changes what a track remembers raises the format of checkpoints, and then this', () => {
  const lives = openLives([shortRule()], START);
  lives.take(bad('0s'));
  const { head, kept } = lives.engine.remember(true);
  const body: unknown = JSON.parse(kept[0]?.body ?? '');
  expect([head.format, shapeOf(body)]).toEqual([
    1,
    'causes clearing count due flips host incident key lastAt lastEvent origin phase place position scheduledAt silentAt since stamps values',
  ]);
  expect(shapeOf((body as { readonly incident: unknown }).incident)).toBe(
    'acked calmAt firedAt firing flapping gates inhibitedBy repeatAt resolvedAt silenced steps text title',
  );
});

const shapeOf = (value: unknown): string =>
  Object.keys(value ?? {})
    .toSorted()
    .join(' ');
