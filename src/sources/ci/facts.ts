/** Event data of a pipeline, and what makes two of them the same news. Pure. */

import type { EventData } from '../../core/catalog/catalog.ts';
import { subjectOf } from '../../core/catalog/subject.ts';
import { isOpenStatus } from '../../core/ci-status.ts';
import { SECOND, toIso, type Instant } from '../../core/time.ts';
import { slugOfRepo } from '../../factory/names.ts';
import type { Picture } from '../../factory/picture.ts';
import type { CiPipeline, CiRepo } from '../../ports/ci.ts';
import { redInARow } from './canary.ts';
import { failedStep } from './failed-step.ts';
import { headOf, type Head } from './head.ts';
import { GONE, MAIN_EVENTS, mainRuns, type Table } from './table.ts';
import type { TaskSeen } from './task.ts';

export interface PipelineFacts {
  readonly subject: string;
  /** When it came to be as it is, by the server's clock; null when the server does not say. */
  readonly at: Instant | null;
  readonly createdAt: Instant | null;
  readonly data: Omit<EventData<'ci.pipeline'>, 'host' | 'action'>;
}

/** The facts of all pipelines of a table, lowest number first. */
export function factsOf(
  table: Table,
  picture: Picture,
  taskOf: (pipeline: CiPipeline) => TaskSeen,
): readonly PipelineFacts[] {
  const { repo } = table;
  const pipelines = table.all();
  const reds = redInARow(mainRuns(pipelines, repo.defaultBranch));
  const heads = new Map(pipelines.map((one) => [one, headOf(one, repo, picture)]));
  const newest = new Map(pipelines.map((one) => [lineOf(one, heads.get(one)), one]));
  return pipelines.map((one) => {
    const head = heads.get(one) ?? headOf(one, repo, picture);
    const latest = newest.get(lineOf(one, head)) === one;
    const { task, since } = taskOf(one);
    const red_in_a_row = reds.get(one.number) ?? 0;
    return toFacts(one, repo, { head, latest, red_in_a_row, task, task_since: toIso(since) });
  });
}

interface Placed {
  readonly head: Head;
  readonly latest: boolean;
  readonly red_in_a_row: number;
  readonly task: TaskSeen['task'];
  readonly task_since: string;
}

function toFacts(pipeline: CiPipeline, repo: CiRepo, { head, ...placed }: Placed): PipelineFacts {
  const { number, status, startedAt, finishedAt } = pipeline;
  const failed = failedStep(pipeline);
  const data = {
    repo: repo.repo,
    repo_slug: slugOfRepo(repo.repo),
    author: pipeline.author,
    number,
    ...head,
    sha: pipeline.sha,
    event: pipeline.event,
    status,
    created_at: toIso(pipeline.createdAt),
    started_at: toIso(startedAt),
    finished_at: toIso(finishedAt),
    queued_at: toIso(queuedAt(pipeline)),
    duration_s: startedAt === null || finishedAt === null ? 0 : Math.max(0, finishedAt - startedAt) / SECOND,
    default_branch: head.base === '' && head.branch === repo.defaultBranch && MAIN_EVENTS.includes(pipeline.event),
    rerun_of: pipeline.parent,
    superseded_by: pipeline.supersededBy,
    failed_step: failed.name,
    exit_code: failed.exitCode,
    infra: failed.infra,
    ...placed,
  };
  return { subject: subjectOf('ci.pipeline', data), at: timeOf(pipeline), createdAt: pipeline.createdAt, data };
}

/** Pipelines on one line follow each other: those of a pull request or branch, for one event. */
function lineOf({ event, ref }: CiPipeline, head: Head | undefined): string {
  const place = head === undefined || head.branch === '' ? ref : head.branch;
  return `${event} ${head?.pr === 0 ? place : (head?.pr ?? place)}`;
}

/** What had to be approved could not run before. */
function queuedAt({ createdAt, reviewedAt }: CiPipeline): Instant | null {
  return createdAt === null || reviewedAt === null ? createdAt : Math.max(createdAt, reviewedAt);
}

function timeOf(pipeline: CiPipeline): Instant | null {
  if (pipeline.status === GONE) return null;
  if (!isOpenStatus(pipeline.status)) return pipeline.finishedAt ?? pipeline.updatedAt;
  return pipeline.status === 'running' ? (pipeline.startedAt ?? pipeline.updatedAt) : queuedAt(pipeline);
}
