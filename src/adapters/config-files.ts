/** The files that configuration is read from. Synchronous: nothing else runs before it is known. */

import { readdirSync, readFileSync } from 'node:fs';

interface ConfigFiles {
  read(path: string): string | null;
  list(folder: string): readonly string[];
}

/** Reads text files and lists folders; what is not there is null or empty, everything else throws. */
export function openConfigFiles(): ConfigFiles {
  return {
    read: (path) => unlessMissing(() => readFileSync(path, 'utf8'), null),
    list: (folder) => unlessMissing(() => readdirSync(folder), []),
  };
}

function unlessMissing<T>(read: () => T, missing: T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return missing;
    throw error;
  }
}
