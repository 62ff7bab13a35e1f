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
   */
  append(events: readonly AnyEvent[]): Promise<readonly StoredEvent[]>;
  /** Called after each commit with what was new, in order, before `append` resolves. One listener. */
  onStored(listener: (events: readonly StoredEvent[]) => void): void;
  /** Events of some kinds received at or after an instant, in order of arrival. */
  replay(since: ReadonlyMap<EventKind, Instant>): Iterable<StoredEvent>;
  /** The newest event of every entity of a kind. */
  latest(kind: EventKind): Iterable<StoredEvent>;
  get(id: string): StoredEvent | null;
  /** Newest first. */
  recent(query: { readonly kind?: EventKind; readonly limit: number }): readonly StoredEvent[];
  count(): number;
  /** Drops what is older than `before`, but keeps the newest event of each entity; bounded work a call. Returns how many went. */
  prune(before: Instant): number;
}

export interface FindingStore {
  save(findings: readonly Finding[]): void;
  get(fingerprint: string): Finding | null;
  /** Newest first. */
  list(query?: {
    readonly states?: readonly FindingState[];
    readonly rule?: string;
    readonly limit?: number;
  }): readonly Finding[];
}

export interface Outbox {
  /**
   * Adds orders; an id that is known is left as it is.
   * A waiting, never tried order of the same thread and phase `update` is replaced by a newer one.
   */
  add(orders: readonly EffectOrder[]): void;
  /** The first order of every target that is due, unless one of that target is running. */
  due(now: Instant): readonly OutboxRow[];
  /** When the next order is due; null when none waits. */
  nextDue(): Instant | null;
  /** Marks an order as begun, durably, before it is carried out. */
  begin(id: string, at: Instant): void;
  settle(
    id: string,
    result: { readonly state: OrderState; readonly ref: string; readonly reason: string; readonly at: Instant },
  ): void;
  /** Puts a failed order back, to be tried at an instant. */
  defer(id: string, nextAt: Instant, reason: string): void;
  /** Orders that were begun and never settled: the process died. */
  unsettled(): readonly OutboxRow[];
  get(id: string): OutboxRow | null;
  /** What the world called the `fire` order of a thread, `''` when it was not done. */
  firedRef(thread: string): string;
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
  ack(fingerprint: string, by: string, at: Instant): void;
  isAcked(fingerprint: string, firing: string): boolean;
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
  readonly outbox: Outbox;
  readonly silences: SilenceStore;
  readonly cursors: Cursors;
  readonly samples: Samples;
  readonly meta: Cursors;
  /** Where a damaged file was moved when this one was started afresh; null when it was not. */
  readonly movedTo: string | null;
  /** Runs `work` as one transaction; a throw rolls it back. */
  transact<T>(work: () => T): T;
  /** Folds the write-ahead log back and closes the file; waits for appends under way. */
  close(): Promise<void>;
}

export interface StoreOptions {
  readonly path: string;
  readonly now: () => Instant;
  /** Open without ever writing; fails when there is no file. For read commands beside a running daemon. */
  readonly readOnly?: boolean;
  readonly busyTimeout?: Millis;
}
