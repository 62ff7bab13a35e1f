/** What this run has said of each pipeline, so that only news is said, each status once. */

import { stableId, toEvent, type AnyEvent } from '../../core/event.ts';
import { SECOND, type Instant } from '../../core/time.ts';
import type { PipelineFacts } from './facts.ts';
import { GONE } from './table.ts';

export interface News {
  readonly facts: PipelineFacts;
  readonly event: AnyEvent;
}

export interface Ledger {
  /** The events for what is new. */
  news(facts: readonly PipelineFacts[], now: Instant): readonly News[];
  /** Marks news as said, once it is on disk. */
  said(news: readonly News[]): void;
  /** Forgets pipelines that are no longer known. */
  keep(subjects: ReadonlySet<string>): void;
}

export interface LedgerOptions {
  readonly host: string;
  /** Host of the server's address, part of every event's source. */
  readonly place: string;
  /** When this run began, which makes its ids its own. */
  readonly begun: Instant;
  /** What the log last heard, by subject. */
  readonly before: ReadonlyMap<string, string>;
}

/** A ledger that begins with what the log believed before: a status that changed while nobody looked is a change, not an observation. */
export function openLedger({ host, place, begun, before }: LedgerOptions): Ledger {
  const last = new Map<string, PipelineFacts>();
  let count = 0;
  const toNews = (facts: PipelineFacts, action: string, now: Instant): News => {
    count += 1;
    const { subject, data } = facts;
    const head = {
      id: stableId('ci.pipeline', host, place, subject, data.status, begun, count),
      source: `ci://${place}/${data.repo}`,
      subject,
      // A task that changed and a pull request that became known have no time of their own.
      time: facts.at === null || SINCE_NOW.includes(action) ? now : Math.min(facts.at, now),
      host,
    };
    return { facts, event: toEvent('ci.pipeline', head, { ...data, action: action === 'task' ? 'changed' : action }) };
  };
  return {
    news(facts, now) {
      return facts.flatMap((one) => {
        const kept = withPull(one, last.get(one.subject));
        const action = actionOf(kept, last.get(one.subject), { before: before.get(one.subject), begun });
        return action === null ? [] : [toNews(kept, action, now)];
      });
    },
    said(news) {
      for (const { facts } of news) last.set(facts.subject, facts);
    },
    keep(subjects) {
      for (const subject of last.keys()) if (!subjects.has(subject)) last.delete(subject);
    },
  };
}

const SINCE_NOW: readonly string[] = ['task', 'linked', GONE];

/** The pull request of a pushed branch stays with its pipelines when it is closed: that is no news about them. */
function withPull(facts: PipelineFacts, last: PipelineFacts | undefined): PipelineFacts {
  if (last === undefined || facts.data.pr !== 0) return facts;
  return { ...facts, data: { ...facts.data, pr: last.data.pr } };
}

interface Past {
  readonly before: string | undefined;
  readonly begun: Instant;
}

function actionOf(now: PipelineFacts, last: PipelineFacts | undefined, past: Past): string | null {
  if (last === undefined) return firstAction(now, past);
  if (now.data.status !== last.data.status) return now.data.status === GONE ? GONE : 'changed';
  if (now.data.started_at !== last.data.started_at || now.data.finished_at !== last.data.finished_at) return 'changed';
  if (alarm(now) !== alarm(last)) return 'task';
  return now.data.pr === last.data.pr ? null : 'linked';
}

function firstAction({ data, createdAt }: PipelineFacts, { before, begun }: Past): string | null {
  if (data.status === GONE) return before === undefined || before === GONE ? null : GONE;
  // The server counts in whole seconds.
  const isYoung = createdAt !== null && createdAt >= begun - (begun % SECOND);
  return isYoung || (before !== undefined && before !== data.status) ? 'changed' : 'observed';
}

/** That an agent took a task over is told by the status. */
const alarm = ({ data }: PipelineFacts): string => (['ghost', 'paused'].includes(data.task) ? data.task : '');
