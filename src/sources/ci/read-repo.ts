/** A look at the pipelines of one repository: what is new, what is open, and what became of what was open. */

import { isRed } from '../../core/ci-status.ts';
import { inParallel } from '../../core/in-parallel.ts';
import { DAY, HOUR, type Instant, type Millis } from '../../core/time.ts';
import type { Ci, CiAnswer, CiPage, CiPipeline, PageRequest } from '../../ports/ci.ts';
import { MAIN_EVENTS, MAIN_RUNS, type Table } from './table.ts';

export interface RepoReading {
  readonly ci: Ci;
  readonly table: Table;
  readonly now: Instant;
  /** Reads the whole last day, and not only what is newer than what is known. */
  readonly full: boolean;
  /** Pipelines that were open when the log last heard of them. */
  readonly openBefore: readonly number[];
  readonly signal: AbortSignal;
}

/** How far back finished pipelines are of interest. */
const HORIZON: Millis = DAY;
/** Two thousand pipelines a day; more are not looked through. */
const MOST_PAGES = 40;
/** With more open ones than this out of sight, lists are cheaper than one question each. */
const FEW = 8;
/** One question each, in one look; the next look goes on. */
const MOST_SINGLE = 100;
const AT_ONCE = 4;
/** Which step failed is asked of what failed this recently. */
const TELL_STEPS: Millis = 6 * HOUR;
const MOST_STEPS = 20;
const OPEN_STATUSES = ['running', 'pending', 'blocked'] as const;

/** Reads into the table. Resolves with why it could not be seen, `''` when it could; rejects with a CiError. */
export async function readRepo(reading: RepoReading): Promise<string> {
  const { table, full, now, openBefore } = reading;
  const seen = new Set<number>();
  const known = table.highest();
  const wantsMore = (page: readonly CiPipeline[]): boolean =>
    full || known === 0 ? isSince(page, now - HORIZON) : !page.some(({ number }) => number <= known);
  const flaw = await readPages(reading, seen, {}, wantsMore);
  if (flaw !== '') return flaw;
  const missing = (): readonly number[] => {
    const unread = openBefore.filter((number) => table.get(number) === null);
    return [...table.open(), ...unread].filter((number) => !seen.has(number));
  };
  if (full || missing().length > FEW) await readOpen(reading, seen);
  if (full) await readMain(reading);
  await readSingle(reading, missing().slice(0, MOST_SINGLE));
  await readSteps(reading);
  table.forget(now - 2 * HORIZON);
  return '';
}

function isSince(page: readonly CiPipeline[], horizon: Instant): boolean {
  return (page.at(-1)?.createdAt ?? 0) >= horizon;
}

/** Pages until one is the last or enough was seen. While they are read, new pipelines push old ones down: some come twice, none is passed over. */
async function readPages(
  { ci, table, signal }: RepoReading,
  seen: Set<number>,
  request: Omit<PageRequest, 'page'>,
  wantsMore: (page: readonly CiPipeline[]) => boolean,
): Promise<string> {
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const answer = await ci.pipelines(table.repo.id, { ...request, page }, signal);
    if (answer.got !== 'value') return answer.reason;
    const { pipelines, isLast } = answer.value;
    table.take(pipelines);
    for (const { number } of pipelines) seen.add(number);
    if (isLast || !wantsMore(pipelines)) return '';
  }
  return `more than ${MOST_PAGES} pages of pipelines in a day: the oldest were not read`;
}

async function readOpen(reading: RepoReading, seen: Set<number>): Promise<void> {
  for (const status of OPEN_STATUSES) await readPages(reading, seen, { status }, () => true);
}

async function readMain({ ci, table, signal }: RepoReading): Promise<void> {
  const { id, defaultBranch } = table.repo;
  if (defaultBranch === '') return;
  const request = { page: 1, perPage: MAIN_RUNS, branch: defaultBranch, events: MAIN_EVENTS };
  const answer: CiAnswer<CiPage> = await ci.pipelines(id, request, signal);
  if (answer.got === 'value') table.take(answer.value.pipelines);
}

/** What is missing now is gone: the repository itself was seen a moment ago. */
async function readSingle({ ci, table, signal }: RepoReading, numbers: readonly number[]): Promise<void> {
  await inParallel(numbers, AT_ONCE, async (number) => {
    const answer = await ci.pipeline(table.repo.id, number, signal);
    if (answer.got === 'value') table.take([answer.value]);
    if (answer.got === 'missing') table.lose(number);
  });
}

async function readSteps(reading: RepoReading): Promise<void> {
  const { table, now } = reading;
  const unread = table
    .all()
    .filter(({ status, workflows }) => (isRed(status) || status === 'killed') && workflows === null)
    .filter(({ finishedAt }) => (finishedAt ?? 0) > now - TELL_STEPS);
  const newest = unread.slice(-MOST_STEPS).map(({ number }) => number);
  await inParallel(newest, AT_ONCE, async (number) => {
    const answer = await reading.ci.pipeline(table.repo.id, number, reading.signal);
    if (answer.got === 'value') table.take([answer.value]);
  });
}
