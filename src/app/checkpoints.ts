/** Writes down now and then what the engine remembers, so that the next one goes on from there and not from the rules' windows. */

import type { AnyEvent, StoredEvent } from '../core/event.ts';
import type { Instant, Millis } from '../core/time.ts';
import { SECOND } from '../core/time.ts';
import { parseHead, type Checkpoint } from '../engine/checkpoint.ts';
import type { Engine } from '../engine/engine.ts';
import type { Store } from '../ports/store.ts';

export interface Checkpointer {
  /** Another engine decides from now on: everything is written anew. */
  begin(): void;
  /** Nobody speaks for a while: the next checkpoint comes with the first decision after it. */
  interrupt(): void;
  /** The engine is about to see an event. */
  see(event: StoredEvent): void;
  /** The place in the log up to which it has seen. */
  place(): number;
  /** To be called in the transaction of each decision; `isLast` when nothing that was decided later waits to be written. */
  follow(decidedTo: Instant, isLast: boolean): void;
  /** The transaction was rolled back. */
  undo(): void;
  /** Writes when it is time, of an engine that has said all it had to say. */
  write(): void;
}

type CheckpointStore = Pick<Store, 'transact' | 'meta' | 'tracks' | 'findings' | 'log' | 'room'>;

/** At a start at most so much of the log is gone through again. */
const EVERY: Millis = 30 * SECOND;

const CHECKPOINT = 'checkpoint';
const DECIDED_TO = 'decided_to';

/** Where in the log a checkpoint stands. */
interface Place {
  readonly seq: number;
  readonly received: Instant;
}

/** Checkpoints of whichever engine decides now. */
export function createCheckpointer(
  store: CheckpointStore,
  engine: () => Engine | null,
  now: () => Instant,
): Checkpointer {
  let place: Place = { seq: 0, received: 0 };
  let isFresh = true;
  let isUrgent = true;
  let writtenAt: Instant = 0;
  // On a full disk the log has not what came after it.
  const isDue = (): boolean => isUrgent || store.room.isFull() || Math.abs(now() - writtenAt) >= EVERY;
  const put = (): void => {
    const one = engine();
    if (one === null) return;
    const { head, kept, gone } = one.remember(isFresh);
    if (isFresh) {
      store.tracks.clear();
      dropStale(store, one);
    }
    store.tracks.save({ kept, gone });
    store.meta.set(CHECKPOINT, JSON.stringify({ ...place, head: JSON.stringify(head) }));
    isFresh = false;
    isUrgent = false;
    writtenAt = now();
  };
  const undo = (): void => {
    isFresh = true;
    isUrgent = true;
  };
  return {
    begin() {
      undo();
      const newest = store.log.recent({ limit: 100 }).find(({ seq }) => seq > place.seq);
      if (newest !== undefined) place = { seq: newest.seq, received: newest.received };
    },
    interrupt() {
      isUrgent = true;
    },
    see({ seq, received }) {
      place = { seq, received };
    },
    place: () => place.seq,
    follow(decidedTo, isLast) {
      store.meta.set(DECIDED_TO, String(decidedTo));
      if (isLast && isDue()) put();
    },
    undo,
    write() {
      if (!isDue()) return;
      try {
        store.transact(put);
      } catch (error) {
        undo();
        throw error;
      }
    },
  };
}

/** The last checkpoint; null when there is none that this version can read. */
export function readCheckpoint(store: CheckpointStore): (Checkpoint & { readonly received: Instant }) | null {
  const text = store.meta.get(CHECKPOINT);
  if (text === null) return null;
  const { seq, received, head: kept } = JSON.parse(text) as Place & { readonly head: string };
  const head = parseHead(kept);
  if (head === null) return null;
  const covers = (event: AnyEvent): boolean => 'seq' in event && Number(event.seq) <= seq;
  return { head, tracks: store.tracks.list(), covers, received, decidedTo: Number(store.meta.get(DECIDED_TO) ?? 0) };
}

/** What was pending under rules that are gone, or in an engine that died, is not pending for ever. */
function dropStale(store: CheckpointStore, engine: Engine): void {
  const known = new Set(engine.findings(engine.now()).map(({ fingerprint }) => fingerprint));
  const stale = store.findings.list({ states: ['pending'] }).filter(({ fingerprint }) => !known.has(fingerprint));
  store.findings.save(stale.map((finding) => ({ ...finding, state: 'resolved' })));
}
