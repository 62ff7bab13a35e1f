/** An ops repo in memory, which can die or refuse at a given change. */

import { OpsRepoError, type OpsRepo, type OpsRepoFault } from '../../src/ports/ops-repo.ts';

/** What the process would be when it died: the test begins again with the same files. */
class Crash extends Error {}

export interface MemoryOpsRepo extends OpsRepo {
  readonly files: Map<string, string>;
  /** How many changes there were. */
  changes(): number;
  /** Dies at the n-th change from now, counted from 1, before it or right after it. */
  dieAt(n: number, when: 'before' | 'after'): void;
  /** From now on every change is refused; null ends it. */
  refuse(fault: OpsRepoFault | null): void;
}

/** An empty one, or one with these files. */
export function memoryOpsRepo(start: Readonly<Record<string, string>> = {}): MemoryOpsRepo {
  const files = new Map(Object.entries(start));
  let count = 0;
  let death: { readonly at: number; readonly when: 'before' | 'after' } | null = null;
  let refused: OpsRepoFault | null = null;

  const change = (work: () => void): void => {
    if (refused !== null) throw new OpsRepoError(refused, `refused: ${refused}`);
    const dies = death?.at === count + 1 ? death.when : null;
    if (dies !== null) death = null;
    if (dies === 'before') throw new Crash(`before change ${count + 1}`);
    work();
    count += 1;
    if (dies === 'after') throw new Crash(`after change ${count}`);
  };

  return {
    files,
    changes: () => count,
    dieAt: (n, when) => {
      death = { at: count + n, when };
    },
    refuse: (fault) => {
      refused = fault;
    },
    read: async (path) => files.get(checked(path)) ?? null,
    write: async (path, text, expected) =>
      change(() => {
        if ((files.get(checked(path)) ?? null) !== expected) throw new OpsRepoError('changed', `${path} was changed`);
        files.set(path, text);
      }),
    rename: async (from, to) =>
      change(() => {
        const text = files.get(checked(from));
        if (text === undefined) throw new OpsRepoError('missing', `${from} is not there`);
        if (files.has(checked(to))) throw new OpsRepoError('exists', `${to} is there already`);
        files.set(to, text);
        files.delete(from);
      }),
    list: async (folder) => {
      const head = folder === '' ? '' : `${checked(folder)}/`;
      return [...files.keys()]
        .filter((path) => path.startsWith(head))
        .map((path) => path.slice(head.length))
        .filter((name) => !name.includes('/') && !name.startsWith('.'))
        .toSorted();
    },
    isWritable: async () => refused === null,
  };
}

/** Does it, and once more when it dies; says how often it died. */
export async function survive(work: () => Promise<unknown>): Promise<number> {
  try {
    await work();
    return 0;
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
    return 1 + (await survive(work));
  }
}

function checked(path: string): string {
  const isPlain = path.split('/').every((part) => !['', '.', '..'].includes(part)) && !/[\0\\]/.test(path);
  if (!isPlain) throw new OpsRepoError('outside', `${JSON.stringify(path)} is no path below the root`);
  return path;
}
