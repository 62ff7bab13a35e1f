/** Runs a source on the real world and waits for what it says. */

import { systemClock } from '../../src/adapters/clock.ts';
import type { EventData, EventKind } from '../../src/core/catalog/catalog.ts';
import type { AnyEvent } from '../../src/core/event.ts';
import type { Source } from '../../src/core/source.ts';

export interface RealRun extends AsyncDisposable {
  readonly events: readonly AnyEvent[];
  /** `available: looking at …`, newest last. */
  readonly reports: readonly string[];
  /** Everything that was said of a kind. */
  of<K extends EventKind>(kind: K): readonly EventData<K>[];
  /** Resolves with the newest of a kind that passes; throws after 20 s, with what was said instead. */
  until<K extends EventKind>(kind: K, passes: (data: EventData<K>) => boolean): Promise<EventData<K>>;
  /** Resolves when the source last said this of itself. */
  untilReport(part: string): Promise<void>;
}

const PATIENCE = 20_000;

/** Starts a source; `apply` is told of every event, as the reactor's folds are. */
export function runReal(source: Source, apply: (event: AnyEvent) => void = () => undefined): RealRun {
  const stop = new AbortController();
  const events: AnyEvent[] = [];
  const reports: string[] = [];
  const done = source.run({
    signal: stop.signal,
    report: (state, reason) => {
      const said = `${state}: ${reason}`;
      if (reports.at(-1) !== said) reports.push(said);
    },
    emit: async (batch) => {
      events.push(...batch);
      for (const event of batch) apply(event);
      return { stored: batch.length, known: 0 };
    },
  });
  const of = <K extends EventKind>(kind: K): readonly EventData<K>[] =>
    events.flatMap((event) => (event.kind === kind ? [event.data as EventData<K>] : []));
  const wait = async <T>(what: string, find: () => T | undefined): Promise<T> => {
    const end = performance.now() + PATIENCE;
    while (performance.now() < end) {
      const found = find();
      if (found !== undefined) return found;
      await systemClock.sleep(20);
    }
    throw new Error(`waited 20 s for ${what}\nreports: ${reports.join(' | ')}`);
  };
  return {
    events,
    reports,
    of,
    until: (kind, passes) =>
      wait(`${kind}; it said ${JSON.stringify(of(kind).slice(-3), null, 1)}`, () => of(kind).findLast(passes)),
    async untilReport(part) {
      await wait(`a report with "${part}"`, () => (reports.at(-1)?.includes(part) === true ? true : undefined));
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await done;
    },
  };
}
