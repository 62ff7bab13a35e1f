/** Rule packs on disk. */

import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { messageOf } from '../core/errors.ts';
import type { AnyEvent } from '../core/event.ts';

export interface RuleText {
  readonly file: string;
  readonly text: string;
}

/** The `*.toml` files directly in a folder, by name; null when there is no such folder. Rejects when one cannot be read, and names it. */
export async function readRuleFolder(folder: string): Promise<readonly RuleText[] | null> {
  const names = await namesIn(folder);
  if (names === null) return null;
  // Editors leave `.#core.toml` beside a file that is being edited, a link to nothing.
  const wanted = names.filter((name) => name.endsWith('.toml') && !name.startsWith('.')).toSorted();
  return Promise.all(wanted.map(async (name) => ({ file: shown(folder, name), text: await readPack(folder, name) })));
}

/** The events of a recording, one JSON object a line; `file` is a path beside the test file. Throws what is wrong with it. */
export function readRecording(testFile: string, file: string): readonly AnyEvent[] {
  const lines = readFileSync(resolve(dirname(testFile), file), 'utf8').split('\n');
  return lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as AnyEvent);
}

async function readPack(folder: string, name: string): Promise<string> {
  try {
    return await readFile(join(folder, name), 'utf8');
  } catch (error) {
    throw new Error(`${name}: ${messageOf(error)}`, { cause: error });
  }
}

/** `rules/core.toml` from where people stand, its folder's name and its own when that would climb out. */
function shown(folder: string, name: string): string {
  const path = relative(process.cwd(), join(folder, name));
  return path.startsWith('..') ? join(basename(folder), name) : path;
}

async function namesIn(folder: string): Promise<readonly string[] | null> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
