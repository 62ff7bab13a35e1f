/** What the reactor remembers. One SQLite file behind it; one writer. */

import type { EventKind } from '../core/catalog/catalog.ts';
import type { EffectOrder, OutboxRow, OrderState } from '../core/effect.ts';
import type { AnyEvent, StoredEvent } from '../core/event.ts';
import type { Finding, FindingState } from '../core/finding.ts';
import type { Silence } from '../core/source.ts';
import type { Instant, Millis } from '../core/time.ts';

/** Every event, append-only. */
export interface EventLog {
  /**
   * Stores a batch; everything appended in one event-loop turn is one transaction, synced before it resolves.
   * Resolves with the events that were new, in order, `received` and `seq` filled in. Known ids are dropped.
   * Rejects with STORE_FULL as long as the disk is full.
   */
  append(events: readonly AnyEvent[]): Promise<readonly StoredEvent[]>;
  /** Called after each commit with what was new, in order, before `append` resolves. One listener. */
  onStored(listener: (events: readonly StoredEvent[]) => void): void;
  /** Events of some kinds received at or after an instant, in order of arrival. */
  replay(since: ReadonlyMap<EventKind, Instant>): Iterable<StoredEvent>;
  /** The newest event of every entity of a kind, in order of arrival. Two boxes have two entities. */
  latest(kind: EventKind): Iterable<StoredEvent>;
  /** Nothing of these boxes is the latest any more: nobody looks at them, and nobody will say when it ends. */
  forgetHosts(hosts: readonly string[]): void;
  get(id: string): StoredEvent | null;
  /** Newest first. */
  recent(query: { readonly kind?: EventKind; readonly limit: number }): readonly StoredEvent[];
  count(): number;
  /** Drops what is older than `before`, but keeps the newest event of each entity; bounded work a call. Returns how many went. */
  prune(before: Instant): number;
}

/** One firing of a finding, kept after the finding has moved on. */
export interface Firing {
  readonly firing: string;
  readonly firedAt: Instant;
  /** Null while it lasts. */
  readonly resolvedAt: Instant | null;
}

export interface FindingStore {
  /** What is pending, or was and never fired, leaves alone what is known of an earlier firing. */
  save(findings: readonly Finding[]): void;
  /** What fired last, else what is pending. */
  get(fingerprint: string): Finding | null;
  /** Newest first. What is pending again and fired before is there twice. */
  list(query?: {
    readonly states?: readonly FindingState[];
    readonly rule?: string;
    readonly limit?: number;
  }): readonly Finding[];
  /** Past and present firings of a fingerprint, newest first, at most 50. */
  firings(fingerprint: string): readonly Firing[];
}

/** What an engine remembers of one subject of one rule. */
export interface TrackRow {
  readonly rule: string;
  /** Unique within the rule. */
  readonly id: string;
  /** For the engine alone to read. */
  readonly body: string;
}

export interface TrackStore {
  /** In the order in which they first came. */
  list(): Iterable<TrackRow>;
  save(change: { readonly kept: readonly TrackRow[]; readonly gone: readonly Omit<TrackRow, 'body'>[] }): void;
  clear(): void;
}

export interface Outbox {
  /**
   * Adds orders; an id that is known is left as it is.
   * A waiting, never tried order of the same thread and phase `update` is replaced by a newer one, which takes its place
   * in the queue; the replaced one is kept as skipped, so that its id stays known.
   */
  add(orders: readonly EffectOrder[]): void;
  /**
   * The first order of every target that is due, unless one of that target is running. An order that was tried and put
   * back holds up its target; one that was never tried and is not to be sent yet does not.
   */
  due(now: Instant): readonly OutboxRow[];
  /** The earliest instant at which `due` has an order; null when nothing waits but behind a running order. */
  nextDue(): Instant | null;
  /** Marks an order as begun, durably, before it is carried out, and counts the attempt. Throws when it is not waiting. */
  begin(id: string, at: Instant): void;
  /** Closes an order. Throws when it is closed already. */
  settle(
    id: string,
    result: { readonly state: OrderState; readonly ref: string; readonly reason: string; readonly at: Instant },
  ): void;
  /** Puts a failed order back, to be tried at an instant. */
  defer(id: string, nextAt: Instant, reason: string): void;
  /** Orders that were begun and never settled: the process died. */
  unsettled(): readonly OutboxRow[];
  get(id: string): OutboxRow | null;
  /** What the world called the first `fire` order of a thread that was done, `''` when none was. */
  firedRef(thread: string): string;
  /** Newest first. */
  list(query?: {
    readonly states?: readonly OrderState[];
    readonly firing?: string;
    readonly limit?: number;
  }): readonly OutboxRow[];
  /** How many orders are in each state. */
  counts(): Readonly<Record<OrderState, number>>;
}

export interface SilenceStore {
  add(silence: Silence): void;
  remove(id: string): boolean;
  /** Those that hold at an instant. */
  active(at: Instant): readonly Silence[];
  /** Acknowledges the finding's current firing; a later firing is not acknowledged. */
  ack(fingerprint: string, by: string, at: Instant): void;
  isAcked(fingerprint: string, firing: string): boolean;
}

/** Room on the disk. */
export interface Room {
  /** True: there is none but a reserve for what people must know. The log takes nothing; all else is written as long as it fits. */
  isFull(): boolean;
  /** Told when the disk became full, when it has room again, and at once when it is full already. One listener. */
  onChange(listener: (full: boolean) => void): void;
  /** Looks whether there is room again; to be called now and then. */
  look(): void;
}

export interface Cursors {
  get(name: string): string | null;
  set(name: string, value: string): void;
}

/** Host and storage figures over time, thinned as they age. */
export interface Samples {
  add(series: string, at: Instant, value: number): void;
  range(series: string, from: Instant, to: Instant): readonly { readonly at: Instant; readonly value: number }[];
  thin(now: Instant): void;
}

export interface Store {
  readonly log: EventLog;
  readonly findings: FindingStore;
  readonly tracks: TrackStore;
  readonly outbox: Outbox;
  readonly silences: SilenceStore;
  readonly cursors: Cursors;
  readonly samples: Samples;
  readonly meta: Cursors;
  readonly room: Room;
  /** Where a damaged file was moved when this one was started afresh; null when it was not. */
  readonly movedTo: string | null;
  /** Runs `work`, which must be synchronous, as one transaction; a throw rolls it back. May be nested. */
  transact<T>(work: () => T): T;
  /**
   * Drops what is older than `before` and no longer needed: events, closed orders, resolved findings, silences that ended.
   * The orders of a firing stay as long as its finding does. Bounded work a call: call again until it returns 0.
   */
  prune(before: Instant): number;
  /** Folds the write-ahead log back and closes the file; waits for appends under way. */
  close(): Promise<void>;
}

export interface StoreOptions {
  readonly path: string;
  readonly now: () => Instant;
  /** Open without ever writing; fails when there is no file. For read commands beside a running daemon. */
  readonly readOnly?: boolean;
  readonly busyTimeout?: Millis;
  /** Room to keep for a full disk, in bytes: so much within the file, and twice as much beside it. None when not given. */
  readonly reserve?: number;
  /** Told when the listener of the log threw; without it the error is thrown again outside, where it ends the process. */
  readonly onListenerError?: (error: unknown) => void;
}

/** Trouble with the file that may pass: the disk is full, it failed, somebody else writes. What was to be written is to be tried again. */
const PASSING: readonly unknown[] = ['STORE_FULL', 'STORE_IO', 'STORE_BUSY'];

/** True for an error of the store after which trying again later makes sense. */
export function isPassing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && PASSING.includes(error.code);
}
