/** Small words that several commands say the same way. */

import { formatDuration } from '../core/duration.ts';
import type { Rule } from '../core/rule.ts';
import { toIso, type Instant } from '../core/time.ts';
import type { StepAnswer } from './steps.ts';

/** `2026-01-01T00:00:00.000Z (3m ago)`, or `(in 3m)`. */
export function whenSaid(at: Instant, now: Instant): string {
  const span = formatDuration(Math.abs(now - at));
  return `${toIso(at)} (${at > now ? `in ${span}` : `${span} ago`})`;
}

/** Where a rule stands: `rules/core.toml:94`. */
export function placeOf({ origin }: Rule): string {
  return `${origin.file}:${origin.line}`;
}

/** `1 event`, `3 events`. */
export function countSaid(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/** `step 1 notify: passed all gates`, or the gate that holds it, why, and when it is asked again. */
export function stepSaid(answer: StepAnswer, now: Instant): string {
  return `step ${answer.step + 1}${answer.act === '' ? '' : ` ${answer.act}`}: ${becameSaid(answer, now)}`;
}

function becameSaid({ became, held, due }: StepAnswer, now: Instant): string {
  switch (became) {
    case 'passed':
      return 'passed all gates';
    case 'waits':
      return `not asked yet, its time comes at ${whenSaid(due ?? now, now)}`;
    case 'never':
      return 'never asked: it was over before its time came';
    case 'held':
      return `held by ${held?.gate}: ${held?.reason}${againSaid(held?.gate ?? '', held?.retryAt ?? null, now)}`;
  }
}

function againSaid(gate: string, retryAt: Instant | null, now: Instant): string {
  if (retryAt !== null) return `; asked again at ${whenSaid(retryAt, now)}`;
  return gate === 'inhibit' ? '; asked again when that is over' : '';
}
