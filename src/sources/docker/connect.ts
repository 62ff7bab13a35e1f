/** Connecting to an engine, and catching up with what happened while nobody listened. */

import type { AnyEvent } from '../../core/event.ts';
import type { SourceContext } from '../../core/source.ts';
import type { Instant, Millis } from '../../core/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Answer, Docker, EngineInfo, EngineVersion, LineBatch } from '../../ports/docker.ts';
import type { Log } from '../../ports/log.ts';
import type { Cursor } from './cursor.ts';
import { toConnection, toGap } from './daemon.ts';
import { createDenials, type Denials } from './denials.ts';
import { EVERYTHING, engineNow, lookAround, sinceOf, type LookParts } from './look.ts';
import type { Memory } from './memory.ts';
import { isLater, toNanos } from './nanos.ts';

export interface ConnectParts {
  readonly docker: Docker;
  readonly host: string;
  readonly memory: Memory;
  readonly cursor: Cursor;
  readonly clock: Clock;
  readonly log: Log;
  readonly context: SourceContext;
  readonly reconcileEvery: Millis;
  /** Stores events. */
  say(events: readonly AnyEvent[]): Promise<void>;
}

export interface Connected {
  /** Ends the connection. */
  readonly own: AbortController;
  readonly looking: LookParts;
  /** Null when it is denied. */
  readonly stream: AsyncIterable<LineBatch> | null;
  readonly denials: Denials;
  /** The engine's time when the snapshot was taken. */
  readonly at: Instant;
}

/**
 * Connects and catches up. `gapReason` says why nobody listened until now; null when this only renews a connection that was quiet.
 * Throws when the engine cannot be reached, or denies both its stream and its containers.
 */
export async function connect(parts: ConnectParts, gapReason: string | null): Promise<Connected> {
  const own = new AbortController();
  try {
    return await connectWith(parts, gapReason, own);
  } catch (error) {
    own.abort();
    throw error;
  }
}

async function connectWith(parts: ConnectParts, gapReason: string | null, own: AbortController): Promise<Connected> {
  const { docker, memory, cursor, clock, say } = parts;
  const signal = AbortSignal.any([parts.context.signal, own.signal]);
  const denials = createDenials();
  const version = await docker.version(signal);
  const info = denials.note('info', await docker.info(signal));
  const aheadMs = info.denied ? 0 : info.value.aheadMs;
  const looking: LookParts = { docker, memory, clock, aheadMs, signal, say, denials };
  const at = engineNow(looking);
  // Subscribed before the snapshot, read after it: nothing falls between them.
  const stream = denials.note('events', await docker.events({ since: sinceOf(cursor.at(), at), signal }));
  if (stream.denied) await refuseBlindness(docker, denials, signal);
  if (gapReason !== null) await sayConnected(parts, at, { version, info });
  await catchUp(parts, looking, { at, gapReason });
  return { own, looking, stream: stream.denied ? null : stream.value, denials, at };
}

/** Without the stream there must be something to look at: who sees neither is not connected. */
async function refuseBlindness(docker: Docker, denials: Denials, signal: AbortSignal): Promise<void> {
  if (denials.note('containers', await docker.containers(signal)).denied) throw new Error(denials.describe());
}

async function sayConnected(
  { host, memory, say }: ConnectParts,
  at: Instant,
  { version, info }: { readonly version: Answer<EngineVersion>; readonly info: Answer<EngineInfo> },
): Promise<void> {
  memory.containers.forgetWhatWasSaid();
  memory.objects.forgetWhatWasSaid();
  const facts = {
    action: 'connected',
    version: version.denied ? '' : version.value.version,
    api_version: version.denied ? '' : version.value.apiVersion,
    storage_driver: info.denied ? '' : info.value.storageDriver,
  };
  await say([toConnection(host, at, facts)]);
}

async function catchUp(
  { host, memory, cursor, say }: ConnectParts,
  looking: LookParts,
  { at, gapReason }: { readonly at: Instant; readonly gapReason: string | null },
): Promise<void> {
  const isFirstEver = cursor.at() === '';
  const since = isFirstEver ? toNanos(at) : cursor.at();
  const missed = await lookAround(looking, { since, objects: EVERYTHING });
  if (!isFirstEver && (gapReason !== null || missed > 0)) {
    const from = cursor.heardAt() === 0 ? at : cursor.heardAt();
    await say([toGap(host, { from, to: at, missed, reason: gapReason ?? 'the connection had died unnoticed' })]);
  }
  cursor.moveTo(isLater(memory.newest(), since) ? memory.newest() : since);
  cursor.heard(at);
  cursor.flush();
}
