/** A Docker source on an engine that a test moves by hand, with a log and cursors that outlive its runs. */

import type { AnyEvent, StoredEvent } from '../../../../src/core/event.ts';
import type { Millis } from '../../../../src/core/time.ts';
import { dockerSource } from '../../../../src/sources/docker/index.ts';
import { fakeClock, type FakeClock } from '../../../support/fake-clock.ts';
import { fakeDocker, type FakeDocker } from '../../../support/fake-docker.ts';

export interface Rig extends AsyncDisposable {
  readonly clock: FakeClock;
  readonly docker: FakeDocker;
  readonly events: readonly AnyEvent[];
  readonly reports: readonly string[];
  readonly cursors: Map<string, string>;
  /** Puts an event into the log that another source wrote. */
  remember(event: AnyEvent): void;
  /** Makes the log refuse, or take, what comes. */
  refuse(isFull: boolean): void;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** How the last run ended: null while it runs or when it ended well. */
  failure(): unknown;
  sweep(): Promise<void>;
  /** `action subject` of what the log holds; of containers unless told. */
  told(kind?: string): readonly string[];
}

/** A source on an engine in memory, on a clock that stands still; nothing runs yet. */
export function rig(options: { readonly isLocal?: boolean; readonly reconcileEvery?: Millis } = {}): Rig {
  const clock = fakeClock();
  const docker = fakeDocker(clock.now, options.isLocal);
  const log = new Map<string, StoredEvent>();
  const reports: string[] = [];
  const cursors = new Map<string, string>();
  let isFull = false;
  let failure: unknown = null;
  let running: { readonly controller: AbortController; readonly done: Promise<void> } | null = null;
  const silent = (): void => undefined;
  const source = dockerSource({
    docker,
    host: 'box',
    isOwn: true,
    ownership: { ownStacks: [], siblings: new Map() },
    cursors: { get: (name) => cursors.get(name) ?? null, set: (name, value) => void cursors.set(name, value) },
    latest: (kind) => newestOfEach([...log.values()].filter((event) => event.kind === kind)),
    clock,
    ...(options.reconcileEvery === undefined ? {} : { reconcileEvery: options.reconcileEvery }),
    log: { debug: silent, info: silent, warn: silent, error: silent },
  });
  const stop = async (): Promise<void> => {
    running?.controller.abort();
    await running?.done;
    running = null;
  };
  return {
    clock,
    docker,
    reports,
    cursors,
    stop,
    get events() {
      return [...log.values()];
    },
    remember: (event) => void log.set(event.id, { ...event, received: clock.now(), seq: log.size + 1 }),
    refuse(full) {
      isFull = full;
    },
    failure: () => failure,
    async start() {
      const controller = new AbortController();
      failure = null;
      const done = source
        .run({
          signal: controller.signal,
          report(state, reason) {
            const said = `${state} ${reason}`;
            if (said !== reports.at(-1)) reports.push(said);
          },
          async emit(batch) {
            if (isFull) throw new Error('the disk is full');
            const fresh = batch.filter((event) => !log.has(event.id));
            for (const event of fresh) log.set(event.id, { ...event, seq: log.size + 1 });
            return { stored: fresh.length, known: batch.length - fresh.length };
          },
        })
        .catch((error: unknown) => {
          failure = error;
        });
      running = { controller, done };
      await settle(clock);
    },
    sweep: async () => source.sweep?.('test'),
    told: (kind = 'docker.container') =>
      [...log.values()].flatMap((event) =>
        event.kind === kind && 'action' in event.data ? [`${event.data.action} ${event.subject}`] : [],
      ),
    [Symbol.asyncDispose]: stop,
  };
}

function newestOfEach(events: readonly StoredEvent[]): readonly StoredEvent[] {
  return [...new Map(events.map((event) => [event.subject, event])).values()].toSorted((a, b) => a.seq - b.seq);
}

/** Enough turns of the event loop for a connection and everything after it. */
export async function settle(clock: FakeClock): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await clock.settle();
}
