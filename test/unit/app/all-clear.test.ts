import { describe, expect, test } from 'vitest';
import { createAllClear, isOpsRoom } from '../../../src/app/all-clear.ts';
import { createSaver } from '../../../src/app/save.ts';
import { sweeps } from '../../../src/app/sweeps.ts';
import type { EffectOrder } from '../../../src/core/effect.ts';
import type { Finding, FindingState, Priority } from '../../../src/core/finding.ts';
import { MINUTE, type Instant } from '../../../src/core/time.ts';
import { makeFinding } from '../../support/command-line.ts';
import { makeCard, makeOrder, T0 } from '../../support/effect-orders.ts';
import { fakeClock } from '../../support/fake-clock.ts';

interface Told {
  readonly act?: 'journal' | 'notify';
  readonly to?: string;
  readonly priority?: Priority;
  readonly phase?: EffectOrder['phase'];
}

let unique = 0;

function order({ act = 'journal', to = 'ops', priority = 'P2', phase = 'fire' }: Told = {}): EffectOrder {
  unique += 1;
  const card = makeCard({ priority });
  const more = { id: `order${unique}`, phase };
  return act === 'notify' ? makeOrder({ act, to, card }, more) : makeOrder({ act, card, also: [] }, more);
}

/** A ledger, an outbox and what is remembered; what fails rolls back. */
function stage() {
  const meta = new Map<string, string>();
  const known = new Map<string, EffectOrder>();
  const ledger = new Map<string, Finding>();
  const store = {
    transact<T>(work: () => T): T {
      const before = [new Map(meta), new Map(known)] as const;
      try {
        return work();
      } catch (error) {
        meta.clear();
        known.clear();
        for (const [name, value] of before[0]) meta.set(name, value);
        for (const [id, one] of before[1]) known.set(id, one);
        throw error;
      }
    },
    meta: {
      get: (name: string) => meta.get(name) ?? null,
      set: (name: string, value: string) => void meta.set(name, value),
    },
    outbox: {
      add: (orders: readonly EffectOrder[]) => {
        for (const one of orders) if (!known.has(one.id)) known.set(one.id, one);
      },
    },
    findings: {
      list: ({ states = [], limit = -1 }: { states?: readonly FindingState[]; limit?: number } = {}) => {
        const found = [...ledger.values()].filter(({ state }) => states.includes(state));
        return limit < 0 ? found : found.slice(0, limit);
      },
    },
  };
  const open = () =>
    createAllClear({ store: store as never, host: 'box', isOpsRoom: (room) => room === 'ops' || room === '' });
  const put = (name: string, state: FindingState, priority: Priority = 'P2'): void =>
    void ledger.set(name, makeFinding({ fingerprint: name, state, priority }));
  const said = (): readonly string[] => [...known.values()].map(({ spec, target }) => `${spec.act} ${target}`);
  return { store, put, said, known, open, clear: open() };
}

describe('the all clear', () => {
  test('is said once, when the last of the trouble is over', () => {
    const { clear, put, said, known } = stage();
    put('a', 'firing');
    put('b', 'firing', 'P0');
    clear.note([order(), order({ act: 'notify' })], T0);
    expect(clear.check(T0)).toBe(false);
    put('a', 'resolved');
    expect(clear.check(T0 + MINUTE)).toBe(false);
    put('b', 'resolved');
    expect(clear.check(T0 + 5 * MINUTE)).toBe(true);
    expect(said()).toEqual(['journal journal', 'notify notify:ops']);
    const [journal] = known.values();
    expect(journal).toMatchObject({
      phase: 'fire',
      decidedAt: T0 + 5 * MINUTE,
      spec: { card: { state: 'clear', since: T0, title: 'All clear' } },
    });
    for (const minutes of [6, 30, 600]) expect(clear.check(T0 + minutes * MINUTE)).toBe(false);
  });

  test('is not said when there was no trouble, or none that was told', () => {
    const { clear, put } = stage();
    expect(clear.check(T0)).toBe(false);
    put('a', 'firing');
    clear.note([], T0);
    clear.note([order({ phase: 'update' }), order({ phase: 'resolve' })], T0);
    put('a', 'resolved');
    expect(clear.check(T0)).toBe(false);
  });

  test('is not said of housekeeping, and does not wait for it', () => {
    const { clear, put, said } = stage();
    put('a', 'firing', 'P4');
    clear.note([order({ priority: 'P4' })], T0);
    put('a', 'resolved', 'P4');
    expect(clear.check(T0)).toBe(false);
    for (let n = 0; n < 30; n += 1) put(`p4-${n}`, 'firing', 'P4');
    clear.note([order({ priority: 'P3' })], T0);
    expect(clear.check(T0)).toBe(true);
    expect(said()).toEqual(['journal journal']);
  });

  test('finds the one that is open behind many that do not matter', () => {
    const { clear, put } = stage();
    clear.note([order()], T0);
    for (let n = 0; n < 30; n += 1) put(`p4-${n}`, 'firing', 'P4');
    put('z', 'firing', 'P3');
    expect(clear.check(T0)).toBe(false);
  });

  test.each([
    ['flapping', false],
    ['pending', true],
    ['resolved', true],
  ] as const)('while a finding is %s: %s', (state, isSaid) => {
    const { clear, put } = stage();
    clear.note([order()], T0);
    put('a', state);
    expect(clear.check(T0)).toBe(isSaid);
  });

  test.each([
    ['ops', true],
    ['harb-ops', false],
  ])('is told to the operators when they were alerted: %s', (to, isTold) => {
    const { clear, said } = stage();
    clear.note([order(), order({ act: 'notify', to })], T0);
    clear.note([order()], T0);
    clear.check(T0);
    expect(said().includes('notify notify:ops')).toBe(isTold);
  });

  test('is said at most once a sweep; later trouble of the same sweep has its own in the next', () => {
    const { clear, said } = stage();
    clear.note([order()], T0);
    expect(clear.check(T0)).toBe(true);
    clear.note([order()], T0 + MINUTE);
    expect(clear.check(T0 + MINUTE)).toBe(false);
    expect(clear.check(Date.UTC(2026, 0, 1, 10, 39, 59))).toBe(false);
    expect(clear.check(Date.UTC(2026, 0, 1, 10, 40))).toBe(true);
    expect(said()).toHaveLength(2);
  });

  test('is neither lost nor repeated when the process dies', () => {
    const { clear, open, put, said } = stage();
    put('a', 'firing');
    clear.note([order({ act: 'notify' })], T0);
    put('a', 'resolved');
    expect(open().check(T0)).toBe(true);
    expect(open().check(T0 + 60 * MINUTE)).toBe(false);
    expect(said()).toHaveLength(2);
  });

  test('that could not be written is the same one when it is tried again', () => {
    const { clear, store, said, known } = stage();
    clear.note([order()], T0);
    const { set } = store.meta;
    store.meta.set = () => {
      throw new Error('no space left');
    };
    expect(() => clear.check(T0)).toThrow('no space left');
    expect(said()).toEqual([]);
    store.meta.set = set;
    expect(clear.check(T0 + MINUTE)).toBe(true);
    const [first] = known.keys();
    store.meta.set('trouble', JSON.stringify({ id: `order${unique}`, since: T0, isAlerted: false }));
    clear.check(T0 + 60 * MINUTE);
    expect([...known.keys()]).toEqual([first]);
  });
});

test('what follows from a decision is written with it or not at all', () => {
  const written: string[] = [];
  const { store } = stage();
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const full = { is: true };
  const saver = createSaver(
    {
      ...store,
      findings: { save: () => {} },
      outbox: { ...store.outbox, get: () => null },
      silences: { add: () => {} },
    },
    log,
    {
      follow: ({ orders }) => {
        if (full.is) throw new Error('no space left');
        written.push(...orders.map(({ id }) => id));
      },
      undo: () => {},
    },
  );
  const one = order();
  saver.save({ at: 0, findings: [], orders: [one], silences: [], reports: [] });
  expect(saver.trouble()).toBe('no space left');
  full.is = false;
  saver.retry();
  expect([saver.trouble(), written]).toEqual(['', [one.id]]);
});

test.each([
  ['', true],
  ['ops', true],
  ['nobody-knows-it', true],
  ['!ops:example', true],
  ['harb', false],
  ['!harb:example', false],
  ['also-ops', true],
])('the room %j is the one of the operators: %s', (room, isOps) => {
  const rooms = { ops: '!ops:example', harb: '!harb:example', 'also-ops': '!ops:example' };
  expect(isOpsRoom({ homeserver: 'http://h', token: 't', rooms }, room)).toBe(isOps);
  expect(isOpsRoom(null, room)).toBe(true);
});

test('a sweep begins at :00, :20 and :40, whatever the time the reactor was started at', async () => {
  const clock = fakeClock(T0);
  const seen: Instant[] = [];
  const subscription = sweeps(clock).subscribe((at) => seen.push(at));
  await clock.advance(61 * MINUTE);
  expect(seen.map((at) => new Date(at).toISOString().slice(11, 16))).toEqual(['10:40', '11:00', '11:20']);
  subscription.unsubscribe();
  expect(clock.pending()).toBe(0);
});
