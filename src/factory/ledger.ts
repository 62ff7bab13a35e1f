/** What a source has said of each entity, so that only news is said. */

import type { EventData, EventKind } from '../core/catalog/catalog.ts';
import { subjectOf } from '../core/catalog/subject.ts';
import { stableId, toEvent, type AnyEvent, type EventHead, type ReactorEvent } from '../core/event.ts';
import type { Instant } from '../core/time.ts';

/** What is true of one entity now. */
export interface Fact {
  readonly kind: EventKind;
  readonly subject: string;
  /** Equal keys are the same news. */
  readonly key: string;
  /** The event that says so, or that the entity is gone. */
  toEvent(head: EventHead, isGone: boolean): AnyEvent;
}

/** A fact about the entity that the data names. It is news when `key` changes; without one, when any of the data does. */
export function toFact<K extends EventKind>(kind: K, data: Partial<EventData<K>>, key: unknown = data): Fact {
  return {
    kind,
    subject: subjectOf(kind, data),
    key: JSON.stringify(key),
    toEvent: (head, isGone) => toEvent(kind, head, isGone ? { ...data, exists: false } : data),
  };
}

export interface News {
  readonly fact: Fact;
  readonly event: AnyEvent;
  readonly isGone: boolean;
}

export interface LedgerOptions {
  readonly host: string;
  /** Scheme of the events' sources: `work`. */
  readonly scheme: string;
  /** Different in each run of the source. */
  readonly run: string;
  /** The newest events of what the log believes to be there. */
  readonly before: Iterable<AnyEvent>;
}

export interface Ledger {
  /** The events for what is new among `present`, and for what was said to be there, could be looked at, and is not. */
  news(present: readonly Fact[], isCovered: (fact: Fact) => boolean, now: Instant): readonly News[];
  /** Marks news as said, once it is on disk. */
  said(news: readonly News[]): void;
}

/**
 * A ledger that begins with what the log believed before. Everything is said once a run, for the engine may have forgotten what the log
 * still holds; ids are unique to the run, and a state that comes back is news each time.
 */
export function openLedger({ host, scheme, run, before }: LedgerOptions): Ledger {
  const last = new Map<string, Fact>();
  for (const event of before) {
    const fact = believed(event);
    last.set(idOf(fact), fact);
  }
  let count = 0;
  const toNews = (fact: Fact, isGone: boolean, now: Instant): News => {
    count += 1;
    const { kind, subject, key } = fact;
    const id = stableId(kind, host, subject, isGone ? 'gone' : key, run, count);
    const source = `${scheme}://${host}${subject.startsWith('/') ? '' : '/'}${subject}`;
    return { fact, isGone, event: fact.toEvent({ id, source, subject, time: now, host }, isGone) };
  };
  return {
    news(present, isCovered, now) {
      const here = new Set(present.map(idOf));
      const gone = [...last.values()].filter((fact) => !here.has(idOf(fact)) && isCovered(fact));
      const changed = present.filter((fact) => last.get(idOf(fact))?.key !== fact.key);
      return [...gone.map((fact) => toNews(fact, true, now)), ...changed.map((fact) => toNews(fact, false, now))];
    },
    said(news) {
      for (const { fact, isGone } of news) {
        if (isGone) last.delete(idOf(fact));
        else last.set(idOf(fact), fact);
      }
    },
  };
}

const idOf = (fact: Fact): string => `${fact.kind} ${fact.subject}`;

/** Its key is none that a look can make, so that the first look of a run is news. */
function believed<K extends EventKind>({ kind, subject, data }: ReactorEvent<K>): Fact {
  return { ...toFact(kind, data, undefined), subject, key: 'before' };
}
