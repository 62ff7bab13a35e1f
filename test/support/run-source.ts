/** Runs a source on a clock that a test moves, and keeps what it says. */

import type { EventData, EventKind } from '../../src/core/catalog/catalog.ts';
import type { AnyEvent, StoredEvent } from '../../src/core/event.ts';
import type { Source, SourceState } from '../../src/core/source.ts';
import type { EventLog } from '../../src/ports/store.ts';
import type { FakeClock } from './fake-clock.ts';

export interface RunningSource extends AsyncDisposable {
  readonly events: readonly AnyEvent[];
  readonly reports: readonly (readonly [SourceState, string])[];
  /** Data of what was said of a kind since this was last asked. */
  said<K extends EventKind>(kind: K): readonly EventData<K>[];
  /** While true the event log takes nothing. */
  refuse: boolean;
}

/** Starts a source and lets it look once. */
export async function runSource(source: Source, clock: FakeClock): Promise<RunningSource> {
  const stop = new AbortController();
  const events: AnyEvent[] = [];
  const reports: (readonly [SourceState, string])[] = [];
  const heard = new Map<EventKind, number>();
  const running: RunningSource = {
    events,
    reports,
    refuse: false,
    said(kind) {
      const from = heard.get(kind) ?? 0;
      heard.set(kind, events.length);
      return events.slice(from).flatMap((event) => (event.kind === kind ? [event.data as EventData<typeof kind>] : []));
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await done;
    },
  };
  const done = source.run({
    signal: stop.signal,
    report: (state, reason) => {
      const last = reports.at(-1);
      if (last?.[0] !== state || last[1] !== reason) reports.push([state, reason]);
    },
    emit: async (batch) => {
      if (running.refuse) throw new Error('disk full');
      events.push(...batch);
      return { stored: batch.length, known: 0 };
    },
  });
  await clock.settle();
  await clock.settle();
  return running;
}

/** A log that holds these events. */
export function logOf(events: readonly AnyEvent[]): EventLog['latest'] {
  const stored = events.map((event, seq): StoredEvent => ({ ...event, received: event.time, seq }));
  return (kind) => stored.filter((event) => event.kind === kind);
}

/** A log nobody reads. */
export const SILENT_LOG = { debug() {}, info() {}, warn() {}, error() {} };
