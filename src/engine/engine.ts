/**
 * The engine: findings as a function of rules, events and one clock. No I/O, no real time.
 * While it is closed it decides but says nothing; opening it says what is true now, and only that.
 */

import type { EffectOrder } from '../core/effect.ts';
import type { AnyEvent } from '../core/event.ts';
import type { Finding } from '../core/finding.ts';
import type { Rulebook } from '../core/rule.ts';
import type { Silence } from '../core/source.ts';
import type { Instant } from '../core/time.ts';
import { createBlindness } from './blindness.ts';
import { NOTHING, type Decision } from './decision.ts';
import { resume, takeChange, type Checkpoint, type CheckpointChange } from './checkpoint.ts';
import { createEvaluator, type Feed } from './evaluate.ts';
import { createHeap } from './heap.ts';
import { beginIncident, calmDown, endIncident, flapOn, turnsEnd } from './incident.ts';
import { createOperator } from './operator.ts';
import { nextPlan, noteChange, planIncident, planResolve, releaseInhibited, type PlanWorld } from './plan.ts';
import { createReports, type Stopwatch } from './reports.ts';
import { findingsOf, toFinding, toFindings, type Lookup } from './render.ts';
import { applyTimer, createRuleState, dependentsOf, endReplay, forget, type RuleState } from './rule-state.ts';
import { createNursery, type Seed } from './seed.ts';
import { isQuiet, NEVER, type Incident, type Track, type Transition } from './track.ts';

export interface EngineOptions {
  readonly rulebook: Rulebook;
  readonly lookup: Lookup;
  /** Measures what rules cost; without it nothing is measured. */
  readonly stopwatch?: Stopwatch;
}

export interface Engine {
  /** Takes an event in, after everything that came due before it was received. */
  handle(event: AnyEvent, feed?: Feed): void;
  /** Lets time pass; timers run in order, each at its own due time. */
  advance(to: Instant): void;
  /** When a timer is due next; Infinity when none is. */
  nextDue(): Instant;
  /**
   * Goes on from a checkpoint, before anything else. Until the engine is opened or closed, rules that are in the checkpoint speak:
   * what they say was said before, under the same ids.
   */
  resume(checkpoint: Checkpoint): void;
  /** What the next engine can go on from, since it was last asked or as a whole; to be asked of an open engine that was drained. */
  remember(whole: boolean): CheckpointChange;
  /** Takes findings and silences over from the ledger, before the log is replayed. */
  seed(seeds: readonly Seed[], silences: readonly Silence[]): void;
  /** From now on decisions are said; what is open and was not said yet is said now. */
  open(now: Instant): void;
  /** Goes on deciding, says nothing. */
  close(): void;
  /** Hands over what was decided. */
  drain(): Decision;
  /** All findings that are not idle. */
  findings(now: Instant): readonly Finding[];
  readonly states: ReadonlyMap<string, RuleState>;
  now(): Instant;
}

/** An engine that is closed and has seen nothing. */
export function createEngine(options: EngineOptions): Engine {
  const { rulebook, lookup } = options;
  const states = new Map<string, RuleState>(rulebook.rules.map((rule) => [rule.id, createRuleState(rule)]));
  const dependents = dependentsOf(states);
  const operator = createOperator(states);
  const blindness = createBlindness(states);
  const reports = createReports(options.stopwatch);
  const evaluate = createEvaluator(rulebook, states, reports);
  const world: PlanWorld = { states, lookup, silences: operator.silences };
  const heap = createHeap<Track>();
  const dirty = new Set<Track>();
  const ended = new Map<Track, readonly Finding[]>();
  const nursery = createNursery(states);
  /** What a finding that ended had explained; asked again when all that the moment brings is known. */
  const released: Track[] = [];
  let orders: EffectOrder[] = [];
  const lateOrders: EffectOrder[] = [];
  let now: Instant = 0;
  let speaking: 'nobody' | 'resumed' | 'all' = 'nobody';

  const speaks = ({ state }: Track): boolean => speaking === 'all' || (speaking === 'resumed' && state.isResumed);

  const wakeOf = (track: Track): Instant => {
    const { incident } = track;
    const condition = Math.min(track.due, track.silentAt);
    if (incident === null) return Math.min(condition, track.phase === 'idle' ? turnsEnd(track) : NEVER);
    return Math.min(condition, incident.calmAt, speaks(track) ? nextPlan(incident) : NEVER);
  };

  const schedule = (track: Track): void => {
    const at = wakeOf(track);
    if (at >= track.scheduledAt || at === NEVER) return;
    track.scheduledAt = at;
    track.place = heap.push(at, track);
  };

  const plan = (track: Track): void => {
    if (track.incident === null || !speaks(track)) return;
    if (nextPlan(track.incident) > now) return;
    orders.push(...planIncident(track, track.incident, now, world));
    // Also when every gate said no for the same reason as before: who starts again must know that it was asked.
    dirty.add(track);
  };

  const finish = (track: Track, incident: Incident): void => {
    endIncident(track, incident, now);
    const resolutions = planResolve(track, incident, now, world);
    if (speaks(track)) orders.push(...resolutions);
    else lateOrders.push(...resolutions);
    ended.set(track, [...(ended.get(track) ?? []), toFinding(track, incident, now)]);
    const held = (dependents.get(track.state.rule.id) ?? []).flatMap((state) => [...state.open]);
    released.push(...held.filter((one) => one.incident !== null && releaseInhibited(one.incident, now)));
  };

  const turn = (track: Track, transition: Transition): void => {
    if (transition === 'none') return;
    dirty.add(track);
    const { incident } = track;
    if (incident === null) {
      if (transition !== 'fire') return;
      // A window's replay sees old firings once more, and some that never were.
      if (!speaks(track) && !track.state.isResumed) ended.delete(track);
      beginIncident(track, now);
      return;
    }
    if (transition === 'fire') flapOn(track, incident, now);
    if (transition !== 'resolve') return noteChange(track, incident, now);
    if (calmDown(track, incident, now)) finish(track, incident);
    return undefined;
  };

  const settle = (track: Track): void => {
    track.isChanged = true;
    plan(track);
    if (turnsEnd(track) <= now) track.flips = [];
    if (!isQuiet(track) || track.flips.length > 0) return schedule(track);
    return forget(track);
  };

  const settleReleased = (): void => {
    for (const track of released.splice(0)) if (track.incident !== null) settle(track);
  };

  const wake = (track: Track): void => {
    if (Math.min(track.due, track.silentAt) <= now) turn(track, applyTimer(track, now));
    const { incident } = track;
    if (incident !== null && incident.calmAt <= now) {
      finish(track, incident);
      dirty.add(track);
    }
    settle(track);
    settleReleased();
  };

  const takeIn = (before: Instant): void => {
    for (const track of nursery.plant(before)) schedule(track);
  };

  const advance = (to: Instant): void => {
    takeIn(Math.min(heap.peek(), to));
    while (heap.peek() <= to) {
      const at = heap.peek();
      const track = heap.pop();
      if (track?.scheduledAt === at) {
        track.scheduledAt = NEVER;
        now = Math.max(now, at);
        wake(track);
      }
      takeIn(Math.min(heap.peek(), to));
    }
    now = Math.max(now, to);
  };

  return {
    advance,
    handle(event, feed = 'live') {
      advance(event.received);
      const changes = evaluate(event, now, feed);
      for (const { track, transition } of changes) turn(track, transition);
      for (const { track } of changes) settle(track);
      changes.length = 0;
      settleReleased();
      if (event.kind !== 'operator.command' && event.kind !== 'reactor.source') return;
      if (feed !== 'live' && speaking === 'resumed') return;
      const touched = event.kind === 'operator.command' ? operator.obey(event, now) : blindness.note(event);
      for (const track of touched) {
        dirty.add(track);
        settle(track);
      }
    },
    nextDue: heap.peek,
    seed(seeds, silences) {
      operator.restore(silences);
      nursery.sow(seeds, now);
    },
    resume(checkpoint) {
      speaking = 'resumed';
      for (const track of resume(states, checkpoint)) track.place = heap.push(track.scheduledAt, track);
      blindness.restore(checkpoint.head.blind);
    },
    remember: (whole) => takeChange(states, blindness.list(), { at: now, whole }),
    open(at) {
      advance(at);
      takeIn(NEVER);
      speaking = 'all';
      orders.push(...nursery.retired.flatMap((one) => one.orders), ...lateOrders.splice(0));
      for (const state of states.values()) for (const track of endReplay(state)) settle(track);
    },
    close() {
      speaking = 'nobody';
    },
    drain() {
      if (speaking !== 'all') return NOTHING;
      const findings = [...dirty].flatMap((track) => findingsOf(track, ended.get(track) ?? [], now));
      findings.push(...nursery.retired.splice(0).map((one) => one.finding));
      const decision = { at: now, findings, orders, silences: operator.drain(), reports: reports.drain(states) };
      dirty.clear();
      ended.clear();
      orders = [];
      return decision;
    },
    findings: (at) => toFindings(states, at),
    states,
    now: () => now,
  };
}
