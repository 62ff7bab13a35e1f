/** What a look at the forge found of one entity, and what makes two findings the same news. Pure. */

import type { EventData } from '../../core/catalog/catalog.ts';
import { subjectOf } from '../../core/catalog/subject.ts';
import { toEvent, type AnyEvent, type EventHead } from '../../core/event.ts';

export type LookKind = 'forge.pull' | 'forge.issue' | 'forge.review' | 'forge.status' | 'forge.push';
export type DataOf<K extends LookKind> = Omit<EventData<K>, 'host'>;
export interface FactOf<K extends LookKind> {
  readonly kind: K;
  readonly data: DataOf<K>;
}
export type Fact = { readonly [K in LookKind]: FactOf<K> }[LookKind];

/** The fact in an event, null when a look does not say events of its kind. */
export function factOf(event: AnyEvent): Fact | null {
  switch (event.kind) {
    case 'forge.pull':
      return { kind: event.kind, data: event.data };
    case 'forge.issue':
      return { kind: event.kind, data: event.data };
    case 'forge.review':
      return { kind: event.kind, data: event.data };
    case 'forge.status':
      return { kind: event.kind, data: event.data };
    case 'forge.push':
      return { kind: event.kind, data: event.data };
    default:
      return null;
  }
}

/** A fact as an event, with what just happened to the entity. */
export function eventOf(fact: Fact, head: Omit<EventHead, 'subject'>, action: string): AnyEvent {
  const full = { ...head, subject: subjectOf(fact.kind, fact.data) };
  switch (fact.kind) {
    case 'forge.pull':
      return toEvent(fact.kind, full, { ...fact.data, action });
    case 'forge.issue':
      return toEvent(fact.kind, full, { ...fact.data, action });
    case 'forge.review':
      return toEvent(fact.kind, full, { ...fact.data, action });
    case 'forge.status':
      return toEvent(fact.kind, full, { ...fact.data, action });
    case 'forge.push':
      return toEvent(fact.kind, full, { ...fact.data, action });
  }
}

/** One name for one entity. */
export function nameOf(fact: Fact): string {
  return `${fact.kind} ${subjectOf(fact.kind, fact.data)}`;
}

/**
 * Equal keys are the same news. A webhook and a look differ in who is the author (who did it, who opened it), in the time of
 * a review, and in how much text they carry; and lists have no order.
 */
export function keyOf(fact: Fact): string {
  const { action: _action, author: _author, untrusted_text: _text, ...rest } = { untrusted_text: '', ...fact.data };
  const same: Readonly<Record<string, unknown>> = { ...rest, host: '', submitted_at: '' };
  return JSON.stringify(
    Object.entries(same)
      .map(([name, value]): [string, unknown] => [name, sorted(value)])
      .toSorted(byName),
  );
}

const sorted = (value: unknown): unknown => (Array.isArray(value) ? value.map(String).toSorted(inOrder) : value);
const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => inOrder(a, b);
const inOrder = (a: string, b: string): number => (a === b ? 0 : Number(a > b) * 2 - 1);

/** What happened to a pull request or issue between two times it was looked at; "observed" when nothing, or nobody looked before. */
export function actionOf(before: Fact | undefined, now: Fact): string {
  if (now.data.action !== '') return now.data.action;
  if (before === undefined || !hasState(before) || !hasState(now)) return 'observed';
  if (before.data.state !== now.data.state) return now.data.state === 'open' ? 'reopened' : 'closed';
  const isMoved = before.kind === 'forge.pull' && now.kind === 'forge.pull' && before.data.sha !== now.data.sha;
  return isMoved ? 'synchronized' : 'observed';
}

function hasState(fact: Fact): fact is FactOf<'forge.pull'> | FactOf<'forge.issue'> {
  return fact.kind === 'forge.pull' || fact.kind === 'forge.issue';
}
