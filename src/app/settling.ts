/** Start-up is settled when every source has looked once, or after 20 s whatever they say. */

import { SECOND, type Millis } from '../core/time.ts';
import type { Clock } from '../ports/clock.ts';

export interface Settling {
  /** A source said for the first time whether it can see. */
  heard(source: string): void;
  /** Resolves when it is settled, with the sources that said nothing in time. */
  readonly done: Promise<readonly string[]>;
}

const LONGEST: Millis = 20 * SECOND;
/** What a source saw at the same moment as it spoke up is on its way. */
const QUIET: Millis = 20;

/** Waits for sources by name. */
export function createSettling(names: readonly string[], clock: Clock, longest: Millis = LONGEST): Settling {
  const missing = new Set(names);
  const { promise, resolve } = Promise.withResolvers<readonly string[]>();
  const end = (): void => resolve([...missing]);
  const cancel = clock.callAt(clock.now() + longest, end);
  const heard = (source: string): void => {
    missing.delete(source);
    if (missing.size > 0) return;
    cancel();
    clock.callAt(clock.now() + QUIET, end);
  };
  if (names.length === 0) heard('');
  return { heard, done: promise };
}
