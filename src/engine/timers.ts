/** What the passing of time alone will do to a subject of a rule, in words. */

import { formatDuration } from '../core/duration.ts';
import type { Condition } from '../core/rule.ts';
import type { Instant } from '../core/time.ts';
import { NEVER, type Track } from './track.ts';

export interface Timer {
  readonly at: Instant;
  /** What will be then: `fires, unless it stops being true`. */
  readonly what: string;
}

/** The timers of a track, the next one first; none while nothing waits. */
export function timersOf(track: Track): readonly Timer[] {
  const { condition } = track.state.rule;
  const due = timer(track.due, dueSays(track, condition));
  const silent = condition.type === 'hold' ? timer(track.silentAt, SILENCE[condition.missing]) : [];
  const calm = timer(track.incident?.calmAt ?? NEVER, 'no longer flaps, if it stays calm');
  return [...due, ...silent, ...calm].toSorted((a, b) => a.at - b.at);
}

function timer(at: Instant, what: string): readonly Timer[] {
  return Number.isFinite(at) ? [{ at, what }] : [];
}

const SILENCE = {
  keep: '',
  clear: 'over, if nothing is heard of it until then',
  fire: 'fires, if nothing is heard of it until then',
} as const;

function dueSays(track: Track, condition: Condition): string {
  switch (condition.type) {
    case 'match':
      return 'over, unless it matches again';
    case 'hold':
      return track.phase === 'pending' ? 'fires, unless it stops being true' : 'over, unless it is true again';
    case 'count': {
      if (track.phase === 'firing') return 'over, unless it happens again';
      return `begins to count anew: ${track.count} of ${condition.n} within ${formatDuration(condition.within)} so far`;
    }
    case 'absence':
      return track.phase === 'pending' ? `fires, unless ${condition.expect.source}` : 'over';
    case 'sequence': {
      if (track.phase === 'firing') return 'over';
      return `begins anew: ${track.position} of ${condition.steps.length} steps so far`;
    }
  }
}
