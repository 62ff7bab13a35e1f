/** One look at the server: repositories, queue, pipelines, agents. What could not be read is named, and what was known of it stays. */

import { MINUTE, type Instant, type Millis } from '../../core/time.ts';
import { CiError, type Ci, type CiAnswer, type CiQueue } from '../../ports/ci.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Agents } from './agents.ts';
import { readRepo } from './read-repo.ts';
import type { Repos } from './repos.ts';
import type { Sight } from './sight.ts';
import type { Table } from './table.ts';
import { taskOf, type Tasks } from './task.ts';

export interface LookParts {
  readonly ci: Ci;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly sight: Sight;
  readonly repos: Repos;
  readonly agents: Agents;
  readonly tasks: Tasks;
  /** Numbers of pipelines that were open when the log last heard of them, by repository. */
  readonly openBefore: ReadonlyMap<string, readonly number[]>;
}

export interface Looked {
  /** A repository is watched that was not before. */
  readonly isNew: boolean;
}

export interface Look {
  /** Looks; `full` reads the whole last day. Rejects with a CiError when nobody answers at all. */
  run(full: boolean): Promise<Looked>;
  /** The server's version, `''` until it said it. */
  version(): string;
}

/** However little there is to see, everything is read again this often. */
const FULL_EVERY: Millis = 20 * MINUTE;

/** A look that has seen nothing. */
export function createLook(parts: LookParts): Look {
  const { ci, clock, signal, sight, repos, agents } = parts;
  const fullAt = new WeakMap<Table, Instant>();
  let version = '';

  const readVersion = async (): Promise<void> => {
    const answer = await ask(sight, 'server', () => ci.version(signal));
    version = answer ?? version;
  };
  const lookAt = async (table: Table, forced: boolean, queue: CiQueue | null): Promise<void> => {
    const now = clock.monotonic();
    const full = forced || now - (fullAt.get(table) ?? Number.NEGATIVE_INFINITY) >= FULL_EVERY;
    const flaw = await readTable(parts, table, full);
    sight.note('pipelines', table.repo.repo, flaw);
    if (flaw !== '') return repos.doubt(table);
    if (full) fullAt.set(table, now);
    return noteTasks(parts, table, queue);
  };
  return {
    async run(full) {
      if (full || version === '') await readVersion();
      const isNew = await repos.resolve(full, signal);
      const queue = await ask(sight, 'queue', () => ci.queue(signal));
      for (const table of repos.tables()) await lookAt(table, full, queue);
      await ask(sight, 'agents', () => agents.read(clock.now(), signal));
      return { isNew };
    },
    version: () => version,
  };
}

/** The key of a pipeline among all repositories. */
export const keyOf = (table: Table, number: number): string => `${table.repo.id}/${number}`;

/** Asks for something that is not vital; null when it was not told, and then the sight knows why. */
async function ask<T>(sight: Sight, name: string, question: () => Promise<CiAnswer<T>>): Promise<T | null> {
  try {
    const answer = await question();
    sight.note('extras', name, answer.got === 'value' ? '' : answer.reason);
    return answer.got === 'value' ? answer.value : null;
  } catch (error) {
    sight.note('extras', name, whatItSaid(error));
    return null;
  }
}

async function readTable(parts: LookParts, table: Table, full: boolean): Promise<string> {
  const { ci, clock, signal, openBefore } = parts;
  try {
    const open = openBefore.get(table.repo.repo) ?? [];
    return await readRepo({ ci, table, now: clock.now(), full, openBefore: open, signal });
  } catch (error) {
    return whatItSaid(error);
  }
}

/** The complaint of a server that answered; throws when nobody did, for then the whole look is over. */
function whatItSaid(error: unknown): string {
  if (!(error instanceof CiError) || !error.reached) throw error;
  return error.message;
}

function noteTasks({ tasks, clock }: LookParts, table: Table, queue: CiQueue | null): void {
  const at = clock.now();
  for (const number of table.open()) {
    const one = table.get(number);
    if (one === null) continue;
    tasks.note(keyOf(table, number), { status: one.status, task: taskOf(one, table.repo.id, queue), at });
  }
}
