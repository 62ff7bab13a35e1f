import { expect, test } from 'vitest';
import type { AnyEvent } from '../../../src/core/event.ts';
import type { Finding } from '../../../src/core/finding.ts';
import type { EffectOrder } from '../../../src/core/effect.ts';
import type { Condition, Rule } from '../../../src/core/rule.ts';
import { HOUR, MINUTE } from '../../../src/core/time.ts';
import { createEngine, type Engine } from '../../../src/engine/engine.ts';
import { rebuild } from '../../../src/engine/rebuild.ts';
import { at, drive, words } from '../../support/drive.ts';
import { openLives } from '../../support/lives.ts';
import { makeRule, makeRulebook, notify, predicate, step, vault } from '../../support/make-rule.ts';

const bad = { available_mb: 0 };
const fine = { available_mb: 9000 };
const flag = (name: string) => predicate(name, (data) => data['top_rss'] === name);
const steps = [step(0, notify), step(1, vault)];
const hold: Condition = { type: 'hold', for: 0, since: null, clearFor: 0, missing: 'keep', missingAfter: HOUR };

interface Past {
  readonly rule: Rule;
  readonly events: readonly AnyEvent[];
  readonly ledger: ReadonlyMap<string, Finding>;
  readonly orders: readonly EffectOrder[];
}

/** What is left of a story when the process ends: the log, the ledger and the outbox. */
function live(rule: Rule, story: readonly (readonly [span: string, data: object])[], until: string): Past {
  const told = drive([rule]);
  for (const [span, data] of story) told.emit(span, 'host.memory', data);
  const { findings, orders } = told.decided(until);
  return { rule, events: told.events, ledger: new Map(findings.map((one) => [one.fingerprint, one])), orders };
}

/** The engine of the next process, before it opens. */
function takeOver({ rule, events, ledger, orders }: Past, replayed = events): Engine {
  const lookup = (id: string): AnyEvent | null => events.find((event) => event.id === id) ?? null;
  const engine = createEngine({ rulebook: makeRulebook([rule]), lookup });
  const open = [...ledger.values()].filter((finding) => finding.state === 'firing' || finding.state === 'flapping');
  const seeds = open.map((finding) => ({
    finding,
    event: lookup(finding.causes.at(-1) ?? ''),
    orders: orders.filter((order) => order.firing === finding.firing),
  }));
  engine.seed(seeds, []);
  for (const event of replayed) engine.handle(event);
  return engine;
}

/** Starts again from it; what the new engine has to say that the outbox does not know. */
function start(past: Past, span: string): readonly string[] {
  const engine = takeOver(past);
  engine.open(at(span));
  const decision = engine.drain();
  const known = new Set(past.orders.map((order) => order.id));
  return words({ ...decision, orders: decision.orders.filter((order) => !known.has(order.id)) });
}

test('an earlier end in the log does not end the firing that came after it', () => {
  const rule = makeRule({ name: 'a', condition: hold, steps });
  const past = live(
    rule,
    [
      ['0s', bad],
      ['5m', fine],
      ['10m', bad],
    ],
    '11m',
  );
  expect(start(past, '12m').filter((word) => word.includes(':resolve'))).toEqual([]);
});

test('an answer to an earlier start does not end an absence that fired later', () => {
  const condition: Condition = {
    type: 'absence',
    start: flag('start'),
    expect: flag('expect'),
    cancel: null,
    within: 20 * MINUTE,
    rearm: false,
    ttl: null,
  };
  const rule = makeRule({ name: 'a', condition, when: null, steps });
  const say = (top_rss: string) => ({ top_rss });
  const past = live(
    rule,
    [
      ['0s', say('start')],
      ['5m', say('expect')],
      ['10m', say('start')],
    ],
    '31m',
  );
  expect([...past.ledger.values()].map((finding) => finding.state)).toEqual(['firing']);
  expect(start(past, '40m').filter((word) => /notify|vault/.test(word))).toEqual([]);
});

test('what happened while nobody ran ends the firing, once', () => {
  const rule = makeRule({ name: 'a', condition: hold, steps });
  const past = live(rule, [['0s', bad]], '1m');
  const missed = live(
    rule,
    [
      ['0s', bad],
      ['2m', fine],
    ],
    '2m',
  ).events;
  expect(start({ ...past, events: missed }, '5m')).toEqual(['a:resolved', 'notify:resolve', 'vault:resolve']);
});

test('a count is not counted twice by the replay', () => {
  const condition: Condition = { type: 'count', n: 3, within: 10 * MINUTE, distinct: null, clearAfter: 15 * MINUTE };
  const rule = makeRule({ name: 'a', condition, steps });
  const past = live(
    rule,
    [
      ['0s', bad],
      ['1m', bad],
      ['2m', bad],
      ['3m', bad],
    ],
    '4m',
  );
  const engine = createEngine({ rulebook: makeRulebook([rule]), lookup: () => null });
  const [finding] = past.ledger.values();
  if (finding === undefined) throw new Error('nothing fired');
  engine.seed([{ finding, event: null, orders: past.orders }], []);
  for (const event of past.events) engine.handle(event);
  engine.open(at('5m'));
  expect(engine.findings(at('5m')).map(({ count, causes }) => [count, causes])).toEqual([
    [4, ['e1', 'e2', 'e3', 'e4']],
  ]);
});

test('a process that dies before it opened has told nobody, not even the ledger', () => {
  const rule = makeRule({ name: 'a', condition: hold, steps });
  const past = live(rule, [['0s', bad]], '1m');
  const [finding] = past.ledger.values();
  if (finding === undefined) throw new Error('nothing fired');
  const engine = createEngine({ rulebook: makeRulebook([rule]), lookup: () => null });
  engine.seed([{ finding, event: null, orders: past.orders }], []);
  for (const event of live(
    rule,
    [
      ['0s', bad],
      ['2m', fine],
    ],
    '2m',
  ).events) {
    engine.handle(event);
  }
  expect(words(engine.drain())).toEqual([]);
});

test('what was last said long ago still counts for a hold, and begins nothing anew', () => {
  const absence: Condition = {
    type: 'absence',
    start: flag('over'),
    expect: flag('pushed'),
    cancel: null,
    within: 20 * MINUTE,
    rearm: false,
    ttl: null,
  };
  const waits = makeRule({ name: 'waits', condition: absence, when: null, window: 20 * MINUTE });
  const holds = makeRule({ name: 'holds', condition: hold, when: flag('over'), window: 0 });
  const counts = makeRule({
    name: 'counts',
    condition: { type: 'count', n: 1, within: HOUR, distinct: null, clearAfter: 24 * HOUR },
    when: flag('over'),
    window: HOUR,
  });
  const told = drive([]);
  told.emit('0s', 'host.memory', { top_rss: 'over' });
  const engine = rebuild(
    { rulebook: makeRulebook([waits, holds, counts]), lookup: () => null },
    { checkpoint: null, seeds: [], silences: [], standing: () => told.events, replay: () => [] },
    at('10h'),
  );
  engine.open(at('10h'));
  expect(words(engine.drain())).toEqual(['holds:firing', 'notify:fire']);
});

test('a restart does not say again what was said of the last event', () => {
  const rule = makeRule({ name: 'a', condition: hold, steps });
  const story = [
    ['0s', bad],
    ['10m', bad],
  ] as const;
  const past = live(rule, story, '11m');
  expect(past.orders.map((order) => order.phase)).toEqual(['fire', 'fire', 'update', 'update']);
  expect(start({ ...past, events: past.events.slice(-1) }, '20m').filter((word) => !word.startsWith('a:'))).toEqual([]);
});

test('a finding that flapped still does after a restart, though the log shows its last turn alone', () => {
  const rule = makeRule({ name: 'a', condition: hold, steps });
  const story = [
    ['0s', bad],
    ['1m', fine],
    ['2m', bad],
    ['3m', fine],
    ['4m', bad],
  ] as const;
  const past = live(rule, story, '5m');
  const states = [...past.ledger.values()].map((finding) => finding.state);
  expect(states).toEqual(['flapping']);
  const last = past.events.at(-1);
  const over = drive([]);
  over.emit('8m', 'host.memory', fine);
  const events = [...(last === undefined ? [] : [last]), ...over.events];
  expect(start({ ...past, events }, '9m').filter((word) => word.includes(':resolve'))).toEqual([]);
});

test('what the ledger had counted is not counted again, and what it had not is', () => {
  const rule = makeRule({ name: 'a', condition: hold, steps: [step(0, notify), step(1, vault, { after: HOUR })] });
  const story = [
    ['0s', bad],
    ['10m', bad],
  ] as const;
  const past = live(rule, story, '2h');
  const missed = live(rule, [...story, ['2h', bad]], '2h').events;
  const again = (events: readonly AnyEvent[]): readonly unknown[] => {
    const engine = takeOver({ ...past, events });
    engine.open(at('3h'));
    return engine.findings(at('3h')).map(({ count, causes }) => [count, causes]);
  };
  expect(again(past.events)).toEqual([[2, ['e1', 'e2']]]);
  expect(again(past.events.slice(-1))).toEqual([[2, ['e1', 'e2']]]);
  expect(again(missed.slice(-2))).toEqual([[3, ['e1', 'e2', 'e3']]]);
  expect(start(past, '3h').filter((word) => !word.startsWith('a:'))).toEqual([]);
});

test('what came after the last that the ledger had counted is counted, though the replay begins between the two', () => {
  const rule = makeRule({ name: 'a', condition: hold });
  const past = live(
    rule,
    [
      ['0s', bad],
      ['10m', bad],
    ],
    '2h',
  );
  const { events } = live(
    rule,
    [
      ['0s', bad],
      ['10m', bad],
      ['2h', bad],
    ],
    '2h',
  );
  const engine = takeOver({ ...past, events }, events.slice(-1));
  engine.open(at('3h'));
  expect(engine.findings(at('3h'))).toMatchObject([{ count: 3, causes: ['e1', 'e2', 'e3'] }]);
});

test('what people said of a finding, and what the gates said, outlasts the restart', () => {
  const rule = makeRule({
    name: 'a',
    condition: hold,
    steps: [step(0, notify), step(1, vault, { if: flag('never') })],
  });
  const past = live(rule, [['0s', bad]], '1m');
  const ledger = new Map([...past.ledger].map(([id, finding]) => [id, { ...finding, acked: true }] as const));
  const [told] = ledger.values();
  expect(told?.gates).not.toEqual([]);
  const engine = takeOver({ ...past, ledger });
  engine.open(at('2m'));
  expect(engine.findings(at('2m'))).toMatchObject([{ acked: true, gates: told?.gates }]);
});

test('each kind is replayed as far back as the rule that looks furthest', () => {
  const count: Condition = { type: 'count', n: 3, within: 2 * HOUR, distinct: null, clearAfter: HOUR };
  const far = makeRule({ name: 'far', condition: count, window: 2 * HOUR });
  const rules = [far, makeRule({ name: 'near', condition: hold, window: 0 })];
  for (const book of [rules, rules.toReversed()]) {
    const lives = openLives(book, at('0s'));
    const told = drive([]);
    for (const span of ['10m', '40m', '62m']) told.emit(span, 'host.memory', bad);
    const [first, second, third] = told.events;
    if (first === undefined || second === undefined || third === undefined) throw new Error('three were told');
    lives.take(first);
    lives.take(second);
    lives.restart(at('1h'), { rules: book.map((rule) => ({ ...rule, hash: 'other' })) });
    lives.take(third);
    expect(lives.engine.findings(at('62m')).find(({ rule }) => rule === 'test/far')?.state).toBe('firing');
  }
});

test('a finding whose events are gone from the log keeps its words to the end, for people and in the ledger', () => {
  const rule = makeRule({
    name: 'a',
    condition: hold,
    steps: [step(0, notify)],
    render: (template, { event }) => `${template.source} of ${event.id}`,
  });
  const past = live(rule, [['0s', bad]], '1m');
  const said = { title: 'a of e1', text: 'a text of e1' };
  const engine = takeOver({ ...past, events: [] });
  engine.open(at('8d'));
  expect(engine.findings(at('8d'))).toMatchObject([said]);
  engine.drain();
  const { events } = live(rule, [['8d', fine]], '8d');
  for (const event of events) engine.handle(event);
  const { findings, orders } = engine.drain();
  expect(findings).toMatchObject([{ state: 'resolved', ...said }]);
  expect(orders).toMatchObject([{ phase: 'resolve', spec: { card: said } }]);
});

test('a change that people had not been told of yet is told after the restart', () => {
  const rule = makeRule({ name: 'a', condition: hold, steps: [step(0, notify)] });
  const story = [
    ['0s', bad],
    ['10s', bad],
  ] as const;
  const past = live(rule, story, '1m');
  expect(past.orders.map((order) => order.phase)).toEqual(['fire']);
  expect(start(past, '6m').filter((word) => !word.startsWith('a:'))).toEqual(['notify:update']);
});
