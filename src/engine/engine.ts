/**
 * The engine: findings as a function of rules, events and one clock. No I/O, no real time.
 * While it is closed it decides but says nothing; opening it says what is true now, and only that.
 */

import type { EffectOrder } from '../core/effect.ts';
import type { AnyEvent } from '../core/event.ts';
import { isOpen as isOpenFinding, type Finding } from '../core/finding.ts';
import type { Rulebook } from '../core/rule.ts';
import type { Silence } from '../core/source.ts';
import type { Instant } from '../core/time.ts';
import { createBlindness } from './blindness.ts';
import { NOTHING, type Decision } from './decision.ts';
import { createHeap } from './heap.ts';
import { beginIncident, calmDown, endIncident, flapOn, turnsEnd } from './incident.ts';
import { createOperator } from './operator.ts';
import {
  keepWords,
  nextPlan,
  noteChange,
  planIncident,
  planResolve,
  releaseInhibited,
  type PlanWorld,
} from './plan.ts';
import { createReports, type Stopwatch } from './reports.ts';
import { toFinding, toFindings, type Lookup } from './render.ts';
import {
  applyEvent,
  applyTimer,
  createRuleState,
  dependentsOf,
  endReplay,
  type Change,
  type MutableScope,
  type RuleState,
} from './rule-state.ts';
import { firingTime, isKept, restore, retire, type Retired, type Seed } from './seed.ts';
import { isQuiet, NEVER, type Incident, type Track, type Transition } from './track.ts';

export interface EngineOptions {
  readonly rulebook: Rulebook;
  readonly lookup: Lookup;
  /** Measures what rules cost; without it nothing is measured. */
  readonly stopwatch?: Stopwatch;
}

export interface Engine {
  /** Takes an event in, after everything that came due before it was received. Only holds look at one that is `standing`. */
  handle(event: AnyEvent, standing?: 'standing'): void;
  /** Lets time pass; timers run in order, each at its own due time. */
  advance(to: Instant): void;
  /** When a timer is due next; Infinity when none is. */
  nextDue(): Instant;
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
  const byKind = new Map(
    [...rulebook.byKind].map(([kind, rules]) => [kind, rules.flatMap((rule) => states.get(rule.id) ?? [])]),
  );
  const dependents = dependentsOf(states);
  const operator = createOperator(states);
  const blindness = createBlindness(states);
  const reports = createReports(options.stopwatch);
  const world: PlanWorld = { states, lookup, silences: operator.silences };
  const heap = createHeap<Track>();
  const dirty = new Set<Track>();
  const ended = new Map<Track, Incident>();
  const changes: Change[] = [];
  const retired: Retired[] = [];
  let waiting: Seed[] = [];
  let scope: MutableScope | null = null;
  let orders: EffectOrder[] = [];
  const lateOrders: EffectOrder[] = [];
  let now: Instant = 0;
  let isOpen = false;

  const wakeOf = (track: Track): Instant => {
    const { incident } = track;
    const condition = Math.min(track.due, track.silentAt);
    if (incident === null) return Math.min(condition, track.phase === 'idle' ? turnsEnd(track) : NEVER);
    return Math.min(condition, incident.calmAt, isOpen ? nextPlan(incident) : NEVER);
  };

  const schedule = (track: Track): void => {
    const at = wakeOf(track);
    if (at >= track.scheduledAt || at === NEVER) return;
    track.scheduledAt = at;
    heap.push(at, track);
  };

  const plan = (track: Track): void => {
    if (track.incident === null || !isOpen) return;
    const answered = track.incident.gates.at(-1);
    const made = planIncident(track, track.incident, now, world);
    orders.push(...made);
    if (made.length > 0 || track.incident.gates.at(-1) !== answered) dirty.add(track);
  };

  const finish = (track: Track, incident: Incident): void => {
    keepWords(track, incident, now);
    endIncident(track, incident, now);
    const resolutions = planResolve(track, incident, now, world);
    if (isOpen) orders.push(...resolutions);
    else lateOrders.push(...resolutions);
    ended.set(track, incident);
    const held = (dependents.get(track.state.rule.id) ?? []).flatMap((state) => [...state.open]);
    for (const other of held.filter((one) => one.incident !== null && releaseInhibited(one.incident, now))) {
      plan(other);
      schedule(other);
    }
  };

  const turn = (track: Track, transition: Transition): void => {
    if (transition === 'none') return;
    dirty.add(track);
    const { incident } = track;
    if (incident === null) {
      if (transition === 'fire') keepWords(track, beginIncident(track, now), now);
      return;
    }
    if (transition === 'fire') flapOn(track, incident, now);
    if (transition !== 'resolve') return noteChange(track, incident, now);
    if (calmDown(track, incident, now)) finish(track, incident);
    return undefined;
  };

  const settle = (track: Track): void => {
    plan(track);
    if (turnsEnd(track) <= now) track.flips = [];
    if (!isQuiet(track) || track.flips.length > 0) return schedule(track);
    track.state.tracks.delete(track.id);
    track.scheduledAt = Number.NaN;
    return undefined;
  };

  const wake = (track: Track): void => {
    if (Math.min(track.due, track.silentAt) <= now) turn(track, applyTimer(track, now));
    const { incident } = track;
    if (incident !== null && incident.calmAt <= now) {
      finish(track, incident);
      dirty.add(track);
    }
    settle(track);
  };

  /** Findings of the ledger come in when the replay has passed the moment at which they fired. */
  const takeIn = (before: Instant): void => {
    for (let seed = waiting.at(-1); seed !== undefined && firingTime(seed) < before; seed = waiting.at(-1)) {
      waiting.pop();
      const track = restore(states, seed);
      if (track !== null) schedule(track);
    }
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
  const evaluate = (event: AnyEvent, isStanding: boolean): void => {
    scope ??= { event, f: { count: 0, first: '', last: '' }, now };
    scope.now = now;
    scope.event = event;
    reports.begin();
    for (const state of byKind.get(event.kind) ?? []) {
      if (state.disabled || (isStanding && state.rule.condition.type !== 'hold')) continue;
      try {
        const change = applyEvent(state, scope);
        if (change !== null) changes.push(change);
      } catch (error) {
        reports.broke(state, error);
      }
      reports.lap(state);
    }
  };

  return {
    advance,
    handle(event, standing) {
      advance(event.received);
      evaluate(event, standing !== undefined);
      for (const { track, transition } of changes) turn(track, transition);
      for (const { track } of changes) settle(track);
      changes.length = 0;
      if (event.kind !== 'operator.command' && event.kind !== 'reactor.source') return;
      const touched = event.kind === 'operator.command' ? operator.obey(event, now) : blindness.note(event);
      for (const track of touched) {
        dirty.add(track);
        settle(track);
      }
    },
    nextDue: heap.peek,
    seed(seeds, silences) {
      operator.restore(silences);
      waiting = seeds.filter((seed) => isKept(states, seed)).toSorted((a, b) => firingTime(b) - firingTime(a));
      const gone = seeds.filter((seed) => isOpenFinding(seed.finding) && !isKept(states, seed));
      retired.push(...gone.map((seed) => retire(seed, Math.max(now, seed.finding.last))));
    },
    open(at) {
      advance(at);
      takeIn(NEVER);
      isOpen = true;
      orders.push(...retired.flatMap((one) => one.orders), ...lateOrders.splice(0));
      for (const state of states.values()) for (const track of endReplay(state)) settle(track);
    },
    close() {
      isOpen = false;
    },
    drain() {
      if (!isOpen) return NOTHING;
      const findings = [...dirty].map((track) => toFinding(track, ended.get(track) ?? null, now));
      findings.push(...retired.splice(0).map((one) => one.finding));
      const decision = { findings, orders, silences: operator.drain(), reports: reports.drain(states) };
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
