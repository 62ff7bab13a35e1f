/** Gives news to the event log, one batch after another; what the log does not take is news again at the next look. */

import type { AnyEvent } from '../../core/event.ts';
import type { SourceContext } from '../../core/source.ts';
import type { Log } from '../../ports/log.ts';

/** What is to be said now, and what to do once it is on disk. */
export interface Saying {
  readonly events: readonly AnyEvent[];
  said(): void;
}

/** A function that says whatever `find` comes up with. */
export function createSay(context: Pick<SourceContext, 'emit'>, log: Log, find: () => Saying): () => Promise<void> {
  let tail: Promise<void> = Promise.resolve();
  let isRefused = false;
  const sayNow = async (): Promise<void> => {
    const { events, said } = find();
    if (events.length === 0) return;
    try {
      await context.emit(events);
      said();
      isRefused = false;
    } catch (error) {
      if (!isRefused) log.warn({ err: error, events: events.length }, 'CI events were not stored, trying again');
      isRefused = true;
    }
  };
  return () => {
    tail = tail.then(sayNow);
    return tail;
  };
}
