/** True for so long. With `since` the time runs by the source's own clock, so neither a restart nor a late look resets it. */

import type { Condition } from '../../core/rule.ts';
import { DAY, parseIso, type Instant } from '../../core/time.ts';
import { addCause, NEVER, type Track, type Transition } from '../track.ts';
import type { Signal } from './signal.ts';

export type Hold = Extract<Condition, { type: 'hold' }>;

/** A source that claims more than this is not believed further back. */
const OLDEST = 30 * DAY;

/** What an event does to the track. */
export function holdEvent(track: Track, hold: Hold, signal: Signal): Transition {
  track.silentAt = hold.missing === 'keep' ? NEVER : signal.now + hold.missingAfter;
  if (track.phase === 'firing') return whileFiring(track, hold, signal);
  if (!signal.matched) return track.phase === 'pending' ? drop(track) : 'none';
  return begin(track, hold, signal);
}

/** What a timer does to the track. */
export function holdTimer(track: Track, hold: Hold, now: Instant): Transition {
  if (track.due <= now && track.phase === 'pending') return fire(track);
  if (track.due <= now && track.clearing) return resolve(track);
  if (track.silentAt <= now) return onSilence(track, hold, now);
  return 'none';
}

function begin(track: Track, hold: Hold, signal: Signal): Transition {
  const anchor = anchorOf(hold, signal);
  const since = anchor ?? signal.now;
  if (track.phase === 'pending' && (anchor === null || anchor === track.since)) {
    countIn(track, signal);
    return 'none';
  }
  track.phase = 'pending';
  track.since = since;
  track.origin = anchor === null ? signal.event.id : `since:${anchor}`;
  track.due = since + hold.for;
  track.count = 1;
  track.causes = [signal.event.id];
  return track.due <= signal.now ? fire(track) : 'pending';
}

function anchorOf(hold: Hold, signal: Signal): Instant | null {
  if (hold.since === null) return null;
  const at = parseIso(String(hold.since.read(signal.event)));
  return at === null ? null : Math.min(signal.now, Math.max(at, signal.now - OLDEST));
}

function whileFiring(track: Track, hold: Hold, signal: Signal): Transition {
  if (signal.cleared) return startClearing(track, hold, signal.now);
  if (signal.matched && isRenewed(hold, signal)) return renew(track, hold, signal);
  track.clearing = false;
  track.due = NEVER;
  if (!signal.matched) return 'none';
  if (!signal.counted) countIn(track, signal);
  return 'again';
}

function countIn(track: Track, signal: Signal): void {
  track.count++;
  addCause(track, signal.event.id);
}

/** The source counts anew, and the new time is not up yet: what was stale is fresh again. */
function isRenewed(hold: Hold, signal: Signal): boolean {
  const anchor = anchorOf(hold, signal);
  return anchor !== null && anchor + hold.for > signal.now;
}

/** Over, and waiting again. */
function renew(track: Track, hold: Hold, signal: Signal): Transition {
  track.clearing = false;
  track.phase = 'idle';
  begin(track, hold, signal);
  return 'resolve';
}

function startClearing(track: Track, hold: Hold, now: Instant): Transition {
  if (hold.clearFor === 0) return resolve(track);
  if (!track.clearing) {
    track.clearing = true;
    track.due = now + hold.clearFor;
  }
  return 'none';
}

function onSilence(track: Track, hold: Hold, now: Instant): Transition {
  track.silentAt = NEVER;
  if (hold.missing === 'fire' && track.phase !== 'firing') {
    track.since = now;
    track.origin = `silent:${now}`;
    return fire(track);
  }
  if (hold.missing !== 'clear') return 'none';
  return track.phase === 'firing' ? resolve(track) : drop(track);
}

function fire(track: Track): Transition {
  track.phase = 'firing';
  track.due = NEVER;
  track.clearing = false;
  return 'fire';
}

function resolve(track: Track): Transition {
  track.phase = 'idle';
  track.due = NEVER;
  track.clearing = false;
  return 'resolve';
}

function drop(track: Track): Transition {
  track.phase = 'idle';
  track.due = NEVER;
  return 'drop';
}
