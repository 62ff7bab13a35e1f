/** The machine's clock, ahead of it by a span that a test can make longer: what takes minutes happens in a moment, and in order. */

import { setTimeout as wait } from 'node:timers/promises';
import { MINUTE, SECOND, type Instant, type Millis } from '../../../src/core/time.ts';
import type { Clock } from '../../../src/ports/clock.ts';

export interface MovedClock extends Clock {
  /** Moves on in steps; what falls due on the way happens when it is due, and everything else has a moment for each step. */
  advance(span: Millis): Promise<void>;
}

interface Timer {
  readonly at: Instant;
  readonly run: () => void;
  handle: NodeJS.Timeout;
}

/** Shorter than any lag that a reactor would take for a clock that jumped. */
const STEP: Millis = SECOND;
/** What files, processes and servers answer has so much real time for each step. */
const BREATH: Millis = 8;

/** A clock that is ahead by so much, negative for behind, and runs on from there. */
export function movedClock(ahead: Millis): MovedClock {
  const timers = new Set<Timer>();
  let lead = ahead;
  const now = (): Instant => Date.now() + lead;
  const fire = (timer: Timer): void => {
    clearTimeout(timer.handle);
    if (!timers.delete(timer)) return;
    timer.run();
  };
  const arm = (timer: Timer): void => {
    const rest = Math.min(Math.max(0, timer.at - now()), MINUTE);
    timer.handle = setTimeout(() => (now() >= timer.at ? fire(timer) : arm(timer)), rest);
  };
  const callAt = (at: Instant, run: () => void): (() => void) => {
    const timer: Timer = { at, run, handle: setTimeout(() => undefined, 0) };
    timers.add(timer);
    arm(timer);
    return () => {
      clearTimeout(timer.handle);
      timers.delete(timer);
    };
  };
  const fireDue = (): void => {
    const due = [...timers].filter((timer) => timer.at <= now()).toSorted((a, b) => a.at - b.at);
    for (const timer of due) fire(timer);
  };
  return {
    now,
    monotonic: () => performance.now() + lead,
    callAt,
    sleep: (span, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) return resolve();
        const finish = (): void => {
          cancel();
          signal?.removeEventListener('abort', finish);
          resolve();
        };
        const cancel = callAt(now() + span, finish);
        signal?.addEventListener('abort', finish, { once: true });
      }),
    async advance(span) {
      for (let left = span; left > 0; left -= STEP) {
        lead += Math.min(STEP, left);
        fireDue();
        await wait(BREATH);
      }
    },
  };
}
