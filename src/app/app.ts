/**
 * The composition root: configuration → adapters → reactor → the one subscribe.
 * Order at start: rules, engine from memory (closed), HTTP, sources; when they have looked, the engine opens.
 */

import { from, ignoreElements, merge, switchMap, type Observable } from 'rxjs';
import type { SourceState } from '../core/source.ts';
import { SECOND, type Millis } from '../core/time.ts';
import { supervise } from '../engine/supervise.ts';
import { watchClock, type Jump } from '../engine/watch-clock.ts';
import { checkpoint, onRoom, openCore, openEngine, readiness, show, tell, type AppOptions, type Core } from './core.ts';
import { openFace } from './face.ts';
import { keepHouse, lastAlive } from './housekeeping.ts';
import { reactions } from './reactions.ts';
import { retiredSources, retireHosts } from './retire.ts';
import { loadRules } from './rules.ts';
import { blindEvent } from './self.ts';
import type { World } from './world.ts';

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

/** A wall clock that jumped, or a machine that slept: nothing is said until the sources have looked again. */
const LOOK_AGAIN: Millis = 5 * SECOND;
/** How long effects under way may take when the reactor stops. */
const LAST_EFFECTS: Millis = 5 * SECOND;

/** Starts everything. Throws a ProblemError when rules are wrong, and when the address is taken. */
export async function startApp(options: AppOptions): Promise<App> {
  const { config, store, clock, log } = options;
  const rulebook = await loadRules(config, clock.now());
  await retireHosts(store, [config.host, ...config.docker.map(({ host }) => host)], clock.now());
  const core = openCore(options);
  store.log.onStored((events) => show(core, events));
  const face = openFace({
    ...options,
    ...core.world,
    intake: core.intakes.kept,
    engine: () => core.engine,
    sources: core.sources,
    readiness: () => readiness(core),
  });
  const listening = await face.listen();
  const subscription = merge(reactions(core, rulebook), observations(core), looksAtClock(core)).subscribe({
    error: (error: unknown) => core.failed.reject(error),
  });
  tellStart(core);
  store.room.onChange((full) => onRoom(core, full));
  const settled = core.settling.done.then((silent) => {
    openEngine(core);
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
  return {
    url: listening.url,
    rules: rulebook.rules.length,
    world: core.world,
    settled,
    failed: core.failed.promise,
    stop,
  };
}

function observations(core: Core): Observable<never> {
  const { clock, log, config } = core.options;
  const { signal } = core.stop;
  const onState = (source: string, state: SourceState, reason: string): void => {
    core.sources.set(source, state);
    core.settling.heard(source);
    core.options.onSource(source, state, reason);
  };
  const context = { intake: core.intakes.seen, clock, log, host: config.host, signal, onState };
  const house = keepHouse({
    ...core.options,
    ...config,
    signal,
    health: core.world.health.health,
    retry: core.saver.retry,
    checkpoint: () => checkpoint(core),
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

async function lookAgain(core: Core, jump: Jump): Promise<void> {
  const { clock, log } = core.options;
  core.isOpen = false;
  core.engine?.close();
  core.checkpoints.interrupt();
  log.warn({ ...jump }, 'the clock jumped or nobody looked for a while; looking again before anything is said');
  tell(
    core,
    core.self('reactor.tick', 'clock', {
      action: 'clock_jump',
      jump_s: jump.jump / SECOND,
      blind_s: jump.lag / SECOND,
    }),
  );
  await Promise.allSettled(core.world.sources.map(async (source) => source.sweep?.('clock jump')));
  await clock.sleep(LOOK_AGAIN, core.stop.signal);
  openEngine(core);
}

function tellStart(core: Core): void {
  const { store, clock } = core.options;
  const alive = lastAlive(store);
  if (alive !== null) tell(core, blindEvent(core.self, alive, clock.now()));
  for (const event of retiredSources(core)) tell(core, event);
  if (store.movedTo === null) return;
  const reason = 'the state file was damaged; a fresh one was started';
  tell(core, core.self('reactor.store', 'store', { state: 'reset', reason, moved_to: store.movedTo }));
}

/** Waits until no effect is under way, for a bounded time. */
async function drained(core: Core): Promise<void> {
  const { store, clock } = core.options;
  const until = clock.monotonic() + LAST_EFFECTS;
  while (store.outbox.unsettled().length > 0 && clock.monotonic() < until) await clock.sleep(20);
}
