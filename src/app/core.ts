/** What the parts of a running reactor share. */

import type { AnyEvent, StoredEvent } from '../core/event.ts';
import type { SourceState } from '../core/source.ts';
import { isPassing } from '../ports/store.ts';
import { createBus, type Bus } from '../engine/bus.ts';
import type { Decision } from '../engine/decision.ts';
import type { Engine } from '../engine/engine.ts';
import type { Readiness } from '../http/options.ts';
import { createAllClear, isOpsRoom, type AllClear } from './all-clear.ts';
import { createCheckpointer, type Checkpointer } from './checkpoints.ts';
import { createIntakes, type Intakes } from './intake.ts';
import { createSaver, type Saver } from './save.ts';
import { selfEvents, type SelfEvent } from './self.ts';
import { createSettling, type Settling } from './settling.ts';
import { openWorld, type World, type WorldOptions } from './world.ts';

export interface AppOptions extends WorldOptions {
  /** Told at each change of a source. */
  onSource(source: string, state: SourceState, reason: string): void;
}

export interface Core {
  readonly options: AppOptions;
  readonly bus: Bus;
  readonly world: World;
  readonly saver: Saver;
  readonly checkpoints: Checkpointer;
  readonly allClear: AllClear;
  readonly self: SelfEvent;
  readonly intakes: Intakes;
  readonly settling: Settling;
  readonly sources: Map<string, SourceState>;
  readonly stop: AbortController;
  /** Rejects when the reactor cannot go on. */
  readonly failed: PromiseWithResolvers<never>;
  /** The one that decides now; another after a reload. */
  engine: Engine | null;
  /** Decisions are said. */
  isOpen: boolean;
}

/** Builds what is shared; nothing runs yet. */
export function openCore(options: AppOptions): Core {
  const { store, clock, log, config } = options;
  const world = openWorld(options);
  const stop = new AbortController();
  const failed = Promise.withResolvers<never>();
  const allClear = createAllClear({ store, host: config.host, isOpsRoom: (room) => isOpsRoom(config.matrix, room) });
  const checkpoints = createCheckpointer(store, () => core.engine, clock.now);
  const follow = ({ at, orders }: Decision, isLast: boolean): void => {
    const now = clock.now();
    allClear.note(orders, now);
    allClear.check(now);
    checkpoints.follow(at, isLast);
  };
  const core: Core = {
    options,
    world,
    bus: createBus(),
    saver: createSaver(store, log, { follow, undo: checkpoints.undo }),
    checkpoints,
    allClear,
    self: selfEvents(config.host, () => clock.now()),
    intakes: createIntakes({
      store,
      now: clock.now,
      place: checkpoints.place,
      show: (events) => show(core, events),
      fail: (error) => void (stop.signal.aborted || failed.reject(error)),
    }),
    settling: createSettling(
      world.sources.map((source) => source.name),
      clock,
    ),
    sources: new Map(),
    stop,
    failed,
    engine: null,
    isOpen: false,
  };
  return core;
}

/** Lets everybody see what came in. */
export function show(core: Core, events: readonly StoredEvent[]): void {
  for (const event of events) {
    core.world.apply(event);
    core.checkpoints.see(event);
  }
  core.bus.publish(events);
}

/** Puts an event about the reactor itself into the log. */
export function tell(core: Core, event: AnyEvent): void {
  core.intakes
    .seen([event])
    .catch((error: unknown) => core.options.log.error({ err: error }, 'the event log took no event'));
}

/** Decisions are said from now on; what is open and was not said yet is said now. */
export function openEngine(core: Core): void {
  if (core.stop.signal.aborted) return;
  core.isOpen = true;
  core.engine?.open(core.options.clock.now());
  core.bus.publish([]);
}

/** Writes down what the engine remembers, when it is time and all it said before is written. */
export function checkpoint(core: Core): void {
  if (!core.isOpen || core.saver.trouble() !== '') return;
  try {
    core.checkpoints.write();
  } catch (error) {
    if (!isPassing(error)) throw error;
    core.options.log.warn({ err: error }, 'no checkpoint could be written; it is tried again');
  }
}

const NO_ROOM = 'the disk is full: no history is kept and webhooks are refused';

/** What changes when the disk is full, and when it has room again. */
export function onRoom(core: Core, full: boolean): void {
  const { log } = core.options;
  if (full) log.error({}, 'the disk is full: the reserve is given back, no history is kept and webhooks are refused');
  else log.info({}, 'the disk has room again: history is kept');
  const reason = full ? NO_ROOM : 'the disk has room again';
  tell(core, core.self('reactor.store', 'store', { state: full ? 'full' : 'ok', reason }));
  core.saver.retry();
}

/** Whether everything that was taken in is also decided and said. */
export function readiness(core: Core): Readiness {
  const trouble = core.saver.trouble();
  const reasons = [
    ...(core.isOpen ? [] : ['the sources have not all looked yet']),
    ...(trouble === '' ? [] : [trouble]),
    ...(core.options.store.room.isFull() ? [NO_ROOM] : []),
  ];
  return { ready: reasons.length === 0, reasons };
}
