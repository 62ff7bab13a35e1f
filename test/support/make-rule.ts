/** Rules out of plain functions, so that tests of the engine do not need the rulebook. */

import type { AnyEvent } from '../../src/core/event.ts';
import type { Condition, Path, Predicate, Rule, Rulebook, Scope, Step, StepAction } from '../../src/core/rule.ts';
import type { Template } from '../../src/core/template.ts';
import { HOUR } from '../../src/core/time.ts';

type Test = (data: Record<string, unknown>, event: AnyEvent) => boolean;

const dataOf = (event: AnyEvent): Record<string, unknown> => Object.fromEntries(Object.entries(event.data));

export const predicate = (source: string, test: Test): Predicate => ({
  source,
  test: (scope: Scope) => test(dataOf(scope.event), scope.event),
});

export const path = (field: string): Path => ({
  source: `e.${field}`,
  read: (event) => {
    const value = dataOf(event)[field];
    return typeof value === 'number' || typeof value === 'boolean' ? value : String(value);
  },
});

const template = (source: string): Template => ({ source, segments: [{ kind: 'text', text: source }] });

export const notify: StepAction = { act: 'notify', to: template('ops') };
export const vault: StepAction = {
  act: 'vault',
  tier: 'medium',
  assignee: template('@owner'),
  human: null,
  name: null,
};

export function step(index: number, action: StepAction, more: Partial<Step> = {}): Step {
  return { index, action, after: 0, if: null, max: Number.POSITIVE_INFINITY, every: null, ...more };
}

export interface RuleParts extends Partial<Omit<Rule, 'key' | 'condition'>> {
  readonly name: string;
  readonly condition: Condition;
  readonly key?: readonly string[];
}

/** A rule on `host.memory` keyed by nothing, unless the parts say otherwise. */
export function makeRule(parts: RuleParts): Rule {
  const { key = [], ...rest } = parts;
  return {
    id: `test/${parts.name}`,
    pack: 'test',
    title: template(parts.name),
    text: template(`${parts.name} text`),
    priority: 'P2',
    mode: 'live',
    on: ['host.memory'],
    when: predicate('bad', (data) => data['available_mb'] === 0),
    clear: null,
    steps: [step(0, notify)],
    inhibitedBy: [],
    exceptions: [],
    repeat: null,
    owner: 'ops',
    runbook: '',
    hash: parts.name,
    window: HOUR,
    origin: { file: 'test.toml', line: 1 },
    render: (made) => made.source,
    renderSafe: (made) => made.source,
    ...rest,
    key: key.map(path),
  };
}

export function makeRulebook(rules: readonly Rule[]): Rulebook {
  const byKind = new Map<Rule['on'][number], Rule[]>();
  for (const rule of rules) for (const kind of rule.on) byKind.set(kind, [...(byKind.get(kind) ?? []), rule]);
  return { rules, byKind, hash: 'test' };
}
