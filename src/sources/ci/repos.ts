/** Which repositories are watched, as the server knows them. */

import { forgeOf } from '../../core/repo-name.ts';
import { CiError, type Ci, type CiAnswer, type CiRepo, type WantedRepo } from '../../ports/ci.ts';
import type { Sight } from './sight.ts';
import { createTable, type Table } from './table.ts';

export interface Repos {
  /** Asks the server about those that it has not told about, or about all of them. Resolves with whether one is new. Rejects when nobody answers. */
  resolve(all: boolean, signal: AbortSignal): Promise<boolean>;
  tables(): readonly Table[];
  byId(id: number): Table | null;
  byName(repo: string): Table | null;
  /** Asks about it again at the next look: its pipelines could not be read. */
  doubt(table: Table): void;
}

/** Repositories that nobody has asked about yet. */
export function createRepos(ci: Ci, wanted: readonly WantedRepo[], sight: Sight): Repos {
  const found = new Map<WantedRepo, Table>();
  const doubted = new Set<WantedRepo>(wanted);
  const note = (one: WantedRepo, flaw: string): void =>
    sight.note('pipelines', one.repo === '' ? `repository ${one.id}` : one.repo, flaw);

  const ask = async (one: WantedRepo, signal: AbortSignal): Promise<boolean> => {
    const answer = await findRepo(ci, one, signal);
    note(one, answer.got === 'value' ? '' : answer.reason);
    if (answer.got !== 'value') return false;
    doubted.delete(one);
    const before = found.get(one);
    if (before !== undefined && isSame(before.repo, answer.value)) return false;
    found.set(one, createTable(answer.value));
    return before?.repo.id !== answer.value.id;
  };
  return {
    async resolve(all, signal) {
      let isNew = false;
      for (const one of all ? wanted : [...doubted]) {
        try {
          isNew = (await ask(one, signal)) || isNew;
        } catch (error) {
          if (!(error instanceof CiError) || !error.reached) throw error;
          note(one, error.message);
        }
      }
      return isNew;
    },
    tables: () => [...found.values()],
    byId: (id) => [...found.values()].find((table) => table.repo.id === id) ?? null,
    byName: (repo) => [...found.values()].find((table) => table.repo.repo === repo) ?? null,
    doubt(table) {
      for (const [one, known] of found) if (known === table) doubted.add(one);
    },
  };
}

/** The name wins: numbers in configuration files are often those of another server. Of another forge the number alone is known here. */
async function findRepo(ci: Ci, { repo, id }: WantedRepo, signal: AbortSignal): Promise<CiAnswer<CiRepo>> {
  if (repo === '') return ci.repoById(id ?? 0, signal);
  if (forgeOf(repo) !== '') {
    const byId = await ci.repoById(id ?? 0, signal);
    return byId.got === 'value' ? { ...byId, value: { ...byId.value, repo } } : byId;
  }
  const byName = await ci.repoByName(repo, signal);
  return byName.got === 'missing' && id !== null ? ci.repoById(id, signal) : byName;
}

const isSame = (a: CiRepo, b: CiRepo): boolean =>
  a.id === b.id && a.repo === b.repo && a.defaultBranch === b.defaultBranch;
