/** What one order adds to the journal: its finding, what was done about it, what was filed. Pure. */

import { formatDuration } from '../../core/duration.ts';
import type { EffectOrder, SpecOf } from '../../core/effect.ts';
import { sayUnconfirmed } from '../../core/finding.ts';
import { stableId } from '../../core/event.ts';
import { markdownLine } from '../../core/markdown.ts';

export type JournalOrder = EffectOrder<SpecOf<'journal'>>;

export const SECTIONS = ['Findings', 'Actions taken', 'Vault items filed'] as const;
export type Section = (typeof SECTIONS)[number];

export interface JournalLine {
  readonly section: Section;
  /** Said again, it takes the place of the line with this key. 12 hex digits. */
  readonly key: string;
  /** Starts with `- `. */
  readonly text: string;
  /** It is shown however long the entry is. */
  readonly urgent: boolean;
}

/** What the factory writes when nothing is wrong. */
export const ALL_CLEAR = '- No issues found — all systems healthy';

const FINDING = 240;
const ACTION = 120;

/** Acts as the engine names them, in the words of the journal. The line may be there before they are carried out, or refused. */
const WORDS: Readonly<Record<string, string>> = {
  notify: 'alert ordered',
  nudge: 'nudge ordered',
  incident: 'incident file ordered',
};

const VAULT_ITEM = /^vault item ([a-z0-9][a-z0-9-]*)$/;

/** The key of an order's finding line: firing and its updates share one, the resolution has its own. */
export function findingKey(order: JournalOrder): string {
  return keyOf(order, order.phase === 'resolve' ? 'resolved' : 'finding');
}

/** The lines of an order, at most one a finding, action and vault item; of an all clear the one that says so. */
export function linesOf(order: JournalOrder): readonly JournalLine[] {
  const { card } = order.spec;
  if (card.state === 'clear') {
    return [{ section: 'Findings', key: findingKey(order), text: ALL_CLEAR, urgent: true }];
  }
  const urgent = card.priority === 'P0' || card.priority === 'P1';
  const title = markdownLine(card.title === '' ? card.rule : card.title, ACTION);
  const actions = actionsOf(order);
  const outcome = order.phase === 'resolve' ? resolved(order) : actions.join(', ') || 'noted';
  const finding = `- [${card.priority}] ${findingText(order, title)} — ${outcome}`;
  return [
    { section: 'Findings', key: findingKey(order), text: finding, urgent },
    ...(order.phase === 'resolve' ? [] : actions.map((action) => actionLine(order, action, title))),
  ];
}

function actionLine(order: JournalOrder, action: string, title: string): JournalLine {
  const slug = VAULT_ITEM.exec(action)?.[1];
  const key = keyOf(order, action);
  if (slug === undefined) return { section: 'Actions taken', key, text: `- ${action}: ${title}`, urgent: false };
  return { section: 'Vault items filed', key, text: `- vault/pending/${slug}.md — ${title}`, urgent: false };
}

function actionsOf({ spec }: JournalOrder): readonly string[] {
  return spec.also.map((said) => WORDS[said] ?? markdownLine(said, ACTION));
}

function findingText({ spec, phase }: JournalOrder, title: string): string {
  const { text, unconfirmed } = spec.card;
  const doubt = unconfirmed === null ? '' : ` (${markdownLine(sayUnconfirmed(unconfirmed), ACTION)})`;
  if (phase === 'resolve' || text === '' || text === spec.card.title) return title + doubt;
  return `${title}: ${markdownLine(text, FINDING)}${doubt}`;
}

function resolved({ spec, decidedAt }: JournalOrder): string {
  return `resolved after ${formatDuration((spec.card.resolvedAt ?? decidedAt) - spec.card.since)}`;
}

const keyOf = (order: JournalOrder, what: string): string => stableId(order.thread, what).slice(0, 12);
