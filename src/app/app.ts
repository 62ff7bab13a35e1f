/**
 * The composition root: configuration → adapters → reactor → the one subscribe.
 * Order at start: rules, engine from memory (closed), HTTP, sources; when they have looked, the engine opens.
 */

import { filter, from, ignoreElements, map, merge, startWith, switchMap, tap, type Observable } from 'rxjs';
import { formatProblem } from '../core/problem.ts';
import type { AnyEvent } from '../core/event.ts';
import type { Rulebook } from '../core/rule.ts';
import type { Intake, SourceState } from '../core/source.ts';
import { SECOND, type Millis } from '../core/time.ts';
import { createBus, type Bus } from '../engine/bus.ts';
import { decide } from '../engine/decide.ts';
import { dispatch, recover, type Delivery, type DispatchOptions } from '../engine/dispatch.ts';
import type { Decision, Engine } from '../engine/engine.ts';
import { rebuild } from '../engine/rebuild.ts';
import { supervise } from '../engine/supervise.ts';
import { watchClock, type Jump } from '../engine/watch-clock.ts';
import { openFace } from './face.ts';
import { keepHouse, lastAlive } from './housekeeping.ts';
import { memoryOf } from './memory.ts';
import { loadRules, watchRules } from './rules.ts';
import { createSaver, type Saver } from './save.ts';
import { blindEvent, deliveryEvent, reportEvent, selfEvents, type SelfEvent } from './self.ts';
import { createSettling, type Settling } from './settling.ts';
import { openWorld, type World, type WorldOptions } from './world.ts';

export interface AppOptions extends WorldOptions {
  /** Told at each change of a source. */
  onSource(source: string, state: SourceState, reason: string): void;
}

export interface App {
  /** Where the HTTP face answers. */
  readonly url: string;
  readonly rules: number;
  readonly world: World;
  /** Resolves when decisions are said, with the sources that had not spoken by then. */
  readonly settled: Promise<readonly string[]>;
  /** Rejects when the reactor broke: a bug, or a store that cannot go on. */
  readonly failed: Promise<never>;
  /** Stops sources, lets effects under way finish, closes HTTP and store. */
  stop(): Promise<void>;
}

interface Core {
  readonly options: AppOptions;
  readonly bus: Bus;
  readonly world: World;
  readonly saver: Saver;
  readonly self: SelfEvent;
  readonly intake: Intake;
  readonly settling: Settling;
  readonly sources: Map<string, SourceState>;
  readonly stop: AbortController;
  engine: Engine | null;
  isOpen: boolean;
}

/** A wall clock that jumped, or a machine that slept: nothing is said until the sources have looked again. */
const LOOK_AGAIN: Millis = 5 * SECOND;
/** How long effects under way may take when the reactor stops. */
const LAST_EFFECTS: Millis = 5 * SECOND;

/** Starts everything. Throws a ProblemError when rules are wrong, and when the address is taken. */
export async function startApp(options: AppOptions): Promise<App> {
  const { config, store, clock, log } = options;
  const rulebook = await loadRules(config, clock.now());
  const core = openCore(options);
  store.log.onStored((events) => {
    for (const event of events) core.world.apply(event);
    core.bus.publish(events);
  });
  const face = openFace({
    ...options,
    ...core.world,
    intake: core.intake,
    engine: () => core.engine,
    sources: core.sources,
    readiness: () => readiness(core),
  });
  const listening = await face.listen();
  const ended = Promise.withResolvers<never>();
  const subscription = merge(reactions(core, rulebook), observations(core), looksAtClock(core)).subscribe({
    error: (error: unknown) => ended.reject(error),
  });
  tellStart(core);
  const settled = core.settling.done.then((silent) => {
    open(core);
    return silent;
  });
  log.info({ url: listening.url, rules: rulebook.rules.length }, 'reactor started');
  const stop = async (): Promise<void> => {
    core.stop.abort();
    await listening.close();
    await drained(core);
    subscription.unsubscribe();
    await store.close();
  };
  return { url: listening.url, rules: rulebook.rules.length, world: core.world, settled, failed: ended.promise, stop };
}

function openCore(options: AppOptions): Core {
  const { store, clock, log, config } = options;
  const world = openWorld(options);
  return {
    options,
    world,
    bus: createBus(),
    saver: createSaver(store, log),
    self: selfEvents(config.host, () => clock.now()),
    intake: async (events) => {
      const stored = await store.log.append(events);
      return { stored: stored.length, known: events.length - stored.length };
    },
    settling: createSettling(
      world.sources.map((source) => source.name),
      clock,
    ),
    sources: new Map(),
    stop: new AbortController(),
    engine: null,
    isOpen: false,
  };
}

/** Stored events → decisions → ledger and outbox → effects → what became of them. */
function reactions(core: Core, rulebook: Rulebook): Observable<never> {
  const { config, clock } = core.options;
  const delivering = dispatchOptions(core);
  for (const delivery of recover(delivering)) tellDelivery(core, delivery);
  const engines = watchRules(config, () => clock.now()).pipe(
    filter(({ problems }) => acceptReload(core, problems.map(formatProblem))),
    map((loaded) => loaded.rulebook),
    startWith(rulebook),
    map((rules) => takeOver(core, rules)),
  );
  return engines.pipe(
    switchMap((engine) => core.bus.batches.pipe(decide(engine, clock))),
    map((decision) => keep(core, decision)),
    dispatch(delivering),
    tap((delivery) => tellDelivery(core, delivery)),
    ignoreElements(),
  );
}

function observations(core: Core): Observable<never> {
  const { clock, log, config } = core.options;
  const { signal } = core.stop;
  const onState = (source: string, state: SourceState, reason: string): void => {
    core.sources.set(source, state);
    core.settling.heard(source);
    core.options.onSource(source, state, reason);
  };
  const context = { intake: core.intake, clock, log, host: config.host, signal, onState };
  const house = keepHouse({
    ...core.options,
    ...config,
    signal,
    health: core.world.health.health,
    retry: core.saver.retry,
  });
  const sources = core.world.sources.map((source) => supervise(source, context));
  return merge(from(house), ...sources).pipe(ignoreElements());
}

function looksAtClock(core: Core): Observable<never> {
  return watchClock(core.options.clock).pipe(
    switchMap((jump) => from(lookAgain(core, jump))),
    ignoreElements(),
  );
}

/** An engine for these rules that knows what the one before it knew. */
function takeOver(core: Core, rulebook: Rulebook): Engine {
  const { store, clock } = core.options;
  const now = clock.now();
  const options = { rulebook, lookup: store.log.get, stopwatch: () => clock.monotonic() };
  const engine = rebuild(options, memoryOf(store, rulebook, now), now);
  if (core.isOpen) engine.open(now);
  core.engine = engine;
  return engine;
}

function open(core: Core): void {
  if (core.stop.signal.aborted) return;
  core.isOpen = true;
  core.engine?.open(core.options.clock.now());
  core.bus.publish([]);
}

async function lookAgain(core: Core, jump: Jump): Promise<void> {
  const { clock, log } = core.options;
  core.isOpen = false;
  core.engine?.close();
  log.warn({ ...jump }, 'the clock jumped or nobody looked for a while; looking again before anything is said');
  tell(
    core,
    core.self('reactor.tick', 'clock', {
      action: 'clock_jump',
      jump_s: jump.jump / SECOND,
      blind_s: jump.lag / SECOND,
    }),
  );
  await Promise.allSettled(core.world.sources.map((source) => source.sweep?.('clock jump')));
  await clock.sleep(LOOK_AGAIN, core.stop.signal);
  open(core);
}

function keep(core: Core, decision: Decision): void {
  core.saver.save(decision);
  for (const report of decision.reports) tell(core, reportEvent(core.self, report));
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

function tellStart(core: Core): void {
  const { store, clock } = core.options;
  const alive = lastAlive(store);
  if (alive !== null) tell(core, blindEvent(core.self, alive, clock.now()));
  if (store.movedTo === null) return;
  const reason = 'the state file was damaged; a fresh one was started';
  tell(core, core.self('reactor.store', 'store', { state: 'reset', reason, moved_to: store.movedTo }));
}

function tellDelivery(core: Core, delivery: Delivery): void {
  const { row, reason, attempts, state } = delivery;
  const fields = { act: row.spec.act, target: row.target, rule: row.rule, reason, attempts };
  if (state === 'done' || state === 'skipped') core.options.log.info(fields, `effect ${state}`);
  else core.options.log.warn(fields, `effect ${state}`);
  const event = deliveryEvent(core.self, delivery, row.attempts >= 3);
  if (event !== null) tell(core, event);
}

function tell(core: Core, event: AnyEvent): void {
  core.intake([event]).catch((error: unknown) => core.options.log.error({ err: error }, 'the event log took no event'));
}

function dispatchOptions(core: Core): DispatchOptions {
  const { store, clock } = core.options;
  return { outbox: store.outbox, effects: core.world.effects, clock, signal: core.stop.signal, random: Math.random };
}

function readiness(core: Core) {
  const trouble = core.saver.trouble();
  const reasons = [
    ...(core.isOpen ? [] : ['the sources have not all looked yet']),
    ...(trouble === '' ? [] : [trouble]),
  ];
  return { ready: reasons.length === 0, reasons };
}

/** Waits until no effect is under way, for a bounded time. */
async function drained(core: Core): Promise<void> {
  const { store, clock } = core.options;
  const until = clock.monotonic() + LAST_EFFECTS;
  while (store.outbox.unsettled().length > 0 && clock.monotonic() < until) await clock.sleep(20);
}
