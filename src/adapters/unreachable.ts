/** Why a request got no answer, in one plain sentence. */

import { formatDuration } from '../core/duration.ts';
import type { Millis } from '../core/time.ts';

/** The reason behind what fetch threw; `place` is what was asked, and never holds a secret. */
export function whyUnreachable(error: unknown, place: string, timeout: Millis): string {
  const name = error instanceof Error ? error.name : '';
  if (name === 'TimeoutError') return `${place} did not answer within ${formatDuration(timeout)}`;
  if (name === 'AbortError') return `stopped while asking ${place}`;
  return `cannot reach ${place}: ${causeOf(error)}`;
}

/** fetch says only "fetch failed"; the reason is in the cause, and below an AggregateError when a name has several addresses. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause !== undefined) return causeOf(error.cause);
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  return inner === undefined ? error.message : causeOf(inner);
}
