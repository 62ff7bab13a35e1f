/** What the event log last heard of pipelines, for the time in which nobody looked. */

import { isOpenStatus } from '../../core/ci-status.ts';
import type { EventLog } from '../../ports/store.ts';
import { GONE } from './table.ts';

export interface History {
  /** Status by subject. */
  readonly status: ReadonlyMap<string, string>;
  /** Numbers of those that were open, by repository. */
  readonly open: ReadonlyMap<string, readonly number[]>;
}

/** Reads the newest event of every pipeline of a box. */
export function readHistory(latest: EventLog['latest'], host: string): History {
  const status = new Map<string, string>();
  const open = new Map<string, number[]>();
  for (const event of latest('ci.pipeline')) {
    if (event.kind !== 'ci.pipeline' || event.host !== host) continue;
    const { repo, number } = event.data;
    status.set(event.subject, event.data.status);
    if (event.data.status === GONE || !isOpenStatus(event.data.status)) continue;
    const numbers = open.get(repo);
    if (numbers === undefined) open.set(repo, [number]);
    else numbers.push(number);
  }
  return { status, open };
}
