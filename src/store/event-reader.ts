/** Reads the event log: by kind and age without looking at anything else. */

import type { EventKind } from '../core/catalog/catalog.ts';
import type { StoredEvent } from '../core/event.ts';
import type { Instant } from '../core/time.ts';
import type { EventLog } from '../ports/store.ts';
import type { Database, Statement } from './database.ts';
import { readEvent, type EventRow } from './event-row.ts';

export interface EventReader extends Pick<EventLog, 'replay' | 'latest' | 'get' | 'recent' | 'count'> {
  /** The first place in the log that was received at or after an instant; one past the end when there is none. */
  readonly seqAt: (instant: Instant) => number;
}

/** Rows fetched at a time: no read is open between two of them, so that writing goes on meanwhile. */
const PAGE = 500;

interface Numbers {
  readonly numbers: string;
}

/** Prepares the statements that read the log of a connection. */
export function readEvents(db: Database): EventReader {
  const ofKind = db.prepare<Numbers>('SELECT json_group_array(seq) AS numbers FROM events WHERE kind = ? AND seq >= ?');
  const headsOf = db.prepare<Numbers>('SELECT json_group_array(seq) AS numbers FROM heads WHERE kind = ?');
  const page = db.prepare<EventRow>('SELECT * FROM events WHERE seq IN (SELECT value FROM json_each(?)) ORDER BY seq');
  const byId = db.prepare<EventRow>('SELECT * FROM events WHERE id = ?');
  const recent = db.prepare<EventRow>('SELECT * FROM events ORDER BY seq DESC LIMIT ?');
  const recentOfKind = db.prepare<EventRow>('SELECT * FROM events WHERE kind = ? ORDER BY seq DESC LIMIT ?');
  const count = db.prepare<{ readonly n: number }>('SELECT count(*) AS n FROM events');
  const seqAt = prepareSeqAt(db);

  const seqsOf = (kind: EventKind, since: Instant): readonly number[] =>
    parseNumbers(ofKind.get(kind, since <= 0 ? 0 : seqAt(since)));

  return {
    seqAt,
    replay: (since) =>
      inPages(
        page,
        [...since].flatMap(([kind, at]) => seqsOf(kind, at)),
      ),
    latest: (kind) => inPages(page, parseNumbers(headsOf.get(kind))),
    get: (id) => {
      const row = byId.get(id);
      return row === undefined ? null : readEvent(row);
    },
    recent: ({ kind, limit }) => known(kind === undefined ? recent.all(limit) : recentOfKind.all(kind, limit)),
    count: () => count.get()?.n ?? 0,
  };
}

/** `received` never falls along the log, so that a search by halves needs no index of its own. */
function prepareSeqAt(db: Database): (instant: Instant) => number {
  const ends = db.prepare<{ readonly first: number | null; readonly last: number | null }>(
    'SELECT (SELECT min(seq) FROM events) AS first, (SELECT max(seq) FROM events) AS last',
  );
  const next = db.prepare<{ readonly seq: number; readonly received: number }>(
    'SELECT seq, received FROM events WHERE seq >= ? ORDER BY seq LIMIT 1',
  );
  return (instant) => {
    const { first, last } = ends.get() ?? { first: null, last: null };
    let low = first ?? 1;
    let high = last ?? 0;
    let found = high + 1;
    while (low <= high) {
      const middle = Math.floor((low + high) / 2);
      const row = next.get(middle);
      if (row !== undefined && row.received < instant) {
        low = row.seq + 1;
      } else {
        found = row?.seq ?? found;
        high = middle - 1;
      }
    }
    return found;
  };
}

function* inPages(page: Statement<EventRow>, seqs: readonly number[]): Generator<StoredEvent> {
  const sorted = Float64Array.from(seqs).toSorted();
  for (let i = 0; i < sorted.length; i += PAGE) {
    yield* known(page.all(`[${sorted.subarray(i, i + PAGE).join(',')}]`));
  }
}

function known(rows: readonly EventRow[]): readonly StoredEvent[] {
  return rows.map(readEvent).filter((event) => event !== null);
}

function parseNumbers(row: Numbers | undefined): readonly number[] {
  return row === undefined ? [] : (JSON.parse(row.numbers) as readonly number[]);
}
