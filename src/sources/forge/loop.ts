/** When to look at the forge: at everything every five minutes, at single things soon after a hint, and with growing pauses while it does not answer. */

import { MINUTE, SECOND, type Instant, type Millis } from '../../core/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Look, Sight } from './look.ts';

export interface Loop {
  /** Looks at everything now, after the look that is under way. */
  look(): Promise<void>;
  /** Resolves when the signal aborts. */
  run(): Promise<void>;
}

const EVERY: Millis = 5 * MINUTE;
const TICK: Millis = SECOND;
/** What the log did not take is tried again after so long. */
const STUCK_PAUSE: Millis = 10 * SECOND;
const FIRST_PAUSE: Millis = 5 * SECOND;
const LONGEST_PAUSE: Millis = MINUTE;

/** The looks of one run, one after another and never two at once. */
export function openLoop(look: Look, clock: Clock, signal: AbortSignal): Loop {
  let last: Promise<void> = Promise.resolve();
  let dueAt: Instant = clock.monotonic();
  let sight: Sight = 'clear';
  let blindLooks = 0;

  const pauseAfter = (seen: Sight): Millis => {
    if (seen === 'stuck') return STUCK_PAUSE;
    if (seen !== 'blind') return EVERY;
    return Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (blindLooks - 1));
  };
  const lookAtAll = async (): Promise<void> => {
    if (signal.aborted) return;
    sight = await look.all();
    blindLooks = sight === 'blind' ? blindLooks + 1 : 0;
    dueAt = clock.monotonic() + pauseAfter(sight);
  };
  const lookAtHints = async (): Promise<void> => {
    // While it does not answer, the next look at everything is soon, and finds what hints are about.
    if (signal.aborted || sight === 'blind') return;
    const seen = await look.hinted();
    if (seen === 'stuck' || (seen === 'flawed' && sight === 'clear')) {
      dueAt = Math.min(dueAt, clock.monotonic() + FIRST_PAUSE);
    }
  };
  const inOrder = (work: () => Promise<void>): Promise<void> => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
  return {
    look: () => inOrder(lookAtAll),
    async run() {
      while (!signal.aborted) {
        await inOrder(clock.monotonic() >= dueAt ? lookAtAll : lookAtHints);
        await clock.sleep(TICK, signal);
      }
      await last;
    },
  };
}
