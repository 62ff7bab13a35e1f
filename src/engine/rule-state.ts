/** One rule at work: its subjects, and what an event or a timer does to one of them. */

import type { AnyEvent } from '../core/event.ts';
import type { Condition, FindingView, Rule, Scope } from '../core/rule.ts';
import type { Instant } from '../core/time.ts';
import type { BlindSource } from './blindness.ts';
import { absenceEvent, absenceTimer, type Absence } from './conditions/absence.ts';
import { countEvent, countTimer } from './conditions/count.ts';
import { holdEvent, holdTimer } from './conditions/hold.ts';
import { matchEvent, matchTimer } from './conditions/match.ts';
import { sequenceEvent, sequenceTimer, type Sequence } from './conditions/sequence.ts';
import { createTrack, type Track, type Transition } from './track.ts';

/** More subjects than this and the oldest quiet ones are forgotten, and counted. */
const MAX_KEYS = 10_000;

export interface RuleState {
  readonly rule: Rule;
  readonly tracks: Map<string, Track>;
  /** Tracks with an incident that is not over. */
  readonly open: Set<Track>;
  /** For findings taken over from the ledger, by track id: the event up to which it had counted, while the replay has not passed it. */
  readonly countedTo: Map<string, AnyEvent>;
  errors: number;
  disabled: boolean;
  forgotten: number;
  /** When findings of this rule were announced, within the last minute. */
  announced: Instant[];
  /** Reasons of exceptions that held an event back, by exception. */
  excepted: number;
  /** Sources by which its findings are known and which cannot see. */
  blind: readonly BlindSource[];
  /** It goes on from a checkpoint: what came before that it has seen. */
  isResumed: boolean;
  /** Subjects that the last checkpoint has and that are forgotten since. */
  gone: string[];
}

/** A scope that is filled in again for every evaluation, so that the hot path makes no objects. */
export interface MutableScope extends Scope {
  event: AnyEvent;
  f: FindingView;
  now: Instant;
}

export interface Change {
  readonly track: Track;
  readonly transition: Transition;
}

const NO_FINDING: FindingView = { count: 0, first: '', last: '' };

/** A rule that has seen nothing yet. */
export function createRuleState(rule: Rule): RuleState {
  return {
    rule,
    tracks: new Map(),
    open: new Set(),
    countedTo: new Map(),
    errors: 0,
    disabled: false,
    forgotten: 0,
    announced: [],
    excepted: 0,
    blind: [],
    isResumed: false,
    gone: [],
  };
}

/** Lets a rule see an event; null when the event is about no subject it knows. Throws what an expression throws. */
export function applyEvent(state: RuleState, scope: MutableScope): Change | null {
  scope.f = NO_FINDING;
  const { condition } = state.rule;
  if (condition.type === 'absence') return applyAbsence(state, condition, scope);
  if (condition.type === 'sequence') return applySequence(state, condition, scope);
  return applyWhen(state, condition, scope);
}

type OnWhen = Exclude<Condition, { type: 'absence' | 'sequence' }>;

function applyWhen(state: RuleState, condition: OnWhen, scope: MutableScope): Change | null {
  const matched = state.rule.when !== null && state.rule.when.test(scope) && !isExcepted(state, scope);
  const track = subjectOf(state, scope.event, matched || watchesSilence(condition));
  if (track === null) return null;
  const cleared = track.phase === 'firing' && isCleared(state.rule, matched, scope);
  const counted = isCounted(state, track, scope.event);
  const signal = { event: scope.event, now: scope.now, matched, cleared, counted };
  switch (condition.type) {
    case 'match':
      return change(track, matchEvent(track, condition.ttl, signal), scope);
    case 'hold':
      return change(track, holdEvent(track, condition, signal), scope);
    case 'count':
      return change(track, countEvent(track, condition, signal), scope);
  }
}

/** From now on every event counts; the tracks with an incident. */
export function endReplay(state: RuleState): ReadonlySet<Track> {
  state.countedTo.clear();
  return state.open;
}

function isCounted({ countedTo }: RuleState, track: Track, event: AnyEvent): boolean {
  const last = countedTo.get(track.id);
  if (last === undefined || event.received > last.received) return false;
  if (event.id === last.id) countedTo.delete(track.id);
  return true;
}

/** Lets the condition of a track see that its time has come. */
export function applyTimer(track: Track, now: Instant): Transition {
  const { condition } = track.state.rule;
  switch (condition.type) {
    case 'match':
      return matchTimer(track);
    case 'hold':
      return holdTimer(track, condition, now);
    case 'count':
      return countTimer(track);
    case 'absence':
      return absenceTimer(track, condition, now);
    case 'sequence':
      return sequenceTimer(track);
  }
}

function applyAbsence(state: RuleState, condition: Absence, scope: MutableScope): Change | null {
  const starts = condition.start.test(scope) && !isExcepted(state, scope);
  const track = subjectOf(state, scope.event, starts);
  if (track === null) return null;
  const ends = condition.expect.test(scope) || condition.cancel?.test(scope) === true;
  const signal = { event: scope.event, now: scope.now, matched: starts, cleared: ends, counted: false, starts, ends };
  return change(track, absenceEvent(track, condition, signal), scope);
}

function applySequence(state: RuleState, condition: Sequence, scope: MutableScope): Change | null {
  const first = condition.steps[0]?.test(scope) === true && !isExcepted(state, scope);
  const track = subjectOf(state, scope.event, first);
  if (track === null) return null;
  const signal = { event: scope.event, now: scope.now, matched: first, cleared: false, counted: false };
  const hits = (step: number): boolean => (step === 0 ? first : condition.steps[step]?.test(scope) === true);
  return change(track, sequenceEvent(track, condition, signal, hits), scope);
}

/** The track an event is about: one that is known, a new one when the event begins something, otherwise null. */
function subjectOf(state: RuleState, event: AnyEvent, begins: boolean): Track | null {
  if (!begins && state.tracks.size === 0) return null;
  const id = trackId(state.rule, event);
  return state.tracks.get(id) ?? (begins ? addTrack(state, event) : null);
}

/** Also without a transition: a timer may have moved. */
function change(track: Track, transition: Transition, scope: Scope): Change {
  if (transition === 'none') return { track, transition };
  track.lastAt = scope.event.time;
  if (transition === 'fire' || transition === 'again' || transition === 'pending') track.lastEvent = scope.event;
  return { track, transition };
}

function isCleared(rule: Rule, matched: boolean, scope: Scope): boolean {
  if (rule.clear !== null) return rule.clear.test(scope);
  return !matched && rule.condition.type === 'hold';
}

function isExcepted(state: RuleState, scope: Scope): boolean {
  if (state.rule.exceptions.length === 0) return false;
  const hit = state.rule.exceptions.some((exception) => scope.now < exception.until && exception.if.test(scope));
  if (hit) state.excepted++;
  return hit;
}

/** A hold that fires on silence must know its subjects before they go silent. */
function watchesSilence(condition: OnWhen): boolean {
  return condition.type === 'hold' && condition.missing === 'fire';
}

/** The key of an event under a rule, host first. */
export function trackId(rule: Rule, event: AnyEvent): string {
  let id = event.host;
  for (const path of rule.key) id += `\u0000${path.read(event)}`;
  return id;
}

function addTrack(state: RuleState, event: AnyEvent): Track {
  if (state.tracks.size >= MAX_KEYS) forgetOldest(state);
  const key = state.rule.key.map((path) => String(path.read(event)));
  // Put together anew: the id that was grown to look the subject up holds on to each of its pieces.
  const id = [event.host, ...key].join('\u0000');
  const track = createTrack(state, id, event.host, key);
  track.lastEvent = event;
  state.tracks.set(id, track);
  return track;
}

/** Drops the oldest subject that nobody has been told about. */
function forgetOldest(state: RuleState): void {
  for (const track of state.tracks.values()) {
    if (track.incident !== null) continue;
    forget(track);
    state.forgotten++;
    return;
  }
}

/** Takes a subject out; the heap still knows it, and passes over it. */
export function forget(track: Track): void {
  const { state, id } = track;
  state.tracks.delete(id);
  track.scheduledAt = Number.NaN;
  if (track.isStored) state.gone.push(id);
}

/** Which rules wait for a rule to be over. */
export function dependentsOf(states: ReadonlyMap<string, RuleState>): ReadonlyMap<string, readonly RuleState[]> {
  const dependents = new Map<string, RuleState[]>();
  for (const state of states.values()) {
    for (const { rule } of state.rule.inhibitedBy) dependents.set(rule, [...(dependents.get(rule) ?? []), state]);
  }
  return dependents;
}
