/** Nothing of what was expected within so long of a start. */

import type { Condition } from '../../core/rule.ts';
import { SECOND, type Instant } from '../../core/time.ts';
import { addCause, NEVER, type Track, type Transition } from '../track.ts';
import { isLate, type Signal } from './signal.ts';

export type Absence = Extract<Condition, { type: 'absence' }>;

/** What an event is to an absence; evaluated by the caller. */
export interface AbsenceSignal extends Signal {
  readonly starts: boolean;
  readonly ends: boolean;
}

/** A start that is learned of late leaves room for the answer that may be on its way too. */
const GRACE = 30 * SECOND;

/** What an event does to the track. */
export function absenceEvent(track: Track, absence: Absence, signal: AbsenceSignal): Transition {
  if (signal.ends) return end(track);
  if (!signal.starts) return 'none';
  if (track.phase === 'firing') return 'none';
  if (track.phase === 'pending' && !absence.rearm) return 'none';
  const again = track.phase === 'pending';
  track.phase = 'pending';
  track.since = signal.event.time;
  track.origin = signal.event.id;
  track.due = Math.max(signal.event.time + absence.within, isLate(signal) ? signal.now + GRACE : signal.now);
  track.count = 1;
  track.causes = [];
  addCause(track, signal.event.id);
  return again ? 'none' : 'pending';
}

/** What a timer does to the track. */
export function absenceTimer(track: Track, absence: Absence, now: Instant): Transition {
  if (track.phase === 'firing') return end(track);
  track.phase = 'firing';
  track.due = absence.ttl === null ? NEVER : now + absence.ttl;
  return 'fire';
}

function end(track: Track): Transition {
  const was = track.phase;
  track.phase = 'idle';
  track.due = NEVER;
  if (was === 'idle') return 'none';
  return was === 'firing' ? 'resolve' : 'drop';
}
