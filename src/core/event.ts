/** An event: what happened to, or what is now known of, one entity. A CloudEvent with typed data. */

import { hash } from 'node:crypto';
import { fillData, type EventData, type EventKind } from './catalog/catalog.ts';
import type { Instant } from './time.ts';

export interface ReactorEvent<K extends EventKind = EventKind> {
  /** Stable: the same occurrence has the same id whichever way it arrives. The log keeps each id once. */
  readonly id: string;
  /** `docker://box`, `forge://forge.example/johba/harb`, `file://box/tmp/x.phase`, `reactor://box`. */
  readonly source: string;
  readonly kind: K;
  /** The entity, unique within its kind: `harb/anvil/1`, `johba/harb#7`. */
  readonly subject: string;
  /** The source's own time. */
  readonly time: Instant;
  /** When the reactor took it in; 0 until the event log stored it. */
  readonly received: Instant;
  readonly host: string;
  readonly data: EventData<K>;
}

/** An event of any one kind; a union, so that `switch (event.kind)` narrows `data`. */
export type AnyEvent = { [K in EventKind]: ReactorEvent<K> }[EventKind];

/** An event as the log keeps it. */
export type StoredEvent = AnyEvent & { readonly seq: number };

export interface EventHead {
  readonly id: string;
  readonly source: string;
  readonly subject: string;
  readonly time: Instant;
  readonly host: string;
}

/** Makes an event; fields that are not given take the default of their type. */
export function toEvent<K extends EventKind>(kind: K, head: EventHead, data: Partial<EventData<K>>): AnyEvent {
  const event: ReactorEvent<K> = { ...head, kind, received: 0, data: { ...fillData(kind, data), host: head.host } };
  return event as AnyEvent;
}

/** A short stable id out of parts: 24 hex digits of SHA-256. */
export function stableId(...parts: readonly (string | number)[]): string {
  // In one call: a hash object would cost as much again, and every event is hashed.
  return hash('sha256', parts.join('\u0000'), 'hex').slice(0, 24);
}
