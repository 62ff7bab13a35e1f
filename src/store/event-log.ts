/** The event log: everything appended in one turn of the event loop is one transaction. */

import type { StoredEvent } from '../core/event.ts';
import type { Instant } from '../core/time.ts';
import type { EventLog, Room, StoreOptions } from '../ports/store.ts';
import type { Database } from './database.ts';
import { readEvents } from './event-reader.ts';
import { prepareEvent, storedAs, type PreparedEvent } from './event-row.ts';
import { StoreError } from './store-error.ts';

export interface ClosableEventLog extends EventLog {
  /** Stores what waits and takes nothing more. */
  close(): void;
}

interface Batch {
  readonly events: readonly PreparedEvent[];
  resolve(stored: readonly StoredEvent[]): void;
  reject(error: unknown): void;
}

type Listener = (events: readonly StoredEvent[]) => void;

/** Opens the log of a connection. A listener that throws fails no append: see `StoreOptions.onListenerError`. */
export function openEventLog(db: Database, room: Room, options: StoreOptions): ClosableEventLog {
  const { seqAt, ...reading } = readEvents(db);
  const write = prepareWrite(db, options.now);
  const complain = options.onListenerError ?? throwOutside;
  let waiting: Batch[] = [];
  let listener: Listener | null = null;
  let closed = false;

  const commit = (): void => {
    const group = waiting;
    waiting = [];
    if (group.length === 0) return;
    const stored = tryWrite(group);
    if (stored === null) return;
    tell(stored.flat());
    for (const [i, batch] of group.entries()) batch.resolve(stored[i] ?? []);
  };

  const tryWrite = (group: readonly Batch[]): readonly (readonly StoredEvent[])[] | null => {
    try {
      return write(group.map((batch) => batch.events));
    } catch (error) {
      for (const batch of group) batch.reject(error);
      return null;
    }
  };

  const tell = (stored: readonly StoredEvent[]): void => {
    if (stored.length === 0) return;
    try {
      listener?.(stored);
    } catch (error) {
      complain(error);
    }
  };

  return {
    ...reading,
    append: async (events) => {
      if (closed) throw new StoreError('STORE_CLOSED', `${options.path} is closed: nothing more can be stored`);
      if (events.length === 0) return [];
      if (room.isFull()) throw noRoom(options.path);
      const prepared = events.map(prepareEvent);
      return new Promise((resolve, reject) => {
        waiting.push({ events: prepared, resolve, reject });
        if (waiting.length === 1) setImmediate(commit);
      });
    },
    onStored: (told) => {
      listener = told;
    },
    forgetHosts: (hosts) => {
      db.prepare('DELETE FROM heads WHERE host IN (SELECT value FROM json_each(?))').run(JSON.stringify(hosts));
    },
    prune: preparePrune(db, seqAt),
    close: () => {
      closed = true;
      commit();
    },
  };
}

type Write = (batches: readonly (readonly PreparedEvent[])[]) => readonly (readonly StoredEvent[])[];

function prepareWrite(db: Database, now: () => Instant): Write {
  const insert = db.prepare(
    'INSERT INTO events (id, kind, subject, source, host, time, received, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING',
  );
  const setHead = db.prepare(
    'INSERT INTO heads (kind, host, subject, seq) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET seq = excluded.seq',
  );
  const newest = db.prepare<{ readonly received: number }>('SELECT received FROM events ORDER BY seq DESC LIMIT 1');
  let received = newest.get()?.received ?? 0;

  const store = (prepared: PreparedEvent): StoredEvent | null => {
    const { id, kind, subject, source, host } = prepared.event;
    const { changes, rowid } = insert.run(id, kind, subject, source, host, prepared.time, received, prepared.data);
    return changes === 0 ? null : storedAs(prepared, rowid, received);
  };

  const setHeads = (events: readonly StoredEvent[]): void => {
    const heads = new Map(events.map((event) => [`${event.kind} ${event.host} ${event.subject}`, event]));
    for (const { kind, host, subject, seq } of heads.values()) setHead.run(kind, host, subject, seq);
  };

  return (batches) =>
    db.transact(() => {
      received = Math.max(received, Math.round(now()));
      const stored = batches.map((events) => events.map(store).filter((event) => event !== null));
      setHeads(stored.flat());
      return stored;
    });
}

/** Rows looked at in one step of `prune`. */
const STRIDE = 2000;

function preparePrune(db: Database, seqAt: (instant: Instant) => number): (before: Instant) => number {
  const strideEnd = db.prepare<{ readonly seq: number | null }>(
    'SELECT max(seq) AS seq FROM (SELECT seq FROM events WHERE seq > ? AND seq < ? ORDER BY seq LIMIT ?)',
  );
  const drop = db.prepare(
    `DELETE FROM events WHERE seq > ? AND seq <= ? AND NOT EXISTS (
       SELECT 1 FROM heads h WHERE h.kind = events.kind AND h.host = events.host AND h.subject = events.subject AND h.seq = events.seq)`,
  );
  let position = 0;
  return (before) => {
    const end = seqAt(before);
    for (;;) {
      const last = strideEnd.get(position, end, STRIDE)?.seq ?? null;
      if (last === null) break;
      const { changes } = drop.run(position, last);
      position = last;
      if (changes > 0) return changes;
    }
    position = 0;
    return 0;
  };
}

function noRoom(path: string): StoreError {
  return new StoreError('STORE_FULL', `${path} takes no events: the disk is full, and what is left is for alerts`);
}

/** Where nobody can catch it: a bug ends the process. */
function throwOutside(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}
