/** `reactor why`: the events, the expression that held, the timers, the gates, and what was done. */

import type { OutboxRow } from '../core/effect.ts';
import type { StoredEvent } from '../core/event.ts';
import { sayUnconfirmed, type Finding } from '../core/finding.ts';
import type { Rule } from '../core/rule.ts';
import { toIso, type Instant } from '../core/time.ts';
import type { Store } from '../ports/store.ts';
import { explainExceptions } from '../rulebook/explain.ts';
import { chooseFinding } from './choose.ts';
import type { Cli } from './context.ts';
import { field, teach, under, type Shape } from './guide.ts';
import type { Register } from './index.ts';
import { placeOf, stepSaid, whenSaid } from './said.ts';
import { complainOfAge } from './sight.ts';
import { withState } from './state.ts';
import { stepAnswers, type StepAnswer } from './steps.ts';
import { EVENT_SHAPE, eventView, FINDING_SHAPE, findingView, ORDER_SHAPE, orderView } from './views.ts';

interface Remembered {
  readonly finding: Finding;
  /** Oldest first; null for one that the log no longer has. */
  readonly causes: readonly (StoredEvent | null)[];
  readonly orders: readonly OutboxRow[];
}

interface Explanation extends Remembered {
  /** Null when no such rule is loaded any more. */
  readonly rule: Rule | null;
  readonly steps: readonly StepAnswer[];
}

const SHAPE: Shape = {
  ...under('finding', FINDING_SHAPE),
  'rule.file': field('string', 'where its rule stands; `rule` is null when it is loaded no more'),
  'rule.line': field('number', 'on which line'),
  'rule.exceptions[]': field('string', 'what the rule leaves out, in words'),
  'steps[].step': field('number', 'which entry of `do`, from 0'),
  'steps[].act': field('string', 'vault notify nudge journal incident'),
  'steps[].became': field('string', 'passed, held, waits for its time, or never was asked'),
  'steps[].gate': field('string', 'the gate that holds it, or empty'),
  'steps[].reason': field('string', 'why it holds, or empty'),
  'steps[].asked_at': field('string', 'when it is asked (again), empty when only something else can change it'),
  ...under('causes[]', EVENT_SHAPE),
  ...under('effects[]', ORDER_SHAPE),
};

/** Adds `why`. */
export const whyCommand: Register = (program, cli) => {
  const command = program
    .command('why')
    .description('why a finding is there: its events, what held, its gates, and what was done about it')
    .argument('<finding>', 'its id or the beginning of it, or the name of a rule that has one finding')
    .option('--json', 'as one JSON object')
    .action(async (wanted: string, options: { json?: boolean }) => {
      const explanation = await explain(cli, wanted);
      if (options.json === true) cli.json(toJson(explanation));
      else for (const line of render(cli, explanation)) cli.say(line);
    });
  teach(command, {
    examples: [
      ['reactor why a9242e25', 'by the first column of reactor findings'],
      ['reactor why disk-high', 'by the rule, when it has one finding'],
    ],
    json: SHAPE,
  });
};

async function explain(cli: Cli, wanted: string): Promise<Explanation> {
  const config = cli.config();
  const { alive, ...remembered } = await withState(config, cli.now, (store) => ({
    ...remember(store, wanted),
    alive: store.meta.get('alive_at'),
  }));
  await complainOfAge(cli, config, alive);
  const { readRules } = await import('../app/rules.ts');
  const { rulebook } = await readRules(config, cli.now());
  const { finding, orders } = remembered;
  const rule = rulebook.rules.find(({ id }) => id === finding.rule) ?? null;
  return { ...remembered, rule, steps: stepAnswers(finding, rule, orders) };
}

function remember(store: Store, wanted: string): Remembered {
  const finding = chooseFinding(store.findings.list(), wanted);
  return {
    finding,
    causes: finding.causes.map((id) => store.log.get(id)),
    orders:
      finding.firing === '' ? [] : store.outbox.list({ firing: finding.firing }).toSorted((a, b) => a.seq - b.seq),
  };
}

function toJson({ finding, rule, steps, causes, orders }: Explanation): object {
  return {
    finding: findingView(finding),
    rule: rule === null ? null : { ...rule.origin, exceptions: explainExceptions(rule) },
    steps: steps.map(({ step, act, became, held, due }) => ({
      step,
      act,
      became,
      gate: held?.gate ?? '',
      reason: held?.reason ?? '',
      asked_at: toIso(due ?? held?.retryAt ?? null),
    })),
    causes: causes.flatMap((event) => (event === null ? [] : [eventView(event)])),
    effects: orders.map(orderView),
  };
}

function render(cli: Cli, { finding, rule, steps, causes, orders }: Explanation): readonly string[] {
  const now = cli.now();
  const heading = (text: string): string => `\n${cli.style('bold', text)}`;
  const place = rule === null ? 'loaded no more' : placeOf(rule);
  return [
    `${cli.style('bold', `${finding.priority} ${finding.title}`)}  ${finding.state}`,
    ...(finding.text === '' ? [] : [finding.text]),
    `key [${finding.key.join(', ')}], owner ${finding.owner}, id ${finding.fingerprint}`,
    `rule ${finding.rule}  ${cli.style('dim', place)}`,
    heading('Why'),
    `  ${finding.because}`,
    ...timesOf(finding, now),
    ...(finding.unconfirmed === null ? [] : [`  ${sayUnconfirmed(finding.unconfirmed)}`]),
    ...(rule === null ? [] : explainExceptions(rule).map((line) => `  ${line}`)),
    heading(`Events (${causes.length})`),
    ...causes.map(
      (event, i) => `  ${event === null ? `${finding.causes[i]} is no longer in the log` : eventLine(event)}`,
    ),
    heading('Gates'),
    ...orNone(
      steps.map((answer) => `  ${stepSaid(answer, now)}`),
      finding.firedAt === null ? 'not asked: it has not fired' : 'none',
    ),
    heading('Effects'),
    ...orNone(
      orders.map((order) => `  ${orderLine(order, now)}`),
      'none',
    ),
  ];
}

const orNone = (lines: readonly string[], none: string): readonly string[] =>
  lines.length === 0 ? [`  ${none}`] : lines;

function timesOf({ since, firedAt, last, resolvedAt }: Finding, now: Instant): readonly string[] {
  const named = { since, fired: firedAt, last, resolved: resolvedAt };
  return Object.entries(named).flatMap(([name, at]) => (at === null ? [] : [`  ${name} ${whenSaid(at, now)}`]));
}

function eventLine(event: StoredEvent): string {
  const action = 'action' in event.data ? ` ${event.data.action}` : '';
  return `${toIso(event.time)} ${event.kind}${action} ${event.subject}  ${event.id}`;
}

function orderLine(order: OutboxRow, now: Instant): string {
  const { spec, phase, target, state, attempts, reason, ref } = order;
  const tries = attempts > 1 ? `, ${attempts} tries` : '';
  const next = state === 'waiting' && attempts > 0 ? `, next at ${whenSaid(order.nextAt, now)}` : '';
  const note = [reason, ref].filter((text) => text !== '').join('  ');
  return `${toIso(order.decidedAt)} ${spec.act} ${phase} → ${target}: ${state}${tries}${next}${note === '' ? '' : `  ${note}`}`;
}
