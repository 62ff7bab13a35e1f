/**
 * What an engine hands on to the next one: all it remembers, as text. With the events that came after it the next engine
 * stands exactly where this one would.
 */

import type { AnyEvent } from '../core/event.ts';
import type { Instant } from '../core/time.ts';
import type { TrackRow } from '../ports/store.ts';
import type { BlindSource } from './blindness.ts';
import type { RuleState } from './rule-state.ts';
import { createTrack, NEVER, type Incident, type StepState, type Track } from './track.ts';

/** To be raised when tracks are kept differently, or mean something else. */
const FORMAT = 1;

/** What belongs to no subject. */
export interface CheckpointHead {
  readonly format: number;
  readonly at: Instant;
  readonly blind: readonly BlindSource[];
  /** By `pack/rule`. A rule that decides differently by now has another hash, and sees the log with new eyes. */
  readonly rules: Readonly<Record<string, RuleMemory>>;
}

interface RuleMemory {
  readonly hash: string;
  readonly announced: readonly Instant[];
}

export interface Checkpoint {
  readonly head: CheckpointHead;
  readonly tracks: Iterable<TrackRow>;
  /** True for an event that the engine had seen when the checkpoint was made. */
  covers(event: AnyEvent): boolean;
  /** Up to when what was decided is in the ledger and the outbox. */
  readonly decidedTo: Instant;
}

/** What is different from the last checkpoint. */
export interface CheckpointChange {
  readonly head: CheckpointHead;
  readonly kept: readonly TrackRow[];
  readonly gone: readonly Omit<TrackRow, 'body'>[];
}

/** The head of a checkpoint; null when there is none, or another version of the reactor wrote it. */
export function parseHead(text: string | null): CheckpointHead | null {
  if (text === null || text === '') return null;
  const head = JSON.parse(text) as CheckpointHead;
  return head.format === FORMAT ? head : null;
}

/** What changed since it was last asked for; all there is when it is `whole`. */
export function takeChange(
  states: ReadonlyMap<string, RuleState>,
  blind: readonly BlindSource[],
  how: { readonly at: Instant; readonly whole: boolean },
): CheckpointChange {
  const all = [...states.values()];
  const rules = all.map(({ rule, announced }) => [rule.id, { hash: rule.hash, announced }] as const);
  return {
    head: { format: FORMAT, at: how.at, blind, rules: Object.fromEntries(rules) },
    kept: all.flatMap((state) => [...state.tracks.values()].filter((track) => how.whole || track.isChanged).map(toRow)),
    gone: all.flatMap((state) => state.gone.splice(0).map((id) => ({ rule: state.rule.id, id }))),
  };
}

/** Puts a checkpoint into rules that have seen nothing yet, and are the same as then; the tracks that they have now, in the order in which they came due. */
export function resume(states: ReadonlyMap<string, RuleState>, { head, tracks }: Checkpoint): readonly Track[] {
  for (const [id, { hash, announced }] of Object.entries(head.rules)) {
    const state = states.get(id);
    if (state?.rule.hash !== hash) continue;
    state.isResumed = true;
    state.announced = [...announced];
  }
  const resumed: Track[] = [];
  for (const row of tracks) {
    const state = states.get(row.rule);
    if (state?.isResumed === true) resumed.push(addRow(state, row));
  }
  return resumed.toSorted((a, b) => a.place - b.place);
}

function toRow(track: Track): TrackRow {
  const { state, id } = track;
  track.isChanged = false;
  track.isStored = true;
  const own = { state: undefined, id: undefined, isChanged: undefined, isStored: undefined };
  return { rule: state.rule.id, id, body: JSON.stringify({ ...track, ...own }) };
}

type Own = 'state' | 'id' | 'isChanged' | 'isStored';

/** JSON knows no infinity: where a track says NEVER, the text says null. */
interface Kept extends Omit<Track, Own | 'due' | 'silentAt' | 'scheduledAt' | 'incident'> {
  readonly due: Instant | null;
  readonly silentAt: Instant | null;
  readonly scheduledAt: Instant | null;
  readonly incident: KeptIncident | null;
}

interface KeptIncident extends Omit<Incident, 'calmAt' | 'repeatAt' | 'steps'> {
  readonly calmAt: Instant | null;
  readonly repeatAt: Instant | null;
  readonly steps: readonly KeptStep[];
}

interface KeptStep extends Omit<StepState, 'askAt' | 'updateAt'> {
  readonly askAt: Instant | null;
  readonly updateAt: Instant | null;
}

function addRow(state: RuleState, { id, body }: TrackRow): Track {
  const kept = JSON.parse(body) as Kept;
  const incident = kept.incident === null ? null : toIncident(kept.incident);
  const times = {
    due: kept.due ?? NEVER,
    silentAt: kept.silentAt ?? NEVER,
    scheduledAt: kept.scheduledAt ?? NEVER,
  };
  // Into a track like all others, so that the hot path meets one shape of object.
  const track: Track = Object.assign(createTrack(state, id, kept.host, kept.key), kept, times, { incident });
  state.tracks.set(id, track);
  if (incident !== null) state.open.add(track);
  return track;
}

function toIncident(kept: KeptIncident): Incident {
  const steps = kept.steps.map((step) => ({ ...step, askAt: step.askAt ?? NEVER, updateAt: step.updateAt ?? NEVER }));
  return { ...kept, calmAt: kept.calmAt ?? NEVER, repeatAt: kept.repeatAt ?? NEVER, steps };
}
