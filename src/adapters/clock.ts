/** The machine's clock. Its timers keep the process alive: an unref'd sleep would let a command end half-way. */

import type { Instant, Millis } from '../core/time.ts';
import { MINUTE } from '../core/time.ts';
import type { Clock } from '../ports/clock.ts';

/** Node fires a longer timer at once. */
const LONGEST_TIMER: Millis = 2 ** 31 - 1;

/** How often a wait for a wall-clock instant looks at the wall clock: a suspended machine or a set clock is noticed within this. */
const WALL_CHECK: Millis = MINUTE;

/** Wall time, monotonic time and timers of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  callAt,
  sleep,
};

function callAt(at: Instant, run: () => void): () => void {
  let timer: NodeJS.Timeout;
  const arm = (): void => {
    timer = setTimeout(fire, Math.min(Math.max(0, at - Date.now()), WALL_CHECK));
  };
  const fire = (): void => (Date.now() >= at ? run() : arm());
  arm();
  return () => clearTimeout(timer);
}

function sleep(span: Millis, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve();
    const end = performance.now() + span;
    let timer: NodeJS.Timeout;
    const finish = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const arm = (): void => {
      const rest = end - performance.now();
      timer = setTimeout(rest > LONGEST_TIMER ? arm : finish, Math.min(Math.max(0, rest), LONGEST_TIMER));
    };
    signal?.addEventListener('abort', finish, { once: true });
    arm();
  });
}
