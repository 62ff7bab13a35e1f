/** Events as rows and back. */

import { fillData, isEventKind, type EventData } from '../core/catalog/catalog.ts';
import type { AnyEvent, ReactorEvent, StoredEvent } from '../core/event.ts';
import type { Instant } from '../core/time.ts';

export interface EventRow {
  readonly seq: number;
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly source: string;
  readonly host: string;
  readonly time: number;
  readonly received: number;
  readonly data: string;
}

/** An event ready to be written: what can be wrong with it has been found out before it joins others in a transaction. */
export interface PreparedEvent {
  readonly event: AnyEvent;
  readonly time: Instant;
  readonly data: string;
}

/** Makes an event ready to be written; throws a TypeError when it is not one that can be read back. */
export function prepareEvent(event: AnyEvent): PreparedEvent {
  if (event.id === '') throw new TypeError(`an event of kind ${event.kind} has no id: give it a stable one`);
  if (!Number.isFinite(event.time)) {
    throw new TypeError(`event ${event.id} (${event.kind}) has the time ${event.time}: write milliseconds since 1970`);
  }
  return { event, time: Math.round(event.time), data: JSON.stringify(event.data) };
}

/** An event as it is after it was stored. */
export function storedAs({ event, time }: PreparedEvent, seq: number, received: Instant): StoredEvent {
  return { ...event, time, received, seq };
}

/** The event of a row; null when its kind is not in this version's catalogue. Fields that are newer than the row take their default. */
export function readEvent(row: EventRow): StoredEvent | null {
  const { kind } = row;
  if (!isEventKind(kind)) return null;
  const data = fillData(kind, JSON.parse(row.data) as Partial<EventData>);
  const event: ReactorEvent & { readonly seq: number } = {
    id: row.id,
    source: row.source,
    kind,
    subject: row.subject,
    time: row.time,
    received: row.received,
    host: row.host,
    data,
    seq: row.seq,
  };
  return event as StoredEvent;
}
