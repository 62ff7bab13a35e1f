/** What Woodpecker's JSON says, in the words of the port. Only the fields that are used are read; others may come and go. */

import { z } from 'zod';
import { SECOND, type Instant } from '../core/time.ts';
import type { CiAgent, CiHint, CiPipeline, CiQueue, CiRepo, CiTask } from '../ports/ci.ts';

const text = z.string().catch('');
const count = z.int().nonnegative().catch(0);
const flag = z.boolean().catch(false);
/** Unix seconds; 0 stands for never. */
const seconds = count.transform((at): Instant | null => (at === 0 ? null : at * SECOND));
/** A word out of a closed alphabet: it may stand in a nudge. */
const word = z.stringFormat('word', /^[a-z][a-z_]{0,39}$/).catch('');
const sha = z.stringFormat('sha', /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/).catch('');
const id = z.int().positive();

/** A list of which what makes no sense is left out; Go writes null for an empty one. */
const listOf = <T>(item: z.ZodType<T>) =>
  z
    .array(z.unknown())
    .nullish()
    .transform((all) => (all ?? []).flatMap((one) => valuesOf(item.safeParse(one))));

const valuesOf = <T>(parsed: z.ZodSafeParseResult<T>): readonly T[] => (parsed.success ? [parsed.data] : []);

const REPO = z
  .object({ id, full_name: z.stringFormat('repo', /^[\w.-]{1,100}\/[\w.-]{1,100}$/), default_branch: text })
  .transform((repo): CiRepo => ({ id: repo.id, repo: repo.full_name, defaultBranch: repo.default_branch }));

const STEP = z
  .object({ name: text, state: word, type: text, exit_code: z.int().catch(0) })
  .transform((step) => ({ name: step.name, status: step.state, type: step.type, exitCode: step.exit_code }));

const WORKFLOW = z
  .object({ name: text, state: word, agent_id: count, children: listOf(STEP) })
  .transform((flow) => ({ name: flow.name, status: flow.state, agentId: flow.agent_id, steps: flow.children }));

const PIPELINE = z
  .object({
    number: id,
    status: word,
    event: word,
    author: text,
    commit: sha,
    branch: text,
    ref: text,
    refspec: text,
    from_fork: flag,
    parent: count,
    cancel_info: z.object({ superseded_by: count }).nullish().catch(null),
    created: seconds,
    updated: seconds,
    started: seconds,
    finished: seconds,
    reviewed: seconds,
    workflows: listOf(WORKFLOW).optional(),
  })
  .transform((seen): CiPipeline => ({
    number: seen.number,
    status: seen.status,
    event: seen.event,
    author: seen.author,
    sha: seen.commit,
    branch: seen.branch,
    ref: seen.ref,
    refspec: seen.refspec,
    fromFork: seen.from_fork,
    parent: seen.parent,
    supersededBy: seen.cancel_info?.superseded_by ?? 0,
    createdAt: seen.created,
    updatedAt: seen.updated,
    startedAt: seen.started,
    finishedAt: seen.finished,
    reviewedAt: seen.reviewed,
    workflows: seen.workflows ?? null,
  }));

/** Woodpecker 2 called the times `created_at`, `started_at` and so on. */
const AGES = ['created', 'updated', 'started', 'finished', 'reviewed'] as const;

const withNewNames = (raw: unknown): unknown => {
  if (typeof raw !== 'object' || raw === null || !('created_at' in raw) || 'created' in raw) return raw;
  const old = raw as Readonly<Record<string, unknown>>;
  return { ...raw, ...Object.fromEntries(AGES.map((name) => [name, old[`${name}_at`]])) };
};

const ANY_PIPELINE = z.preprocess(withNewNames, PIPELINE);

const AGENT = z
  .object({ id, name: text, created: seconds, last_contact: seconds, no_schedule: flag, version: text })
  .transform((agent): CiAgent => ({
    id: agent.id,
    name: agent.name,
    createdAt: agent.created,
    lastContact: agent.last_contact,
    noSchedule: agent.no_schedule,
    version: agent.version,
  }));

const TASK = z
  .object({ repo_id: count, pipeline_number: count, agent_id: count })
  .transform((task): CiTask => ({ repoId: task.repo_id, number: task.pipeline_number, agentId: task.agent_id }));

const QUEUE = z
  .object({
    paused: flag,
    pending: listOf(TASK),
    waiting_on_deps: listOf(TASK),
    running: listOf(TASK),
    stats: z.object({ worker_count: count }),
  })
  .transform((queue): CiQueue => ({
    paused: queue.paused,
    waiting: [...queue.pending, ...queue.waiting_on_deps],
    running: queue.running,
  }));

const MESSAGE = z
  .object({ repo: z.object({ id }), pipeline: z.object({ number: id, status: word }) })
  .transform(({ repo, pipeline }): CiHint => ({
    type: 'pipeline',
    repoId: repo.id,
    number: pipeline.number,
    status: pipeline.status,
  }));

/** A repository; null when the JSON is none. */
export const toRepo = (json: unknown): CiRepo | null => REPO.safeParse(json).data ?? null;

/** A pipeline with its workflows, an empty list when it has none; null when the JSON is none. */
export function toPipeline(json: unknown): CiPipeline | null {
  const seen = ANY_PIPELINE.safeParse(json).data;
  return seen === undefined ? null : { ...seen, workflows: seen.workflows ?? [] };
}

/** A list as it came: what makes no sense is left out of the values, and still counts when pages are filled. */
export interface Listed<T> {
  readonly values: readonly T[];
  readonly count: number;
}

/** Pipelines as a list shows them; null when the JSON is no list. */
export const toPipelines = (json: unknown): Listed<CiPipeline> | null => listed(json, ANY_PIPELINE);

/** Agents without their tokens; null when the JSON is no list. */
export const toAgents = (json: unknown): Listed<CiAgent> | null => listed(json, AGENT);

/** The queue; null when the JSON is none. */
export const toQueue = (json: unknown): CiQueue | null => QUEUE.safeParse(json).data ?? null;

/** What a message of the stream hints at; null when it makes no sense. */
export const toHint = (json: unknown): CiHint | null => MESSAGE.safeParse(json).data ?? null;

function listed<T>(json: unknown, item: z.ZodType<T>): Listed<T> | null {
  if (!Array.isArray(json)) return null;
  return { values: json.flatMap((one) => valuesOf(item.safeParse(one))), count: json.length };
}

/** The version out of `/version`, `''` when it is not there. */
export const toVersion = (json: unknown): string => z.object({ version: text }).safeParse(json).data?.version ?? '';
