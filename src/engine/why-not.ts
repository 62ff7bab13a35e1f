/** Why a rule did not fire: the rule alone, over the log, with every answer kept. */

import type { AnyEvent } from '../core/event.ts';
import type { Predicate, Rule, Rulebook, Scope } from '../core/rule.ts';
import type { Instant } from '../core/time.ts';
import { createEngine } from './engine.ts';
import { describeCondition } from './render.ts';
import { trackId } from './rule-state.ts';
import { timersOf, type Timer } from './timers.ts';
import type { Track } from './track.ts';

export interface Part {
  readonly source: string;
  /** What it said of the event; a text when it broke. */
  readonly said: boolean | string;
  /** The values it read, by name: `e.requested`. */
  readonly reads: Readonly<Record<string, unknown>>;
}

export interface SubjectReport {
  readonly key: readonly string[];
  readonly events: number;
  readonly matched: number;
  readonly lastEvent: AnyEvent;
  /** The expression's parts on the last event. */
  readonly parts: readonly Part[];
  /** Where the condition stands after all events, whatever gates make of it. */
  readonly phase: Track['phase'];
  /** Since when it has been pending or firing; null when it is neither. */
  readonly since: Instant | null;
  /** How many events counted. */
  readonly count: number;
  /** What the passing of time will do. */
  readonly timers: readonly Timer[];
}

export interface WhyNot {
  readonly rule: string;
  readonly mode: Rule['mode'];
  readonly on: readonly string[];
  readonly condition: string;
  /** Events of its kinds that the log has. */
  readonly events: number;
  readonly subjects: readonly SubjectReport[];
  /** Events that an exception took out. */
  readonly excepted: number;
}

/** Runs a rule over events; `key` limits the answer to one subject. Events come in order of arrival and are not kept. */
export function explainWhyNot(rule: Rule, events: Iterable<AnyEvent>, now: Instant, key: readonly string[]): WhyNot {
  const engine = createEngine({ rulebook: alone(rule), lookup: () => null });
  const subjects = new Map<string, Tally>();
  const expressions = expressionsOf(rule);
  let seen = 0;
  for (const event of events) {
    if (!rule.on.includes(event.kind)) continue;
    seen++;
    engine.handle(event);
    const matches = expressions.some((one) => ask(one, event) === true);
    tally(subjects, trackId(rule, event), event, matches);
  }
  engine.advance(now);
  const state = engine.states.get(rule.id);
  return {
    rule: rule.id,
    mode: rule.mode,
    on: rule.on,
    condition: describeCondition(rule.condition),
    events: seen,
    subjects: [...subjects]
      .map(([id, counted]) => report(rule, counted, state?.tracks.get(id)))
      .filter((subject) => key.every((value, i) => subject.key[i] === value)),
    excepted: state?.excepted ?? 0,
  };
}

interface Tally {
  events: number;
  matched: number;
  lastEvent: AnyEvent;
}

function tally(subjects: Map<string, Tally>, id: string, event: AnyEvent, matches: boolean): void {
  const known = subjects.get(id) ?? { events: 0, matched: 0, lastEvent: event };
  known.events++;
  if (matches) known.matched++;
  known.lastEvent = event;
  subjects.set(id, known);
}

/** The expressions that decide whether an event matters to a rule. */
function expressionsOf({ when, condition }: Rule): readonly Predicate[] {
  if (when !== null) return [when];
  if (condition.type === 'absence') return [condition.start];
  return condition.type === 'sequence' ? condition.steps : [];
}

function alone(rule: Rule): Rulebook {
  return { rules: [rule], byKind: new Map(rule.on.map((kind) => [kind, [rule]])), hash: rule.hash };
}

function report(rule: Rule, counted: Tally, track: Track | undefined): SubjectReport {
  const { lastEvent } = counted;
  const parts = expressionsOf(rule).flatMap(partsOf);
  const phase = track?.phase ?? 'idle';
  return {
    ...counted,
    key: rule.key.map((path) => String(path.read(lastEvent))),
    parts: parts.map((part) => toPart(part, lastEvent)),
    phase,
    since: track === undefined || phase === 'idle' ? null : track.since,
    count: track?.count ?? 0,
    timers: track === undefined ? [] : timersOf(track),
  };
}

function partsOf(predicate: Predicate): readonly Predicate[] {
  return predicate.parts?.() ?? [predicate];
}

function toPart(part: Predicate, event: AnyEvent): Part {
  return { source: part.source, said: ask(part, event), reads: part.reads?.(scopeOf(event)) ?? {} };
}

function ask(part: Predicate, event: AnyEvent): boolean | string {
  try {
    return part.test(scopeOf(event));
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  }
}

function scopeOf(event: AnyEvent): Scope {
  return { event, f: { count: 0, first: '', last: '' }, now: event.received };
}
