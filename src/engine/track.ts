/** What the engine remembers of one subject under one rule. Times and ids, never events beyond the last. */

import type { EffectSpec } from '../core/effect.ts';
import type { AnyEvent } from '../core/event.ts';
import { fingerprintOf, type GateAnswer } from '../core/finding.ts';
import type { FindingView } from '../core/rule.ts';
import { toIso, type Instant } from '../core/time.ts';
import type { RuleState } from './rule-state.ts';

export const NEVER: Instant = Number.POSITIVE_INFINITY;

/** How many stamps a window keeps, unless a rule counts further. */
export const MAX_STAMPS = 64;
export const MAX_CAUSES = 50;

/** How the subject stands after an event or a timer. */
export type Transition = 'none' | 'pending' | 'drop' | 'fire' | 'again' | 'resolve';

export interface Track {
  readonly state: RuleState;
  /** The key within its rule, host included. */
  readonly id: string;
  readonly host: string;
  readonly key: readonly string[];
  phase: 'idle' | 'pending' | 'firing';
  since: Instant;
  /** What names the firing that may come of this: an event id, or the anchor of a hold. */
  origin: string;
  /** When the condition wants to be asked again. */
  due: Instant;
  /** When silence about the subject means something. */
  silentAt: Instant;
  /** True while a firing hold waits out its `clear_for`. */
  clearing: boolean;
  /** Windows: event times, their ids, and the distinct values, in step. */
  stamps: Instant[];
  causes: string[];
  values: string[];
  /** How far a sequence has come. */
  position: number;
  count: number;
  lastAt: Instant;
  lastEvent: AnyEvent | null;
  /** Times of firing and resolving within the last hour. */
  flips: Instant[];
  incident: Incident | null;
  /** The earliest time the heap holds for this track. */
  scheduledAt: Instant;
  /** Its number in the heap: of those that come due at once, the lowest is first. */
  place: number;
  /** Something about it is newer than the last checkpoint. */
  isChanged: boolean;
  /** The last checkpoint has it. */
  isStored: boolean;
}

/** One firing of a track, from its first effect to its last. */
export interface Incident {
  readonly firing: string;
  readonly firedAt: Instant;
  resolvedAt: Instant | null;
  /** 0: steady; otherwise how often it went on flapping, which stretches the waiting times. */
  flapping: number;
  /** When a flapping finding may be called resolved. */
  calmAt: Instant;
  acked: boolean;
  silenced: boolean;
  inhibitedBy: string;
  title: string;
  text: string;
  readonly steps: StepState[];
  /** When the next repeat is due, and its number. */
  repeatAt: Instant;
  gates: GateAnswer[];
}

export interface StepState {
  /** When to ask the gates; NEVER when there is nothing left to do. */
  askAt: Instant;
  /** Held by another finding; asked again when that one resolves. */
  inhibited: boolean;
  /** A `fire` order was made. */
  ordered: boolean;
  /** When the next `update` is to be said; NEVER when there is no news. */
  updateAt: Instant;
  /** When this step last said anything. */
  updatedAt: Instant;
  /** What it said last; a resolution goes to the same place. */
  spec: EffectSpec | null;
}

/** A track in which nothing has happened yet. */
export function createTrack(state: RuleState, id: string, host: string, key: readonly string[]): Track {
  return {
    state,
    id,
    host,
    key,
    phase: 'idle',
    since: 0,
    origin: '',
    due: NEVER,
    silentAt: NEVER,
    clearing: false,
    stamps: [],
    causes: [],
    values: [],
    position: 0,
    count: 0,
    lastAt: 0,
    lastEvent: null,
    flips: [],
    incident: null,
    scheduledAt: NEVER,
    place: 0,
    isChanged: true,
    isStored: false,
  };
}

/** The track as expressions and templates see it. Apart from it: with accessors of its own a track would take 1.5 kB more. */
export function viewOf(track: Track): FindingView {
  return { count: track.count, first: toIso(track.since), last: toIso(track.lastAt) };
}

/** The same subject under the same rule has the same fingerprint, on every start. */
export function fingerprint(track: Track): string {
  return fingerprintOf(track.state.rule.id, [track.host, ...track.key]);
}

/** Remembers which event said so, up to the limit. */
export function addCause(track: Track, id: string): void {
  track.causes.push(id);
  if (track.causes.length > MAX_CAUSES) track.causes.shift();
}

/** True for a subject about which there is nothing left to remember but its turns. */
export function isQuiet(track: Track): boolean {
  const idle = track.phase === 'idle' && track.incident === null && track.silentAt === NEVER;
  return idle && track.stamps.length === 0 && track.position === 0;
}
