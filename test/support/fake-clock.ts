/** A clock that stands still until it is advanced. */

import type { Instant, Millis } from '../../src/core/time.ts';
import type { Clock } from '../../src/ports/clock.ts';

export interface FakeClock extends Clock {
  /** Moves time on, runs what falls due in order, and lets everything that follows from it happen. */
  advance(span: Millis): Promise<void>;
  /** Lets everything that needs no time happen. */
  settle(): Promise<void>;
  /** Moves time on in one step, as when the event loop stood still: timers run late. */
  jump(span: Millis): Promise<void>;
  /** Timers that wait. */
  pending(): number;
}

/** A fake clock that starts at an instant. */
export function fakeClock(start: Instant = Date.UTC(2026, 0, 1)): FakeClock {
  let now = start;
  const timers = new Set<{ readonly at: Instant; readonly run: () => void }>();
  const callAt = (at: Instant, run: () => void): (() => void) => {
    const timer = { at, run };
    timers.add(timer);
    return () => void timers.delete(timer);
  };
  const runDue = async (until: Instant): Promise<void> => {
    for (;;) {
      const next = [...timers].filter((timer) => timer.at <= until).toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined) return;
      timers.delete(next);
      now = Math.max(now, next.at);
      next.run();
      await settle();
    }
  };
  return {
    now: () => now,
    monotonic: () => now - start,
    callAt,
    sleep: (span, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) return resolve();
        const cancel = callAt(now + span, resolve);
        signal?.addEventListener('abort', () => {
          cancel();
          resolve();
        });
      }),
    async advance(span) {
      const until = now + span;
      await settle();
      await runDue(until);
      now = until;
    },
    async jump(span) {
      await settle();
      now += span;
      await runDue(now);
    },
    settle,
    pending: () => timers.size,
  };
}

/** Two turns of the event loop: every promise that can resolve has. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
