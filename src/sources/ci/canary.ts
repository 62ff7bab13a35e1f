/** What the outcomes of pipelines say together: is the default branch red, do pipelines die as soon as they begin. Successes count, always. */

import { isOpenStatus, isRed } from '../../core/ci-status.ts';
import { MINUTE, SECOND, type Instant, type Millis } from '../../core/time.ts';
import type { CiPipeline } from '../../ports/ci.ts';

/**
 * How many of the last finished pipelines were red, up to each and back to the last success. Pipelines are given lowest number first.
 * What was canceled or skipped says nothing; what has not ended says what the ones before it said.
 */
export function redInARow(pipelines: readonly CiPipeline[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  let red = 0;
  for (const { number, status } of pipelines) {
    if (status === 'success') red = 0;
    if (isRed(status)) red += 1;
    counts.set(number, red);
  }
  return counts;
}

export interface FastFailures {
  /** Within the window. */
  readonly count: number;
  /** Of those, with nothing slower or better since. */
  readonly inARow: number;
}

const FAST: Millis = 60 * SECOND;
const WINDOW: Millis = 15 * MINUTE;

/** Pipelines that ran, and failed within a minute of their start. One that never started is not an agent's fault. */
export function fastFailures(pipelines: readonly CiPipeline[], now: Instant): FastFailures {
  const ended = pipelines
    .filter(
      ({ status, finishedAt }) =>
        finishedAt !== null && !isOpenStatus(status) && (isRed(status) || status === 'success'),
    )
    .filter(({ finishedAt }) => (finishedAt ?? 0) > now - WINDOW)
    .toSorted((a, b) => (b.finishedAt ?? 0) - (a.finishedAt ?? 0));
  const slower = ended.findIndex((one) => !isFastFailure(one));
  return { count: ended.filter(isFastFailure).length, inARow: slower < 0 ? ended.length : slower };
}

function isFastFailure({ status, startedAt, finishedAt }: CiPipeline): boolean {
  return isRed(status) && startedAt !== null && finishedAt !== null && finishedAt - startedAt < FAST;
}
