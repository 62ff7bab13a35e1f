/** A Docker engine as a source: a stream for speed, a snapshot for truth, and neither says anything twice. */

import type { EventKind } from '../../core/catalog/catalog.ts';
import { messageOf } from '../../core/errors.ts';
import type { AnyEvent, StoredEvent } from '../../core/event.ts';
import type { Ownership } from '../../core/owner.ts';
import { nameSource, type Source, type SourceContext } from '../../core/source.ts';
import { MINUTE, SECOND, type Millis } from '../../core/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Docker } from '../../ports/docker.ts';
import type { Log } from '../../ports/log.ts';
import type { Cursors } from '../../ports/store.ts';
import { connect } from './connect.ts';
import { openCursor, type Cursor } from './cursor.ts';
import { toConnection } from './daemon.ts';
import { createMemory, type Memory } from './memory.ts';
import { toInstant } from './nanos.ts';
import { startSession, type End, type Session } from './session.ts';

export interface DockerSourceOptions {
  readonly docker: Docker;
  /** Name of the box the engine runs on. */
  readonly host: string;
  /** It is the box of the reactor itself. */
  readonly isOwn: boolean;
  readonly ownership: Ownership;
  readonly cursors: Cursors;
  /** The newest event of every entity of a kind, in order of arrival. */
  latest(kind: EventKind): Iterable<StoredEvent>;
  readonly clock: Clock;
  readonly log: Log;
  /** How often the snapshot is compared; a minute by default. */
  readonly reconcileEvery?: Millis;
}

const KINDS = ['docker.container', 'docker.image', 'docker.volume', 'docker.network'] as const;

const FIRST_PAUSE: Millis = SECOND;
/** A socket file costs nothing to try: an engine that appears is seen at once. */
const LONGEST_PAUSE_LOCAL: Millis = 2 * SECOND;
const LONGEST_PAUSE: Millis = 30 * SECOND;
/** A connection that held this long is renewed without a pause. */
const HELD_LONG: Millis = 10 * SECOND;

/** The source; it never throws while the engine is away, but says so and keeps trying. It throws when events cannot be stored. */
export function dockerSource(options: DockerSourceOptions): Source {
  let session: Session | null = null;
  return {
    name: nameSource('docker', options.isOwn ? '' : options.host),
    sees: `docker://${options.host}`,
    async run(context) {
      const link = openLink(options, context);
      let pause: Millis = FIRST_PAUSE;
      while (!context.signal.aborted) {
        const begun = options.clock.monotonic();
        try {
          session = await link.connect();
          link.ended(await session.hold());
        } catch (error) {
          await link.lost(error);
        } finally {
          session?.close();
          session = null;
        }
        const isSteady = options.clock.monotonic() - begun >= HELD_LONG;
        if (isSteady) pause = FIRST_PAUSE;
        else await options.clock.sleep(pause, context.signal);
        if (!isSteady) pause = Math.min(pause * 2, options.docker.isLocal ? LONGEST_PAUSE_LOCAL : LONGEST_PAUSE);
      }
    },
    async sweep() {
      await session?.sweep();
    },
  };
}

/** What outlives a connection. */
interface Link {
  connect(): Promise<Session>;
  ended(how: End): void;
  /** Takes note of a connection that was lost or never came about; throws when it was our own store that failed. */
  lost(error: unknown): Promise<void>;
}

function openLink(options: DockerSourceOptions, context: SourceContext): Link {
  const { docker, host, clock, log, reconcileEvery = MINUTE } = options;
  const cursor = openCursor(options.cursors, host, clock);
  const memory = recall(options, cursor);
  let gapReason: string | null = 'the reactor was not running';
  let isConnected = false;
  let storeFailed = false;
  const say = async (events: readonly AnyEvent[]): Promise<void> => {
    if (events.length === 0) return;
    try {
      await context.emit(events);
    } catch (error) {
      storeFailed = true;
      throw error;
    }
  };
  return {
    async connect() {
      const parts = { docker, host, memory, cursor, clock, log, context, reconcileEvery, say };
      const connected = await connect(parts, gapReason);
      isConnected = true;
      return startSession(parts, connected);
    },
    ended(how) {
      if (how === 'quiet') gapReason = null;
    },
    async lost(error) {
      if (context.signal.aborted) return;
      if (storeFailed) throw error;
      const reason = messageOf(error);
      if (isConnected) await say([toConnection(host, clock.now(), { action: 'disconnected', reason })]);
      else context.report('unavailable', reason);
      if (isConnected || gapReason === null) gapReason = reason;
      isConnected = false;
    },
  };
}

function recall({ host, ownership, latest }: DockerSourceOptions, cursor: Cursor): Memory {
  const past = KINDS.flatMap((kind) => [...latest(kind)]);
  return createMemory({ host, ownership, past, watchedSince: cursor.at() === '' ? null : toInstant(cursor.at()) });
}
