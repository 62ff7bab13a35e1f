/** What must be done now and then: say that we are alive, thin figures out, drop what is old. */

import { DAY, HOUR, MINUTE, SECOND, type Instant } from '../core/time.ts';
import type { Health } from '../core/health.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';

export interface HousekeepingOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly retentionDays: number;
  readonly health: () => Health;
  /** Writes what could not be written before. */
  readonly retry: () => void;
  /** Writes down what the engine remembers, when it is time. */
  readonly checkpoint: () => void;
}

/** When the reactor was last known to run. */
const ALIVE = 'alive_at';
const BEAT = 10 * SECOND;

/** When the reactor before this one was last alive; null on the first start. */
export function lastAlive(store: Store): Instant | null {
  const said = store.meta.get(ALIVE);
  return said === null ? null : Number(said);
}

/** Runs until the signal aborts. */
export async function keepHouse(options: HousekeepingOptions): Promise<void> {
  const { store, clock, log, signal } = options;
  let sampledAt = 0;
  let prunedAt = clock.now();
  while (!signal.aborted) {
    const now = clock.now();
    try {
      store.room.look();
      store.meta.set(ALIVE, String(now));
      options.retry();
      options.checkpoint();
      if (now - sampledAt >= MINUTE && !store.room.isFull()) {
        sample(store, options.health(), now);
        sampledAt = now;
      }
      if (now - prunedAt >= HOUR) {
        prunedAt = now;
        await prune(options, now);
      }
    } catch (error) {
      log.warn({ err: error }, 'housekeeping failed; it is tried again');
    }
    await clock.sleep(BEAT, signal);
  }
}

/** What could not be read leaves a hole in the series, not a zero. */
function sample(store: Store, health: Health, now: Instant): void {
  const figures: Readonly<Record<string, number | null>> = { ...health };
  for (const [name, value] of Object.entries(figures)) {
    if (value !== null) store.samples.add(`host.${name}`, now, value);
  }
}

/** In small bites, so that events are not kept waiting. */
async function prune({ store, clock, signal, retentionDays }: HousekeepingOptions, now: Instant): Promise<void> {
  store.samples.thin(now);
  while (!signal.aborted && store.prune(now - retentionDays * DAY) > 0) await clock.sleep(0, signal);
}
