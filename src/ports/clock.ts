/** Time, as something the reactor is given. */

import type { Instant, Millis } from '../core/time.ts';

export interface Clock {
  /** Wall time. */
  now(): Instant;
  /** Time that never jumps; only differences mean anything. */
  monotonic(): Millis;
  /** Calls back once, at or after `at`; the result cancels it. Spans over 2^31 ms are split. */
  callAt(at: Instant, run: () => void): () => void;
  /** Resolves after the span, or at once when the signal aborts. */
  sleep(span: Millis, signal?: AbortSignal): Promise<void>;
}
