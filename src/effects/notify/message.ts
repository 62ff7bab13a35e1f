/** What a message about a finding says, as text and as HTML. Pure. */

import { formatDuration } from '../../core/duration.ts';
import type { Card } from '../../core/effect.ts';
import { sayUnconfirmed } from '../../core/finding.ts';
import { toIso, type Instant, type Millis } from '../../core/time.ts';
import type { ChatMessage } from '../../ports/chat.ts';

/** `alert`: the message of the incident. `over`: the same once it has ended. `still`: said again below it. `resolution`: the end, below it. */
export type Wording = 'alert' | 'over' | 'still' | 'resolution';

export interface Said {
  readonly wording: Wording;
  readonly card: Card;
  readonly now: Instant;
  /** How long ago this was decided, null when it goes out in time. */
  readonly late: Millis | null;
  /** Text and HTML together, in bytes. */
  readonly budget: number;
}

const TITLE_LIMIT = 300;
const TEXT_LIMIT = 28_000;

/** The message, its text cut until both forms fit the budget. */
export function renderMessage(said: Said): ChatMessage {
  let limit = TEXT_LIMIT;
  let message = render(said, limit);
  while (bytesOf(message) > said.budget && limit > 1) {
    limit = Math.floor(limit / 2);
    message = render(said, limit);
  }
  return message;
}

function bytesOf(message: ChatMessage): number {
  return Buffer.byteLength(JSON.stringify(message.text)) + Buffer.byteLength(JSON.stringify(message.html));
}

function render(said: Said, limit: number): ChatMessage {
  const { card, wording } = said;
  const resolved = wording === 'over' || wording === 'resolution' || card.state === 'clear';
  const late = said.late === null ? '' : ` (delayed ${formatDuration(said.late)})`;
  const head = headOf(said);
  const body = bodyOf(said, limit);
  const facts = factsOf(said);
  const lines = [head.before + head.title + late, ...(body === '' ? [] : [body]), facts];
  const bold = `<strong>${escapeHtml(head.before + head.title)}</strong>${escapeHtml(late)}`;
  return {
    text: lines.join('\n'),
    html: [wording === 'over' ? struck(head) + escapeHtml(late) : bold, ...lines.slice(1).map(toHtmlLines)].join(
      '<br>',
    ),
    mention: card.priority === 'P0' && !resolved,
    urgent: card.priority === 'P0' || card.priority === 'P1',
    resolved,
  };
}

interface Head {
  readonly before: string;
  readonly title: string;
}

function headOf({ wording, card, now }: Said): Head {
  const title = clean(card.title).replaceAll('\n', ' ').trim().slice(0, TITLE_LIMIT).toWellFormed();
  const lasted = formatDuration((card.resolvedAt ?? now) - card.since);
  if (card.state === 'clear') return { before: '', title: `${title} after ${lasted}` };
  switch (wording) {
    case 'alert':
      return { before: `[${card.priority}] `, title };
    case 'still':
      return { before: `[${card.priority}] still so after ${lasted}: `, title };
    case 'over':
    case 'resolution':
      return { before: `[${card.priority}] resolved after ${lasted}: `, title };
  }
}

const struck = (head: Head): string =>
  `<strong>${escapeHtml(head.before)}</strong><del>${escapeHtml(head.title)}</del>`;

/** The end needs no detail: the detail is in the message it ends. */
function bodyOf({ wording, card }: Said, limit: number): string {
  return wording === 'resolution' ? '' : cut(clean(card.text).trim(), limit, card);
}

function cut(text: string, limit: number, card: Card): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit).toWellFormed()}\n(cut: ${text.length} characters in all; reactor why ${card.fingerprint})`;
}

function factsOf({ card }: Said): string {
  const facts = card.state === 'clear' ? [`on ${card.host}`, `trouble since ${stamp(card.since)}`] : findingFacts(card);
  return clean(facts.join(' · ')).replaceAll('\n', ' ');
}

function findingFacts(card: Card): readonly string[] {
  const times = card.count === 1 ? 'seen once' : `seen ${card.count} times`;
  return [
    `owner ${card.owner === '' ? 'unknown' : card.owner}`,
    `on ${card.host}`,
    `since ${stamp(card.since)}`,
    times,
    ...(card.unconfirmed === null ? [] : [sayUnconfirmed(card.unconfirmed)]),
    ...(card.state === 'flapping' ? ['comes and goes'] : []),
    ...(card.resolvedAt === null ? [] : [`over ${stamp(card.resolvedAt)}`]),
    ...(card.runbook === '' ? [] : [`runbook ${card.runbook}`]),
    `reactor why ${card.fingerprint}`,
  ];
}

/** `2026-02-03 10:00:05 UTC` */
const stamp = (at: Instant): string => `${toIso(at).slice(0, 19).replace('T', ' ')} UTC`;

/** Homeservers refuse lone surrogates; control and direction characters could make a line read as another. */
function clean(text: string): string {
  return text
    .toWellFormed()
    .replaceAll('\r\n', '\n')
    .replaceAll(/(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu, ' ');
}

const toHtmlLines = (text: string): string => escapeHtml(text).replaceAll('\n', '<br>');

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}
