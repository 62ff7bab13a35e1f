/** The beginning of each sweep, as a stream. */

import { Observable } from 'rxjs';
import { SWEEP, sweepOf } from '../core/sweep.ts';
import type { Instant } from '../core/time.ts';
import type { Clock } from '../ports/clock.ts';

/** Emits at :00, :20 and :40, by the wall clock. */
export function sweeps(clock: Clock): Observable<Instant> {
  return new Observable((subscriber) => {
    let cancel = (): void => {};
    const arm = (): void => {
      cancel = clock.callAt(sweepOf(clock.now()) + SWEEP, () => {
        subscriber.next(clock.now());
        arm();
      });
    };
    arm();
    return () => cancel();
  });
}
