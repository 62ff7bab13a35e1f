/** What an event means to a condition: the predicates, already evaluated. */

import type { AnyEvent } from '../../core/event.ts';
import { MINUTE, type Instant, type Millis } from '../../core/time.ts';

export interface Signal {
  readonly event: AnyEvent;
  readonly now: Instant;
  readonly matched: boolean;
  readonly cleared: boolean;
  /** A replay brings an event that the ledger had counted in before; it is not counted again. */
  readonly counted: boolean;
}

/** An event that arrives later than this changes state but fires nothing by itself. */
const MAX_LATE: Millis = 5 * MINUTE;

/** True for an event that tells of the past. */
export function isLate(signal: Signal): boolean {
  return signal.now - signal.event.time > MAX_LATE;
}
