/** A sleep that can be cut short. */

import type { Millis } from '../../core/time.ts';
import type { Clock } from '../../ports/clock.ts';

export interface Alarm {
  /** Resolves after the span, when it rings, or when the signal aborts; at once when it rang since the last wait. */
  wait(span: Millis, signal: AbortSignal): Promise<void>;
  ring(): void;
}

/** An alarm that has not rung. */
export function createAlarm(clock: Clock): Alarm {
  let rung = new AbortController();
  return {
    async wait(span, signal) {
      await clock.sleep(span, AbortSignal.any([signal, rung.signal]));
      if (rung.signal.aborted) rung = new AbortController();
    },
    ring: () => rung.abort(),
  };
}
