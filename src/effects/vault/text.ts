/** What a vault item says. Pure: an order in, Markdown out; nothing in it depends on when it is written. */

import { formatDuration } from '../../core/duration.ts';
import type { Card, SpecOf } from '../../core/effect.ts';
import { sayUnconfirmed, type Priority } from '../../core/finding.ts';
import { markdownLine } from '../../core/markdown.ts';
import { toIsoSeconds, type Instant } from '../../core/time.ts';

const TITLE = 160;
const LINE = 300;
const TEXT = 1000;

const MEANING: Readonly<Record<Priority, string>> = {
  P0: 'the box is about to stop',
  P1: 'resources run out',
  P2: 'the factory is stopped or stalled',
  P3: 'the factory is degraded',
  P4: 'housekeeping',
};

/** The whole item, from `# title` to `## Unblocks`. */
export function renderItem(spec: SpecOf<'vault'>): string {
  const sections = [
    [`# ${titleOf(spec.card)}`],
    ['## What', ...what(spec.card)],
    ['## Why', ...why(spec)],
    ['## Human action', ...humanAction(spec)],
    ['## Factory will then', ...factoryWillThen(spec.card)],
    ['## Unblocks', `- Factory health: ${titleOf(spec.card)} (${spec.card.priority}, ${subjectOf(spec.card)})`],
  ];
  return sections.map((lines) => `${lines.join('\n')}\n`).join('\n');
}

/** The section that closes an item whose finding is over. */
export function renderWithdrawn(card: Card, at: Instant): string {
  return [
    '## Withdrawn',
    `- When: ${toIsoSeconds(at)}`,
    `- Why: the finding cleared, nothing is left to do; rule ${markdownLine(card.rule, LINE)} watches on`,
    `- Lasted: ${formatDuration(at - card.since)}, seen ${times(card.count)}`,
    '',
  ].join('\n');
}

function what(card: Card): readonly string[] {
  const causes = card.causes.map((cause) => `- ${markdownLine(cause, LINE)}`);
  return [
    markdownLine(card.text === '' ? card.title : card.text, TEXT),
    '',
    `- Subject: ${subjectOf(card)}`,
    `- Owner: ${markdownLine(card.owner, LINE)}`,
    `- Seen: ${times(card.count)} since ${toIsoSeconds(card.since)}, last ${toIsoSeconds(card.last)}`,
    ...(card.unconfirmed === null ? [] : [`- ${markdownLine(sayUnconfirmed(card.unconfirmed), LINE)}`]),
    ...(card.state === 'flapping' ? ['- It comes and goes: flapping'] : []),
    ...(causes.length === 0 ? [] : ['', 'What was seen, newest last:', '', ...causes]),
  ];
}

function why({ card, tier }: SpecOf<'vault'>): readonly string[] {
  const runbook = card.runbook === '' ? 'none named by the rule' : markdownLine(card.runbook, LINE);
  return [
    `- Priority: ${card.priority}, ${MEANING[card.priority]}`,
    `- Rule: ${markdownLine(card.rule, LINE)}`,
    `- Blast radius: ${tier}`,
    `- Runbook: ${runbook}`,
  ];
}

function humanAction({ card, assignee, human }: SpecOf<'vault'>): readonly string[] {
  const todo = human === '' ? `Look at ${subjectOf(card)} and mend what is described above` : markdownLine(human, TEXT);
  return [
    `1. For ${whoActs(card, assignee)}: ${todo}`,
    '2. Nothing needs to be ticked off: this item goes away by itself when the finding clears',
    '3. To leave it as it is, move this file to `vault/rejected/`',
  ];
}

function factoryWillThen(card: Card): readonly string[] {
  return [
    `- Watch ${subjectOf(card)} and keep this item up to date while it lasts`,
    ...(card.owner === 'factory' ? [] : [`- Touch nothing of it: it belongs to ${markdownLine(card.owner, LINE)}`]),
    '- Withdraw this item when the finding clears: it moves to `vault/withdrawn/` with the time and the reason',
  ];
}

function whoActs(card: Card, assignee: string): string {
  if (assignee !== '') return markdownLine(assignee, LINE);
  if (card.owner === 'factory') return 'an operator of the factory';
  if (card.owner === 'unknown' || card.owner === '') return 'an operator of the factory (the owner is unknown)';
  return markdownLine(card.owner, LINE);
}

const titleOf = (card: Card): string => markdownLine(card.title === '' ? card.rule : card.title, TITLE);
const subjectOf = (card: Card): string =>
  `${markdownLine(card.key.join(' / '), LINE)} on ${markdownLine(card.host, LINE)}`;
const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);
