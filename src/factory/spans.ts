/** When time that goes by, and work that goes on, are worth saying again. */

import { DAY, HOUR, MINUTE, type Instant, type Millis } from '../core/time.ts';

/** The limits that rules usually have. */
const EDGES: readonly Millis[] = [
  3 * MINUTE,
  10 * MINUTE,
  20 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
];

/** A number that grows whenever a span crosses an edge: 3, 10, 20, 30 min, 1, 2, 3, 6, 12 h, then every day. */
export function spanStep(span: Millis): number {
  return EDGES.filter((edge) => span >= edge).length + Math.floor(span / DAY);
}

export interface Activity {
  /** The instant to say for a thing that was last active at another: the newer one only once it is worth saying. */
  of(id: string, active: Instant, now: Instant): Instant;
  /** Forgets all but these. */
  keep(ids: ReadonlySet<string>): void;
}

const WHILE_ACTIVE: Millis = 5 * MINUTE;
const QUIET: Millis = MINUTE;

/** While a thing is active its last activity is said every 5 min, and exactly once it has been quiet for a minute. */
export function createActivity(): Activity {
  const said = new Map<string, Instant>();
  return {
    of(id, active, now) {
      const last = said.get(id);
      const isNews = last === undefined || active < last || active - last >= WHILE_ACTIVE;
      const hasEnded = last !== undefined && active > last && now - active >= QUIET;
      const at = isNews || hasEnded ? active : last;
      said.set(id, at);
      return at;
    },
    keep(ids) {
      for (const id of said.keys()) if (!ids.has(id)) said.delete(id);
    },
  };
}
