/** The engine over all shipped rules, against a reducer written by hand that checks the same fields of the same events. */

import type { StoredEvent } from '../src/core/event.ts';
import type { Rulebook } from '../src/core/rule.ts';
import { createEngine } from '../src/engine/engine.ts';
import type { Bench } from './harness/bench.ts';
import { compare, type Sample } from './harness/figures.ts';
import { takeTurns } from './harness/rounds.ts';
import { makeDay } from './world/day.ts';
import { createReducer } from './world/reducer.ts';
import { shippedRules } from './world/rules.ts';

const BEGIN = Date.UTC(2026, 0, 5);
/** Events between two hand-overs of decisions: a group commit under load is about as large. */
const DRAIN_EVERY = 32;

/** Whole days through both. */
export const engine: Bench = {
  name: 'engine',
  about: 'a day of 200,000 events about 1,000 things through every shipped rule; floor: a reducer written by hand',
  async run() {
    const rulebook = await shippedRules();
    const events = makeDay({ events: 200_000, keys: 1_000, begin: BEGIN });
    const [ours = [], floor = []] = await takeTurns(
      [
        { name: 'engine', round: () => runEngine(rulebook, events) },
        { name: 'reducer', round: () => runReducer(events) },
      ],
      { warmUp: 4, rounds: 9 },
    );
    const row = { bench: 'engine', unit: 'events/s', ...compare(ours, floor, 'per_s') };
    return [
      { ...row, name: 'all shipped rules, 1,000 keys', target: { of: 'ours', atLeast: 300_000 } },
      { ...row, name: 'the same, as a ratio', target: { of: 'ratio', atLeast: 0.05 } },
    ];
  },
};

function runEngine(rulebook: Rulebook, events: readonly StoredEvent[]): Sample {
  const one = createEngine({ rulebook, lookup: () => null, stopwatch: () => performance.now() });
  one.advance(BEGIN);
  one.open(BEGIN);
  let said = 0;
  const began = performance.now();
  for (const [i, event] of events.entries()) {
    one.handle(event);
    if (i % DRAIN_EVERY === DRAIN_EVERY - 1) said += one.drain().orders.length;
  }
  const took = performance.now() - began;
  if (said === 0) throw new Error('the engine said nothing on a day on which things went wrong');
  return { per_s: (events.length / took) * 1_000 };
}

function runReducer(events: readonly StoredEvent[]): Sample {
  const reducer = createReducer();
  let said = 0;
  const began = performance.now();
  for (const [i, event] of events.entries()) {
    reducer.handle(event);
    if (i % DRAIN_EVERY === DRAIN_EVERY - 1) said += reducer.drain().length;
  }
  const took = performance.now() - began;
  if (said === 0) throw new Error('the reducer said nothing on a day on which things went wrong');
  return { per_s: (events.length / took) * 1_000 };
}
