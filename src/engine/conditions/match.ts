/** No temporal block: fires on a match, resolves when `ttl` passes without another, or when `clear` says so. */

import type { Millis } from '../../core/time.ts';
import { addCause, NEVER, type Track, type Transition } from '../track.ts';
import { isLate, type Signal } from './signal.ts';

/** What an event does to the track. */
export function matchEvent(track: Track, ttl: Millis, signal: Signal): Transition {
  if (!signal.matched) return signal.cleared && track.phase === 'firing' ? end(track) : 'none';
  if (track.phase === 'firing') {
    track.due = signal.now + ttl;
    if (!signal.counted) {
      track.count++;
      addCause(track, signal.event.id);
    }
    return 'again';
  }
  if (isLate(signal)) return 'none';
  track.phase = 'firing';
  track.since = signal.event.time;
  track.origin = signal.event.id;
  track.due = signal.now + ttl;
  track.count = 1;
  track.causes = [signal.event.id];
  return 'fire';
}

/** The ttl is over. */
export function matchTimer(track: Track): Transition {
  return track.phase === 'firing' ? end(track) : 'drop';
}

function end(track: Track): Transition {
  track.phase = 'idle';
  track.due = NEVER;
  return 'resolve';
}
