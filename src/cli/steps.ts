/** What became of each step of a rule: passed all gates, held by one, or not asked yet. */

import type { OutboxRow } from '../core/effect.ts';
import { GATES, type Finding, type GateAnswer } from '../core/finding.ts';
import type { Rule, Step } from '../core/rule.ts';
import type { Instant, Millis } from '../core/time.ts';

export interface StepAnswer {
  /** From 0. */
  readonly step: number;
  /** `''` when neither the rule nor an order tells any more. */
  readonly act: string;
  readonly became: 'passed' | 'held' | 'waits' | 'never';
  /** The gate that holds it; null unless it is held. */
  readonly held: GateAnswer | null;
  /** When it is asked for the first time; null unless it waits. */
  readonly due: Instant | null;
}

/** The steps of a finding, in order; `rule` is null when it is gone or broken, and its finding alone has to tell. */
export function stepAnswers(finding: Finding, rule: Rule | null, orders: readonly OutboxRow[]): readonly StepAnswer[] {
  if (finding.firedAt === null) return [];
  const known = rule?.steps.map((step) => step.index) ?? [
    ...new Set([...finding.gates.map((answer) => answer.step), ...orders.map((order) => order.step)]),
  ];
  return known.toSorted((a, b) => a - b).map((step) => answerOf(step, finding, rule, orders));
}

function answerOf(step: number, finding: Finding, rule: Rule | null, orders: readonly OutboxRow[]): StepAnswer {
  const spec = rule?.steps[step];
  const ordered = orders.find((order) => order.step === step);
  const act = actOf(spec, ordered);
  const answers = finding.gates.filter((answer) => answer.step === step);
  const held = holding(answers);
  if (held !== null) return { step, act, became: 'held', held, due: null };
  if (answers.length > 0 || ordered !== undefined) return { step, act, became: 'passed', held, due: null };
  return { step, act, held, ...ahead(finding, spec?.after ?? 0) };
}

function actOf(spec: Step | undefined, ordered: OutboxRow | undefined): string {
  return spec?.action.act ?? ordered?.spec.act ?? '';
}

/** Of a step that was never asked about. */
function ahead({ firedAt, resolvedAt }: Finding, after: Millis): Pick<StepAnswer, 'became' | 'due'> {
  if (firedAt === null || resolvedAt !== null) return { became: 'never', due: null };
  return { became: 'waits', due: firedAt + after };
}

/** The first gate whose last answer holds: those behind it were not asked again. */
function holding(answers: readonly GateAnswer[]): GateAnswer | null {
  for (const gate of GATES) {
    const last = answers.findLast((answer) => answer.gate === gate);
    if (last?.pass === false) return last;
  }
  return null;
}
