/** Notices when the wall clock jumps or the process was asleep: nobody looked in between. */

import { Observable } from 'rxjs';
import { SECOND, type Millis } from '../core/time.ts';
import type { Clock } from '../ports/clock.ts';

export interface Jump {
  /** Wall clock against monotonic clock; negative when it was set back. */
  readonly jump: Millis;
  /** How much later than planned the look was: the event loop was blocked or the machine slept. */
  readonly lag: Millis;
}

const EVERY: Millis = SECOND;
const WORTH_TELLING: Millis = 5 * SECOND;

/** Emits a jump of more than 5 s between the clocks, and a lag of more than 5 s. */
export function watchClock(clock: Clock): Observable<Jump> {
  return new Observable((subscriber) => {
    let wall = clock.now();
    let steady = clock.monotonic();
    let cancel = (): void => {};
    const look = (): void => {
      const passed = clock.monotonic() - steady;
      const jump = clock.now() - wall - passed;
      const lag = Math.max(0, passed - EVERY);
      wall = clock.now();
      steady = clock.monotonic();
      if (Math.abs(jump) > WORTH_TELLING || lag > WORTH_TELLING) subscriber.next({ jump, lag });
      cancel = clock.callAt(wall + EVERY, look);
    };
    cancel = clock.callAt(wall + EVERY, look);
    return () => cancel();
  });
}
