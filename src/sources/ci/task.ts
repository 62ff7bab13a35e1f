/** Whether an agent really has what is said to be pending or running. A pipeline can be "running" for ever. */

import { SECOND, type Instant, type Millis } from '../../core/time.ts';
import type { CiPipeline, CiQueue } from '../../ports/ci.ts';

export type Task = 'assigned' | 'queued' | 'paused' | 'ghost' | '';

const IN_QUEUE: readonly string[] = ['pending', 'running'];

/** By one look at the queue; `ghost` here is a suspicion, for queue and pipeline are not read at the same moment. Null: the queue could not be read. */
export function taskOf(pipeline: CiPipeline, repoId: number, queue: CiQueue | null): Task {
  if (queue === null || !IN_QUEUE.includes(pipeline.status)) return '';
  const tasks = [...queue.running, ...queue.waiting];
  // Old servers do not say which pipeline a task belongs to.
  if (tasks.some((task) => task.repoId === 0)) return '';
  const isOurs = (task: { readonly repoId: number; readonly number: number }): boolean =>
    task.repoId === repoId && task.number === pipeline.number;
  if (queue.running.some((task) => isOurs(task) && task.agentId > 0)) return 'assigned';
  if (queue.waiting.some(isOurs)) return queue.paused ? 'paused' : 'queued';
  return 'ghost';
}

/** Queue and pipelines are read one after the other: a ghost is one that was suspected for so long, in the same status. */
const LONG_ENOUGH: Millis = 45 * SECOND;

/** Tasks over several looks. */
export interface Tasks {
  /** Takes note of a look; `key` names the pipeline. */
  note(key: string, noted: Noted): void;
  of(key: string, status: string): TaskSeen;
  /** Keeps what these keys name. */
  keep(keys: ReadonlySet<string>): void;
}

export interface TaskSeen {
  readonly task: Task;
  /** When a ghost was first suspected to be one; null for anything else. */
  readonly since: Instant | null;
}

export interface Noted {
  readonly status: string;
  readonly task: Task;
  readonly at: Instant;
}

const NOBODY_KNOWS: TaskSeen = { task: '', since: null };

/** Tasks that nobody has looked at yet. */
export function createTasks(): Tasks {
  const noted = new Map<string, Noted & { readonly since: Instant }>();
  return {
    note(key, now) {
      const before = noted.get(key);
      const isSame = before?.status === now.status && before.task === now.task;
      noted.set(key, { ...now, since: isSame ? before.since : now.at });
    },
    of(key, status) {
      const last = noted.get(key);
      if (last === undefined || last.status !== status) return NOBODY_KNOWS;
      if (last.task !== 'ghost') return { task: last.task, since: null };
      return last.at - last.since < LONG_ENOUGH ? NOBODY_KNOWS : { task: last.task, since: last.since };
    },
    keep(keys) {
      for (const key of noted.keys()) if (!keys.has(key)) noted.delete(key);
    },
  };
}
