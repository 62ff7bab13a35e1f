/** What this run has said of each file, so that only news is said. */

import { stableId, toEvent, type AnyEvent } from '../../core/event.ts';
import type { Instant } from '../../core/time.ts';
import { goneFacts, type FileFacts } from './facts.ts';

export interface Ledger {
  /** The events for what is new among `present`, and for what was said to be there and is not. */
  news(present: readonly FileFacts[], isPresent: (path: string) => boolean, now: Instant): readonly News[];
  /** Marks news as said, once it is on disk. */
  said(news: readonly News[]): void;
}

export interface News {
  readonly facts: FileFacts;
  readonly event: AnyEvent;
}

/**
 * A ledger that begins with what the log believed before. Its ids are unique to the run: the first observation of a run must reach the engine even
 * when the log has held the same fact for longer than it is replayed, and a state that comes back (open, closed, open) is news each time.
 */
export function openLedger(host: string, run: string, before: ReadonlyMap<string, FileFacts>): Ledger {
  const last = new Map<string, FileFacts>([...before].map(([path, facts]) => [path, { ...facts, key: 'before' }]));
  let count = 0;
  const toNews = (facts: FileFacts, now: Instant): News => {
    count += 1;
    const head = {
      id: stableId(facts.kind, host, facts.path, facts.key, run, count),
      source: `file://${host}${facts.path.startsWith('/') ? '' : '/'}${facts.path}`,
      subject: facts.subject,
      time: now,
      host,
    };
    const event =
      facts.kind === 'session.phase' ? toEvent(facts.kind, head, facts.data) : toEvent(facts.kind, head, facts.data);
    return { facts, event };
  };
  return {
    news(present, isPresent, now) {
      const gone = [...last.values()].filter((facts) => !isPresent(facts.path)).map(goneFacts);
      const changed = present.filter((facts) => last.get(facts.path)?.key !== facts.key);
      return [...gone, ...changed].map((facts) => toNews(facts, now));
    },
    said(news) {
      for (const { facts } of news) {
        if (facts.key === 'gone') last.delete(facts.path);
        else last.set(facts.path, facts);
      }
    },
  };
}
