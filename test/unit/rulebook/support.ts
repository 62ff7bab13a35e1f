/** Rules out of a few lines of text, for tests of the rulebook. */

import type { EventKind, EventData } from '../../../src/core/catalog/catalog.ts';
import { toEvent, type AnyEvent } from '../../../src/core/event.ts';
import { formatProblem } from '../../../src/core/problem.ts';
import type { Rule, Scope } from '../../../src/core/rule.ts';
import { loadPacks, type LoadOptions, type LoadedRules } from '../../../src/rulebook/load.ts';

export const NOW = Date.parse('2026-01-02T00:00:00Z');

export const HEADER = 'schema = 1\n[pack]\nid = "test"\nowner = "ops"\n';

/** A rule over one kind: what the text says, and the rest out of a mould. Lines count from the header: the rule is line 5. */
export function ruleText(lines: string, on: EventKind | readonly EventKind[] = 'docker.container'): string {
  const kinds = JSON.stringify(typeof on === 'string' ? [on] : on);
  const mould = { id: '"r"', title: '"t"', text: '"t"', priority: '"P2"', on: kinds, do: '[{ act = "journal" }]' };
  const rest = Object.entries(mould).filter(([key]) => !new RegExp(`^${key} ?=`, 'm').test(lines));
  return `[[rule]]\n${lines}\n${rest.map(([key, value]) => `${key} = ${value}`).join('\n')}\n`;
}

export function load(text: string, options: Partial<LoadOptions> = {}): Promise<LoadedRules> {
  return loadPacks([{ file: 'x.toml', text }], { vars: {}, now: NOW, ...options });
}

/** Everything that is wrong with a text, as people see it. */
export async function problemsOf(text: string, options: Partial<LoadOptions> = {}): Promise<readonly string[]> {
  return (await load(text, options)).problems.map(formatProblem);
}

/** The first rule of a text that has no mistakes. */
export async function loadRule(text: string, options: Partial<LoadOptions> = {}): Promise<Rule> {
  const { rulebook, problems } = await load(text, options);
  const [rule] = rulebook.rules;
  if (problems.length > 0 || rule === undefined) throw new Error(problems.map(formatProblem).join('\n'));
  return rule;
}

export function eventOf<K extends EventKind>(kind: K, data: Partial<EventData<K>> = {}): AnyEvent {
  return toEvent(kind, { id: 'id', source: 'test://box', subject: 'thing', time: NOW, host: 'box' }, data);
}

export function scopeOf(event: AnyEvent): Scope {
  return { event, f: { count: 3, first: '2026-01-01T23:00:00.000Z', last: '' }, now: NOW };
}

/** Whether an expression holds for an event. */
export async function holds<K extends EventKind>(
  when: string,
  kind: K,
  data: Partial<EventData<K>> = {},
): Promise<boolean> {
  const rule = await loadRule(
    `${HEADER}[vars]\nx = 500.0\nname = "harb"\non = true\n${ruleText(`when = '''${when}'''`, kind)}`,
  );
  return rule.when?.test(scopeOf(eventOf(kind, data))) ?? false;
}

/** A template of a rule, rendered against an event. */
export async function rendered<K extends EventKind>(
  text: string,
  kind: K,
  data: Partial<EventData<K>> = {},
): Promise<string> {
  const rule = await loadRule(
    `${HEADER}[vars]\nx = 500.0\n${ruleText(`when = 'true'\ntext = ${JSON.stringify(text)}`, kind)}`,
  );
  return rule.render(rule.text, scopeOf(eventOf(kind, data)));
}

/** Pairs of a text and its problem, so that the problem names the test. */
export function named(pairs: readonly (readonly [text: string, problem: string])[]): [string, string][] {
  return pairs.map(([text, problem]) => [problem, text]);
}

/** A pack with one rule that differs from a good one only in what is given; its first line is line 6. */
export function oneRule(lines: string, on?: Parameters<typeof ruleText>[1]): string {
  return `${HEADER}${ruleText(lines, on)}`;
}
