/** What is known of the pipelines of one repository. A reading that is older than what is known changes nothing. */

import { isOpenStatus } from '../../core/ci-status.ts';
import type { Instant } from '../../core/time.ts';
import type { CiPipeline, CiRepo } from '../../ports/ci.ts';

export interface Table {
  readonly repo: CiRepo;
  /** Takes readings in, in any order. */
  take(readings: readonly CiPipeline[]): void;
  /** The server no longer has it. */
  lose(number: number): void;
  get(number: number): CiPipeline | null;
  /** By number, lowest first. */
  all(): readonly CiPipeline[];
  /** Numbers of those that something still follows. */
  open(): readonly number[];
  /** 0 when nothing is known. */
  highest(): number;
  /** Drops what ended before an instant, but for the last runs of the default branch. */
  forget(before: Instant): void;
}

/** What a pipeline is once the server has lost it. */
export const GONE = 'gone';
/** How many runs of the default branch are looked at, however old they are. */
export const MAIN_RUNS = 5;

/** A table that knows nothing. */
export function createTable(repo: CiRepo): Table {
  let known = new Map<number, CiPipeline>();
  const all = (): readonly CiPipeline[] => [...known.values()].toSorted((a, b) => a.number - b.number);
  return {
    repo,
    take(readings) {
      for (const reading of readings) {
        const before = known.get(reading.number);
        if (before === undefined || !isOlder(reading, before)) known.set(reading.number, merge(reading, before));
      }
    },
    lose(number) {
      known.set(number, { ...(known.get(number) ?? NOTHING), number, status: GONE });
    },
    get: (number) => known.get(number) ?? null,
    all,
    open: () => [...known.values()].filter(isFollowed).map((one) => one.number),
    highest: () => Math.max(0, ...known.keys()),
    forget(before) {
      const main = new Set(mainRuns(all(), repo.defaultBranch).slice(-MAIN_RUNS));
      const kept = all().filter((one) => isFollowed(one) || main.has(one) || endOf(one) >= before);
      // The highest number tells how far down a look has to read.
      const newest = all().slice(-1);
      known = new Map([...kept, ...newest].map((one) => [one.number, one]));
    },
  };
}

/** A pipeline of which nothing is known but its number. */
const NOTHING: Omit<CiPipeline, 'number'> = {
  status: GONE,
  event: '',
  author: '',
  sha: '',
  branch: '',
  ref: '',
  refspec: '',
  fromFork: false,
  parent: 0,
  supersededBy: 0,
  createdAt: null,
  updatedAt: null,
  startedAt: null,
  finishedAt: null,
  reviewedAt: null,
  workflows: null,
};

/** Pipelines of a branch itself, not of the pull requests that go to it. */
export function mainRuns(pipelines: readonly CiPipeline[], branch: string): readonly CiPipeline[] {
  return pipelines.filter((one) => one.branch === branch && MAIN_EVENTS.includes(one.event));
}

/** Events of which the pipelines of the default branch are made. */
export const MAIN_EVENTS: readonly string[] = ['push', 'cron', 'manual'];

const isFollowed = ({ status }: CiPipeline): boolean => status !== GONE && isOpenStatus(status);

/** What has ended does not begin again: a restart is another number. */
function isOlder(reading: CiPipeline, known: CiPipeline): boolean {
  if (known.status === GONE) return false;
  if (!isOpenStatus(known.status) && isOpenStatus(reading.status)) return true;
  return reading.updatedAt !== null && known.updatedAt !== null && reading.updatedAt < known.updatedAt;
}

/** A list does not tell workflows; they are those that were read before, as long as nothing has happened since. */
function merge(reading: CiPipeline, before: CiPipeline | undefined): CiPipeline {
  if (reading.workflows !== null || before?.status !== reading.status) return reading;
  return { ...reading, workflows: before.workflows };
}

function endOf({ finishedAt, updatedAt, createdAt }: CiPipeline): Instant {
  return finishedAt ?? updatedAt ?? createdAt ?? 0;
}
