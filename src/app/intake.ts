/** How events come in: through the log; what our own sources see also past it, while the disk has no room for history. */

import type { AnyEvent, StoredEvent } from '../core/event.ts';
import type { Intake } from '../core/source.ts';
import type { Instant } from '../core/time.ts';
import { isPassing, type Store } from '../ports/store.ts';

export interface Intakes {
  /** Resolves when the events are on disk; for whoever will not tell again what was acknowledged. */
  readonly kept: Intake;
  /** For what can be looked at again: while the disk is full the events are decided and not kept. */
  readonly seen: Intake;
}

export interface IntakeParts {
  readonly store: { readonly log: Pick<Store['log'], 'append' | 'get'>; readonly room: Pick<Store['room'], 'isFull'> };
  readonly now: () => Instant;
  /** The place in the log that has been reached. */
  readonly place: () => number;
  /** Lets everybody see events that the log does not take. */
  readonly show: (events: readonly StoredEvent[]) => void;
  /** The log is broken for good. */
  readonly fail: (error: unknown) => void;
}

/** Of events that were not kept so many are known again. */
const MOST_KNOWN = 10_000;

/** The two ways in. */
export function createIntakes({ store, now, place, show, fail }: IntakeParts): Intakes {
  const known = new Set<string>();
  let last: Instant = 0;
  const isNew = ({ id }: AnyEvent): boolean => !known.has(id) && store.log.get(id) === null;
  const remember = (events: readonly AnyEvent[]): void => {
    for (const { id } of events) known.add(id);
    for (const id of known) {
      if (known.size <= MOST_KNOWN) return;
      known.delete(id);
    }
  };
  const kept: Intake = async (events) => {
    try {
      const stored = await store.log.append(events);
      return { stored: stored.length, known: events.length - stored.length };
    } catch (error) {
      // Damage does not pass: the process ends, and the next start moves the file aside.
      if (!isPassing(error)) fail(error);
      throw error;
    }
  };
  const pass = (events: readonly AnyEvent[]): void => {
    const fresh = [...new Map(events.map((event) => [event.id, event])).values()].filter(isNew);
    last = Math.max(last, now());
    remember(fresh);
    if (fresh.length > 0) show(fresh.map((event) => ({ ...event, received: last, seq: place() })));
  };
  const seen: Intake = async (events) => {
    try {
      return await kept(events);
    } catch (error) {
      if (!store.room.isFull()) throw error;
      pass(events);
      return { stored: 0, known: events.length };
    }
  };
  return { kept, seen };
}
