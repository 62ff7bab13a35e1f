/** The `.git` of a working folder: a folder, or a file that says where it is. */

import { join, resolve } from 'node:path';
import type { Files, FileSight, Listing } from '../../ports/files.ts';

export interface GitFolder {
  readonly path: string;
  /** What lies directly in it. */
  readonly entries: readonly FileSight[];
}

const MOST_BYTES = 4096;

/** Finds it from what lies in the working folder; null when there is none that can be read. */
export async function findGitFolder(
  files: Files,
  folder: string,
  entries: readonly FileSight[],
): Promise<GitFolder | null> {
  const git = entries.find((entry) => entry.name === '.git');
  if (git === undefined) return null;
  const path = git.what === 'folder' ? join(folder, '.git') : await readPointer(files, folder);
  if (path === null) return null;
  const listing: Listing = await files.list(path, () => true);
  return listing.seen ? { path, entries: listing.files } : null;
}

async function readPointer(files: Files, folder: string): Promise<string | null> {
  const reading = await files.read(join(folder, '.git'), MOST_BYTES);
  const match = reading.got === 'text' ? /^gitdir: (.+)$/m.exec(reading.text) : null;
  return match === null ? null : resolve(folder, match[1] ?? '');
}

/** The branch that `HEAD` names, `''` when it is a commit; null when it cannot be read. */
export async function readBranch(files: Files, git: GitFolder): Promise<string | null> {
  const reading = await files.read(join(git.path, 'HEAD'), MOST_BYTES);
  if (reading.got !== 'text') return null;
  return /^ref: refs\/heads\/(.+)$/m.exec(reading.text)?.[1] ?? '';
}
