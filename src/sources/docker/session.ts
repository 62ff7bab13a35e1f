/** One connection to an engine, held until it is lost. */

import { MINUTE, SECOND, type Instant, type Millis } from '../../core/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Docker, LineBatch, ObjectType } from '../../ports/docker.ts';
import type { Connected, ConnectParts } from './connect.ts';
import { toGap } from './daemon.ts';
import { EVERYTHING, engineNow, lookAround } from './look.ts';
import { toNanos } from './nanos.ts';

export interface Session {
  /** Looks at everything now. */
  sweep(): Promise<void>;
  /** Runs until the source is stopped or nothing was heard for long; throws why the connection was lost. */
  hold(): Promise<End>;
  close(): void;
}

export type End = 'stopped' | 'quiet';

const PING_EVERY: Millis = 30 * SECOND;
const PING_TIMEOUT: Millis = 10 * SECOND;
/** Proxies cut a connection after ten minutes, and some let it die without a word. */
const LONGEST_QUIET: Millis = 9 * MINUTE;
/** New containers and objects are looked at this soon, together. */
const LOOK_SOON: Millis = 2 * SECOND;
/** Without a stream, looking is all there is. */
const LOOK_WITHOUT_STREAM: Millis = 10 * SECOND;
/** Images, volumes and networks are listed at every so many looks. */
const OBJECTS_EVERY = 5;

/** Holds a connection: listens, compares, pings. */
export function startSession(parts: ConnectParts, connected: Connected): Session {
  const { docker, host, memory, cursor, clock, log, context, reconcileEvery } = parts;
  const { looking, own, stream, denials } = connected;
  const { signal } = looking;
  let heardLines = clock.monotonic();
  let lastLook: Instant = connected.at;
  let looks = 0;
  let soon = false;

  const report = (): void => {
    const said = denials.describe();
    context.report(said === '' ? 'available' : 'degraded', said === '' ? 'connected' : said);
  };
  const look = serial(async (objects: readonly ObjectType[]): Promise<number> => {
    const since = toNanos(lastLook);
    const begun = engineNow(looking);
    const missed = await lookAround(looking, { since, objects });
    lastLook = begun;
    report();
    return missed;
  });
  const lookAfterLoss = async (dropped: number): Promise<void> => {
    const from = lastLook;
    const reason = `fell behind: ${dropped} lines were dropped`;
    log.warn({ source: 'docker', host, dropped }, 'docker events were dropped because nothing took them');
    const missed = await look(EVERYTHING);
    await parts.say([toGap(host, { from, to: engineNow(looking), missed, reason })]);
  };
  const lookSoon = async (): Promise<void> => {
    if (soon) return;
    soon = true;
    await clock.sleep(LOOK_SOON, signal);
    soon = false;
    if (!signal.aborted) await look(memory.objects.stale());
  };
  const needsLook = (): boolean =>
    memory.objects.stale().length > 0 || (!denials.has('containers') && memory.containers.hasStrangers());
  const tasks = createTasks(own);

  const listen = async (lines: AsyncIterable<LineBatch>): Promise<End> => {
    for await (const batch of lines) {
      heardLines = clock.monotonic();
      const events = memory.read(batch.lines);
      const upTo = memory.newest();
      await parts.say(events);
      cursor.moveTo(upTo);
      if (batch.dropped > 0) tasks.add(lookAfterLoss(batch.dropped));
      if (!soon && needsLook()) tasks.add(lookSoon());
    }
    if (signal.aborted) return 'stopped';
    throw new Error('the engine ended its event stream');
  };
  const reconcile = async (): Promise<End> => {
    const every = stream === null ? Math.min(LOOK_WITHOUT_STREAM, reconcileEvery) : reconcileEvery;
    for (;;) {
      await clock.sleep(every, signal);
      if (signal.aborted) return 'stopped';
      looks += 1;
      await look(looks % OBJECTS_EVERY === 0 ? EVERYTHING : memory.objects.stale());
    }
  };
  const watch = async (): Promise<End> => {
    for (;;) {
      await clock.sleep(PING_EVERY, signal);
      if (signal.aborted) return 'stopped';
      await pingInTime(docker, clock, signal);
      cursor.heard(engineNow(looking));
      cursor.flush();
      if (clock.monotonic() - heardLines >= LONGEST_QUIET) return 'quiet';
    }
  };
  report();
  return {
    async sweep() {
      await look(EVERYTHING);
    },
    async hold() {
      const loops = [reconcile(), watch(), ...(stream === null ? [] : [listen(stream)])];
      try {
        return await tasks.first(loops);
      } finally {
        cursor.flush();
      }
    },
    close: () => own.abort(),
  };
}

/** Runs loops and errands together: the first loop to end, or whatever fails first, ends them all. */
function createTasks(own: AbortController): {
  add(errand: Promise<void>): void;
  first(loops: readonly Promise<End>[]): Promise<End>;
} {
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  return {
    add: (errand) => void errand.catch(failed.reject),
    async first(loops) {
      try {
        return await Promise.race([...loops, failed.promise]);
      } finally {
        own.abort();
        await Promise.allSettled(loops);
      }
    },
  };
}

/** One at a time, in order. */
function serial<A, R>(work: (argument: A) => Promise<R>): (argument: A) => Promise<R> {
  let tail: Promise<unknown> = Promise.resolve();
  return (argument) => {
    const turn = tail.then(() => work(argument));
    tail = turn.catch(() => undefined);
    return turn;
  };
}

/** On a connection of its own: the stream may be dead and not know it. */
async function pingInTime(docker: Docker, clock: Clock, signal: AbortSignal): Promise<void> {
  const done = new AbortController();
  const late = async (): Promise<void> => {
    await clock.sleep(PING_TIMEOUT, AbortSignal.any([signal, done.signal]));
    if (!signal.aborted && !done.signal.aborted) throw new Error('Docker does not answer a ping');
  };
  try {
    await Promise.race([docker.ping(signal), late()]);
  } finally {
    done.abort();
  }
}
