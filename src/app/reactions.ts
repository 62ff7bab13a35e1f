/** What follows from events: decisions, then effects, then what became of them. */

import { filter, ignoreElements, map, merge, startWith, switchMap, tap, type Observable } from 'rxjs';
import { formatProblem } from '../core/problem.ts';
import type { Rulebook } from '../core/rule.ts';
import { decide } from '../engine/decide.ts';
import { dispatch, recover, type Delivery, type DispatchOptions } from '../engine/dispatch.ts';
import type { Decision } from '../engine/decision.ts';
import type { Engine } from '../engine/engine.ts';
import { rebuild } from '../engine/rebuild.ts';
import { isPassing } from '../ports/store.ts';
import { checkpoint, tell, type Core } from './core.ts';
import { memoryOf } from './memory.ts';
import { watchRules } from './rules.ts';
import { deliveryEvent, deliveryLevel, reportEvent } from './self.ts';
import { sweeps } from './sweeps.ts';

/** Stored events → decisions → ledger and outbox → effects → what became of them. */
export function reactions(core: Core, rulebook: Rulebook): Observable<never> {
  const { config, clock } = core.options;
  const delivering = dispatchOptions(core);
  for (const delivery of recover(delivering)) tellDelivery(core, delivery);
  const engines = watchRules(config, () => clock.now()).pipe(
    filter(({ problems }) => acceptReload(core, problems.map(formatProblem))),
    map((loaded) => loaded.rulebook),
    startWith(rulebook),
    map((rules) => takeOver(core, rules)),
  );
  const decisions = engines.pipe(
    switchMap((engine) => core.bus.batches.pipe(decide(engine, clock))),
    map((decision) => keep(core, decision)),
  );
  const allClears = sweeps(clock).pipe(
    filter(() => sayAllClear(core)),
    map(() => undefined),
  );
  return merge(decisions, allClears).pipe(
    dispatch(delivering),
    tap((delivery) => tellDelivery(core, delivery)),
    ignoreElements(),
  );
}

/** An engine for these rules that knows what the one before it knew. */
function takeOver(core: Core, rulebook: Rulebook): Engine {
  const { store, clock } = core.options;
  const now = clock.now();
  if (core.engine !== null) {
    core.checkpoints.interrupt();
    checkpoint(core);
  }
  const options = { rulebook, lookup: store.log.get, stopwatch: () => clock.monotonic() };
  const engine = rebuild(options, memoryOf(store, rulebook, now), now);
  if (core.isOpen) engine.open(now);
  core.engine = engine;
  core.checkpoints.begin();
  return engine;
}

function keep(core: Core, decision: Decision): void {
  core.saver.save(decision);
  for (const report of decision.reports) tell(core, reportEvent(core.self, report));
}

/** An all clear that had to wait for another sweep; true when it was ordered. */
function sayAllClear(core: Core): boolean {
  try {
    return core.isOpen && core.allClear.check(core.options.clock.now());
  } catch (error) {
    if (!isPassing(error)) throw error;
    return false;
  }
}

/** True when the new rules are right; otherwise the old ones stay, and a finding says so. */
function acceptReload(core: Core, problems: readonly string[]): boolean {
  const { log } = core.options;
  const [first] = problems;
  if (first === undefined) {
    log.info({}, 'rules loaded again');
    tell(core, core.self('reactor.tick', 'rules', { action: 'reload' }));
    return true;
  }
  log.error({ problems }, 'changed rules are wrong; the ones before stay in force');
  const reason = problems.length === 1 ? first : `${first} (and ${problems.length - 1} more)`;
  tell(core, core.self('reactor.tick', 'rules', { action: 'reload_failed', reason }));
  return false;
}

function tellDelivery(core: Core, delivery: Delivery): void {
  const { row, reason, attempts, state } = delivery;
  const fields = { act: row.spec.act, target: row.target, rule: row.rule, reason, attempts };
  core.options.log[deliveryLevel(delivery)](fields, `effect ${state}`);
  const event = deliveryEvent(core.self, delivery, row.attempts >= 3);
  if (event !== null) tell(core, event);
}

function dispatchOptions(core: Core): DispatchOptions {
  const { store, clock } = core.options;
  return { outbox: store.outbox, effects: core.world.effects, clock, signal: core.stop.signal, random: Math.random };
}
