/** What an incident file says. Pure: an order in, Markdown out. */

import { formatDuration } from '../../core/duration.ts';
import type { Card, EffectOrder, SpecOf } from '../../core/effect.ts';
import { sayUnconfirmed } from '../../core/finding.ts';
import { formatHealth, type Health } from '../../core/health.ts';
import { markdownLine } from '../../core/markdown.ts';
import { toIsoSeconds } from '../../core/time.ts';

export type IncidentOrder = EffectOrder<SpecOf<'incident'>>;

const LINE = 300;
const TEXT = 1000;

/** Everything above the outcome; it is written once and shows the box as it was then. */
export function renderReport({ spec: { card } }: IncidentOrder, health: Health): string {
  const evidence = card.text === '' || card.text === card.title ? card.title : `${card.title}: ${card.text}`;
  return [
    `# Incident: ${markdownLine(card.rule.slice(card.rule.lastIndexOf('/') + 1), LINE)} — ${card.priority}`,
    '',
    `- Time: ${toIsoSeconds(card.firedAt)}`,
    `- Severity: ${card.priority}`,
    '- Recipe: reactor rule',
    `- Rule: ${markdownLine(card.rule, LINE)}`,
    `- Subject: ${markdownLine(card.key.join(' / '), LINE)} on ${markdownLine(card.host, LINE)}`,
    `- Owner: ${markdownLine(card.owner, LINE)}`,
    `- Evidence: ${markdownLine(evidence, TEXT)}`,
    '',
    '## System snapshot',
    '```',
    ...formatHealth(health),
    ...card.causes.map((cause) => `seen: ${markdownLine(cause, LINE)}`),
    '```',
    '',
    '## Action taken',
    '- Reported by the reactor, which repaired nothing; the journal and the vault say what was asked for',
    ...(card.runbook === '' ? [] : [`- Runbook: ${markdownLine(card.runbook, LINE)}`]),
    '',
  ].join('\n');
}

/** The outcome so far: it changes with the finding until a person writes theirs. */
export function renderOutcome({ spec: { card }, decidedAt, phase }: IncidentOrder): string {
  return [
    '## Outcome',
    phase === 'resolve' ? cleared(card, decidedAt) : lasting(card),
    '',
    'pending operator review',
    '',
  ].join('\n');
}

function lasting(card: Card): string {
  const how = card.state === 'flapping' ? 'It comes and goes' : 'It lasts';
  const doubt = card.unconfirmed === null ? '' : `; ${markdownLine(sayUnconfirmed(card.unconfirmed), LINE)}`;
  return `- ${how}: seen ${times(card.count)} since ${toIsoSeconds(card.since)}, last ${toIsoSeconds(card.last)}${doubt}`;
}

function cleared(card: Card, decidedAt: number): string {
  const at = card.resolvedAt ?? decidedAt;
  return `- It cleared at ${toIsoSeconds(at)}, after ${formatDuration(at - card.since)}, seen ${times(card.count)}`;
}

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);
