/** What a reactor wrote into its ops repo. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Page {
  /** `supervisor-restart-loop-foreign-harb-anvil.md` */
  readonly name: string;
  readonly text: string;
}

export interface Pages {
  /** Items in a folder of the vault, `pending` when not given. */
  vaultItems(folder?: 'pending' | 'withdrawn'): readonly Page[];
  /** The pages of the journal, one after another. */
  journal(): string;
  /** Lines of the journal about findings, as they begin and as they end. */
  journalLines(): readonly string[];
  incidents(): readonly Page[];
}

/** Reads the ops repo in a folder, as it is at each call. */
export function readPages(ops: string): Pages {
  const journal = (): string =>
    readFolder(join(ops, 'journal/supervisor'))
      .map(({ text }) => text)
      .join('\n');
  return {
    vaultItems: (folder = 'pending') => readFolder(join(ops, 'vault', folder)),
    journal,
    journalLines: () =>
      journal()
        .split('\n')
        .filter((line) => /^- \[P\d\] /.test(line)),
    incidents: () => readFolder(join(ops, 'incidents')),
  };
}

/** Without what is hidden: a file that is being written is. */
function readFolder(folder: string): readonly Page[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.md') && !name.startsWith('.'))
    .toSorted()
    .flatMap((name) => readPage(folder, name));
}

/** None when it was moved on since its folder was listed. */
function readPage(folder: string, name: string): readonly Page[] {
  try {
    return [{ name, text: readFileSync(join(folder, name), 'utf8') }];
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
