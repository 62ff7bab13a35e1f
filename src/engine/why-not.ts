/** Why a rule did not fire: the rule alone, over the log, with every answer kept. */

import type { AnyEvent } from '../core/event.ts';
import type { Finding } from '../core/finding.ts';
import type { Predicate, Rule, Rulebook, Scope } from '../core/rule.ts';
import type { Instant } from '../core/time.ts';
import { createEngine } from './engine.ts';
import { describeCondition } from './render.ts';
import { trackId } from './rule-state.ts';

export interface Part {
  readonly source: string;
  /** What it said of the event; a text when it broke. */
  readonly said: boolean | string;
}

export interface SubjectReport {
  readonly key: readonly string[];
  readonly events: number;
  readonly matched: number;
  readonly lastEvent: AnyEvent;
  /** The expression's parts on the last event. */
  readonly parts: readonly Part[];
}

export interface WhyNot {
  readonly rule: string;
  readonly mode: Rule['mode'];
  readonly on: readonly string[];
  readonly condition: string;
  /** Events of its kinds that the log has. */
  readonly events: number;
  readonly subjects: readonly SubjectReport[];
  /** Where the rule stands for those subjects now. */
  readonly findings: readonly Finding[];
  /** Events that an exception took out. */
  readonly excepted: number;
}

/** Runs a rule over events; `key` limits the answer to one subject. Events come in order of arrival. */
export function explainWhyNot(rule: Rule, events: readonly AnyEvent[], now: Instant, key: readonly string[]): WhyNot {
  const ofRule = events.filter((event) => rule.on.includes(event.kind));
  const engine = createEngine({ rulebook: alone(rule), lookup: () => null });
  for (const event of ofRule) engine.handle(event);
  engine.advance(now);
  engine.open(now);
  const subjects = [...groupByKey(rule, ofRule).values()].filter((group) => isAbout(keyOf(rule, group), key));
  return {
    rule: rule.id,
    mode: rule.mode,
    on: rule.on,
    condition: describeCondition(rule.condition),
    events: ofRule.length,
    subjects: subjects.flatMap((group) => report(rule, group)),
    findings: engine.findings(now).filter((finding) => isAbout(finding.key, key)),
    excepted: engine.states.get(rule.id)?.excepted ?? 0,
  };
}

/** The expressions that decide whether an event matters to a rule. */
function expressionsOf(rule: Rule): readonly Predicate[] {
  if (rule.when !== null) return partsOf(rule.when);
  if (rule.condition.type === 'absence') return partsOf(rule.condition.start);
  return rule.condition.type === 'sequence' ? rule.condition.steps : [];
}

function partsOf(predicate: Predicate): readonly Predicate[] {
  return predicate.parts?.() ?? [predicate];
}

function alone(rule: Rule): Rulebook {
  const live: Rule = { ...rule, mode: 'live', inhibitedBy: [] };
  return { rules: [live], byKind: new Map(rule.on.map((kind) => [kind, [live]])), hash: rule.hash };
}

function groupByKey(rule: Rule, events: readonly AnyEvent[]): ReadonlyMap<string, readonly AnyEvent[]> {
  return Map.groupBy(events, (event) => trackId(rule, event));
}

function keyOf(rule: Rule, group: readonly AnyEvent[]): readonly string[] {
  const [first] = group;
  return first === undefined ? [] : rule.key.map((path) => String(path.read(first)));
}

function isAbout(key: readonly string[], wanted: readonly string[]): boolean {
  return wanted.every((value, i) => key[i] === value);
}

function report(rule: Rule, group: readonly AnyEvent[]): readonly SubjectReport[] {
  const lastEvent = group.at(-1);
  if (lastEvent === undefined) return [];
  const parts = expressionsOf(rule).map((part) => ({ source: part.source, said: ask(part, lastEvent) }));
  const matched = group.filter((event) => expressionsOf(rule).every((part) => ask(part, event) === true)).length;
  return [{ key: keyOf(rule, group), events: group.length, matched, lastEvent, parts }];
}

function ask(part: Predicate, event: AnyEvent): boolean | string {
  const scope: Scope = { event, f: { count: 0, first: '', last: '' }, now: event.received };
  try {
    return part.test(scope);
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  }
}
