/** What must have happened to a container that the stream did not tell: what is known against what a snapshot shows. Pure. */

import type { Instant } from '../../core/time.ts';
import type { ContainerSeen } from '../../ports/docker.ts';
import { applyChange, wasAskedToStop, willRestart, type Change } from './change.ts';
import { isRunning, setupOf, type Known } from './known.ts';
import { toInstant } from './nanos.ts';

/** A container that was restarted more often than this while nobody looked is said this often. */
const MOST_EXITS = 20;

/** Asked for from outside: INT and TERM. */
const STOP_CODES: readonly number[] = [130, 143];

/** The changes in order of time, each marked synthetic; empty when everything is explained. */
export function missedChanges(before: Known, seen: ContainerSeen): readonly Change[] {
  const changes = [...missedExits(before, seen), ...missedStart(before, seen)].toSorted((a, b) => a.at - b.at);
  const between = changes.reduce(applyChange, before);
  return [...changes, ...missedTurns(between, seen)];
}

function missedExits(before: Known, seen: ContainerSeen): readonly Change[] {
  const finished = toInstant(seen.finishedAt);
  const wentDown = before.isLoaded && isRunning(before.state) && finished > 0 && !isRunning(seen.state);
  if (finished <= before.diedAt && !wentDown) return [];
  const count = countExits(before, seen);
  const last = { ...lastExit(before, seen), at: finished, occurrence: seen.finishedAt, synthetic: true };
  const from = Math.max(before.at, finished - SPREAD_AT_MOST);
  // The counter moved at each of the earlier ones, and at the last one if that came back too.
  const firstCount = seen.restartCount - (count - 1) + (isDownForGood(seen) ? 1 : 0);
  const earlier = Array.from({ length: count - 1 }, (_, i) => ({
    action: 'die',
    at: spread(from, finished, (i + 1) / count),
    occurrence: `${seen.finishedAt}-${count - 1 - i}`,
    synthetic: true,
    exitCode: -1,
    requested: false,
    oom: false,
    restartCount: Math.max(0, firstCount + i),
    comesBack: true,
  }));
  return [...earlier, last];
}

function isDownForGood(seen: ContainerSeen): boolean {
  return seen.state === 'exited' || seen.state === 'dead';
}

/** The engine keeps the time of the last exit only; the others are spread evenly over the time nobody looked. */
const SPREAD_AT_MOST = 7 * 24 * 3_600_000;

function spread(from: Instant, to: Instant, part: number): Instant {
  return Math.floor(from + Math.max(0, to - from) * part);
}

function countExits(before: Known, seen: ContainerSeen): number {
  // A start by hand sets the counter back to 0.
  const restarts =
    seen.restartCount >= before.restartCount ? seen.restartCount - before.restartCount : seen.restartCount;
  if (!isCountKnown(before)) return 1;
  return Math.min(MOST_EXITS, isDownForGood(seen) ? restarts + 1 : Math.max(1, restarts));
}

/** Heard of on the stream only, its counter was never seen. */
function isCountKnown(known: Known): boolean {
  return known.isLoaded || known.setup !== null || known.at === 0;
}

type Exit = Pick<Change, 'action' | 'exitCode' | 'requested' | 'oom' | 'restartCount' | 'comesBack'>;

function lastExit(before: Known, seen: ContainerSeen): Exit {
  const restartCount = seen.restartCount;
  if (isRunning(seen.state)) {
    // The engine forgets the exit code at the next start. A counter that stood still says that no policy brought it back: somebody did.
    const requested = restartCount === before.restartCount && isCountKnown(before);
    return { action: 'die', exitCode: -1, requested, oom: false, restartCount, comesBack: !requested };
  }
  const { exitCode } = seen;
  const comesBack = seen.state === 'restarting';
  return { action: 'die', exitCode, requested: wasAsked(before, seen), oom: seen.oomKilled, restartCount, comesBack };
}

function wasAsked(before: Known, seen: ContainerSeen): boolean {
  if (seen.state === 'restarting') return false;
  if (wasAskedToStop(before, toInstant(seen.finishedAt))) return true;
  // It would have come back if nobody had stopped it.
  const asItIs = { ...before, setup: setupOf(seen), restartCount: seen.restartCount };
  return STOP_CODES.includes(seen.exitCode) || willRestart(asItIs, seen.exitCode, false);
}

function missedStart(before: Known, seen: ContainerSeen): readonly Change[] {
  const startedAt = toInstant(seen.startedAt);
  if (startedAt <= before.startedAt) return [];
  return [{ action: 'start', at: startedAt, occurrence: seen.startedAt, synthetic: true }];
}

/** Health, pauses and names, which are turns of a container that runs on. */
function missedTurns(known: Known, seen: ContainerSeen): readonly Change[] {
  const turn = { at: seen.takenAt, occurrence: String(known.at), synthetic: true };
  const changes: Change[] = [];
  if (known.state === 'running' && seen.state === 'paused') changes.push({ ...turn, action: 'pause' });
  if (known.state === 'paused' && seen.state === 'running') changes.push({ ...turn, action: 'unpause' });
  if (seen.name !== known.name) changes.push({ ...turn, action: 'rename', name: seen.name });
  if ((seen.health === 'healthy' || seen.health === 'unhealthy') && seen.health !== known.health) {
    const at = toInstant(seen.probedAt) || seen.takenAt;
    changes.push({ ...turn, action: 'health', health: seen.health, at, occurrence: `${seen.health}-${seen.probedAt}` });
  }
  return changes;
}
