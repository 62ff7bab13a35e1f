/** So many within a sliding window of event time; resolves when none came for `clear_after`. */

import type { Condition } from '../../core/rule.ts';
import type { Instant } from '../../core/time.ts';
import { MAX_CAUSES, MAX_STAMPS, NEVER, type Track, type Transition } from '../track.ts';
import { isLate, type Signal } from './signal.ts';

export type Count = Extract<Condition, { type: 'count' }>;

/** What an event does to the track. */
export function countEvent(track: Track, count: Count, signal: Signal): Transition {
  if (!signal.matched) return 'none';
  addStamp(track, count, signal);
  const newest = track.stamps.at(-1) ?? signal.event.time;
  forget(track, newest - count.within);
  track.count = count.distinct === null ? track.stamps.length : new Set(track.values).size;
  return track.phase === 'firing' ? goOn(track, count, signal) : mayFire(track, count, signal);
}

/** What a timer does to the track: the window or the calm is over. */
export function countTimer(track: Track): Transition {
  const wasFiring = track.phase === 'firing';
  track.phase = 'idle';
  track.due = NEVER;
  track.stamps = [];
  track.values = [];
  return wasFiring ? 'resolve' : 'drop';
}

function goOn(track: Track, count: Count, signal: Signal): Transition {
  track.due = signal.now + count.clearAfter;
  return 'again';
}

function mayFire(track: Track, count: Count, signal: Signal): Transition {
  track.since = track.stamps[0] ?? signal.event.time;
  if (track.count < count.n || isLate(signal)) {
    track.due = signal.now + count.within;
    return 'none';
  }
  track.phase = 'firing';
  track.origin = signal.event.id;
  track.due = signal.now + count.clearAfter;
  return 'fire';
}

/** Keeps stamps in order of event time: a snapshot may tell of the past. */
function addStamp(track: Track, count: Count, signal: Signal): void {
  const at = signal.event.time;
  let place = track.stamps.length;
  while (place > 0 && (track.stamps[place - 1] ?? 0) > at) place--;
  track.stamps.splice(place, 0, at);
  track.causes.splice(track.causes.length - (track.stamps.length - 1 - place), 0, signal.event.id);
  if (count.distinct !== null) track.values.splice(place, 0, String(count.distinct.read(signal.event)));
  const limit = Math.max(MAX_STAMPS, count.n);
  if (track.stamps.length > limit) dropOldest(track, track.stamps.length - limit);
  if (track.causes.length > MAX_CAUSES) track.causes.splice(0, track.causes.length - MAX_CAUSES);
}

function forget(track: Track, before: Instant): void {
  let old = 0;
  while (old < track.stamps.length && (track.stamps[old] ?? 0) <= before) old++;
  if (old === 0) return;
  dropOldest(track, old);
  if (track.phase !== 'firing') track.causes.splice(0, Math.max(0, track.causes.length - track.stamps.length));
}

function dropOldest(track: Track, n: number): void {
  track.stamps.splice(0, n);
  track.values.splice(0, n);
}
