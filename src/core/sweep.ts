/** A sweep: 20 minutes of the wall clock, from :00, :20 and :40. The factory's supervisor ran once in each, and its journal has an entry for each that has news. */

import { MINUTE, type Instant, type Millis } from './time.ts';

export const SWEEP: Millis = 20 * MINUTE;

/** The sweep an instant is in, by its start. */
export function sweepOf(at: Instant): Instant {
  return at - (at % SWEEP);
}
