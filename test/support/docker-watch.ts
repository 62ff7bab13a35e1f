/** A Docker source on a real engine with a real event log, started and stopped at will. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../src/adapters/clock.ts';
import { openDocker } from '../../src/adapters/docker.ts';
import type { AnyEvent } from '../../src/core/event.ts';
import type { Source } from '../../src/core/source.ts';
import type { Docker } from '../../src/ports/docker.ts';
import { dockerSource } from '../../src/sources/docker/index.ts';
import { openStore } from '../../src/store/store.ts';

type ContainerEvent = Extract<AnyEvent, { kind: 'docker.container' }>;

export interface DockerWatch extends AsyncDisposable {
  /** Starts the source; resolves when it said what it can see, or that it cannot. */
  start(): Promise<void>;
  /** Stops it and waits until it is gone. */
  stop(): Promise<void>;
  /** Every event that was new to the log, in order. */
  readonly events: readonly AnyEvent[];
  /** When each event was handed over, on the wall clock, by event id. */
  readonly takenAt: ReadonlyMap<string, number>;
  /** What the source said of itself, `state reason`. */
  readonly reports: readonly string[];
  /** Container events of an action, of one container name or of all. */
  of(action: string, name?: string): readonly ContainerEvent[];
  /** Waits until something is so, for 15 s unless told; fails with everything that happened. */
  until(what: string, isSo: () => boolean, ms?: number): Promise<void>;
  sweep(): Promise<void>;
}

export interface WatchOptions {
  readonly url: string;
  readonly reconcileEvery?: number;
  readonly docker?: Docker;
}

/** A watch that is not started yet. */
export async function openWatch(options: WatchOptions): Promise<DockerWatch> {
  const folder = await mkdtemp(join(tmpdir(), 'rxw-'));
  const store = openStore({ path: join(folder, 'reactor.db'), now: Date.now });
  const events: AnyEvent[] = [];
  const takenAt = new Map<string, number>();
  const reports: string[] = [];
  let running: { source: Source; stop: AbortController; done: Promise<void> } | null = null;

  const until = async (what: string, isSo: () => boolean, ms = 15_000): Promise<void> => {
    for (const end = Date.now() + ms; !isSo(); await sleep(10)) {
      if (Date.now() > end) throw new Error(`still not so after ${ms} ms: ${what}\n${listOf(events, reports)}`);
    }
  };
  const stop = async (): Promise<void> => {
    running?.stop.abort();
    await running?.done;
    running = null;
  };
  return {
    events,
    takenAt,
    reports,
    until,
    stop,
    of: (action, name) =>
      events.filter((event): event is ContainerEvent => {
        if (event.kind !== 'docker.container' || event.data.action !== action) return false;
        return name === undefined || event.data.name === name;
      }),
    async start() {
      const source = dockerSource({
        docker: options.docker ?? openDocker(options.url),
        host: 'box',
        isOwn: true,
        ownership: { ownStacks: ['disinto'], siblings: new Map([['harb', HARB]]) },
        cursors: store.cursors,
        latest: store.log.latest,
        clock: systemClock,
        log: QUIET,
        ...(options.reconcileEvery === undefined ? {} : { reconcileEvery: options.reconcileEvery }),
      });
      const controller = new AbortController();
      const said = reports.length;
      const done = source.run({
        signal: controller.signal,
        report: (state, reason) => void reports.push(`${state} ${reason}`),
        async emit(batch) {
          for (const event of batch) if (!takenAt.has(event.id)) takenAt.set(event.id, Date.now());
          const stored = await store.log.append(batch);
          events.push(...stored);
          return { stored: stored.length, known: batch.length - stored.length };
        },
      });
      running = { source, stop: controller, done };
      await Promise.race([done, until('the source says what it can see', () => reports.length > said)]);
    },
    sweep: async () => running?.source.sweep?.('test'),
    async [Symbol.asyncDispose]() {
      await stop();
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const HARB = { owner: 'johba', contact: '', repo: 'johba/harb', note: '', room: 'harb-ops' };

const silent = (): void => undefined;
const QUIET = { debug: silent, info: silent, warn: silent, error: silent };

function listOf(events: readonly AnyEvent[], reports: readonly string[]): string {
  return [...reports, ...events.map((event) => `${event.kind} ${JSON.stringify(event.data)}`)].join('\n');
}
