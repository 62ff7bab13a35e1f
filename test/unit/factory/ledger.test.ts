import { describe, expect, test } from 'vitest';
import { toEvent, type AnyEvent } from '../../../src/core/event.ts';
import { openLedger, toFact, type Fact, type Ledger } from '../../../src/factory/ledger.ts';
import { believedThere } from '../../../src/factory/looks.ts';

const guard = (active: boolean) => toFact('worktree', { path: '/tmp/w', exists: true, preserved: active });
const open = (before: readonly AnyEvent[] = [], run = '1'): Ledger =>
  openLedger({ host: 'box', scheme: 'work', run, before });
const ALL: (fact: Fact) => boolean = () => true;

function say(ledger: Ledger, facts: Parameters<Ledger['news']>[0], isCovered = ALL): readonly AnyEvent[] {
  const news = ledger.news(facts, isCovered, 1000);
  ledger.said(news);
  return news.map((one) => one.event);
}

describe('a ledger', () => {
  test('says what is new, with the entity in its source, and nothing twice', () => {
    const ledger = open();
    const [event] = say(ledger, [guard(false)]);
    expect(event).toMatchObject({
      kind: 'worktree',
      subject: '/tmp/w',
      source: 'work://box/tmp/w',
      host: 'box',
      time: 1000,
    });
    expect(say(ledger, [guard(false)])).toEqual([]);
    expect(say(ledger, [guard(true)])).toMatchObject([{ data: { preserved: true } }]);
  });

  test('says a state that comes back each time, under another id', () => {
    const ledger = open();
    const ids = [true, false, true].flatMap((active) => say(ledger, [guard(active)]).map((event) => event.id));
    expect(new Set(ids).size).toBe(3);
  });

  test('says what is gone once, as it was last known', () => {
    const ledger = open();
    say(ledger, [guard(true)]);
    expect(say(ledger, [])).toMatchObject([{ data: { exists: false, preserved: true } }]);
    expect(say(ledger, [])).toEqual([]);
  });

  test('says nothing of what could not be looked at', () => {
    const ledger = open();
    say(ledger, [guard(true)]);
    expect(say(ledger, [], (fact) => fact.kind !== 'worktree')).toEqual([]);
    expect(say(ledger, [])).toHaveLength(1);
  });

  test('says again what was not taken', () => {
    const ledger = open();
    expect(ledger.news([guard(true)], ALL, 1)).toHaveLength(1);
    expect(ledger.news([guard(true)], ALL, 2)).toHaveLength(1);
  });

  test('says everything once a run, and what went while nobody looked', () => {
    const before = say(open(), [guard(true)]);
    const [again] = say(open(before, '2'), [guard(true)]);
    expect(again?.id).not.toBe(before[0]?.id);
    expect(say(open(before, '3'), [])).toMatchObject([{ subject: '/tmp/w', data: { exists: false } }]);
  });

  test('takes a part of the data as its key when it is told to', () => {
    const ledger = open();
    const fact = (idle: number) => toFact('worktree', { path: '/tmp/w', exists: true, idle_s: idle }, 'same');
    say(ledger, [fact(1)]);
    expect(say(ledger, [fact(2)])).toEqual([]);
  });
});

test('only what was there, on this box and in this place, is believed', () => {
  const worktree = (host: string, data: object): AnyEvent =>
    toEvent('worktree', { id: '1', source: 'x', subject: 'w', time: 0, host }, { exists: true, ...data });
  const events = [
    worktree('box', {}),
    worktree('box', { exists: false }),
    worktree('box', { place: 'agents' }),
    worktree('other', {}),
  ];
  expect(believedThere(events, 'box', '')).toEqual([events[0]]);
  expect(believedThere(events, 'box', 'agents')).toEqual([events[2]]);
});
