/** One step after the other, all within so long of the first. */

import type { Condition } from '../../core/rule.ts';
import { addCause, NEVER, type Track, type Transition } from '../track.ts';
import { isLate, type Signal } from './signal.ts';

export type Sequence = Extract<Condition, { type: 'sequence' }>;

/** What an event does to the track; `hits` says which steps the event is. */
export function sequenceEvent(
  track: Track,
  sequence: Sequence,
  signal: Signal,
  hits: (step: number) => boolean,
): Transition {
  if (track.phase === 'firing') return 'none';
  if (!hits(track.position)) return 'none';
  if (track.position === 0) begin(track, sequence, signal);
  else addCause(track, signal.event.id);
  track.position++;
  track.count = track.position;
  if (track.position < sequence.steps.length || isLate(signal)) return track.position === 1 ? 'pending' : 'none';
  track.phase = 'firing';
  track.origin = signal.event.id;
  track.due = signal.now + sequence.ttl;
  return 'fire';
}

/** What a timer does to the track: it took too long, or its time is over. */
export function sequenceTimer(track: Track): Transition {
  const wasFiring = track.phase === 'firing';
  track.phase = 'idle';
  track.position = 0;
  track.due = NEVER;
  return wasFiring ? 'resolve' : 'drop';
}

function begin(track: Track, sequence: Sequence, signal: Signal): void {
  track.phase = 'pending';
  track.since = signal.event.time;
  track.due = signal.event.time + sequence.within;
  track.causes = [signal.event.id];
}
