/** Transcripts of agents on disk: when the one of a working folder or of a session was last written, and whose turn it is. */

import { join } from 'node:path';
import type { Instant } from '../../core/time.ts';
import type { Files, FileSight } from '../../ports/files.ts';
import { parseTurn, transcriptFolder, type Turn } from './transcript.ts';

export interface TranscriptSeen {
  readonly turn: Turn;
  readonly at: Instant;
}

/** The last message of a long answer may be large. */
const TAIL_BYTES = 256 * 1024;

/** The newest transcript of a working folder below any of Claude's folders; null when there is none that can be read. */
export async function readNewest(
  files: Files,
  claudeFolders: readonly string[],
  folder: string,
): Promise<TranscriptSeen | null> {
  const [newest] = (await list(files, claudeFolders, folder)).toSorted((a, b) => b.modified - a.modified);
  if (newest === undefined) return null;
  const reading = await files.tail(newest.path, TAIL_BYTES);
  const turn = reading.got === 'text' ? parseTurn(reading.text) : null;
  return turn === null ? null : { turn, at: newest.modified };
}

/** When the transcript of a session in a working folder was last written; 0 when there is none. */
export async function lastWritten(
  files: Files,
  claudeFolders: readonly string[],
  folder: string,
  sessionId: string,
): Promise<Instant> {
  if (sessionId === '') return 0;
  const found = (await list(files, claudeFolders, folder)).find((file) => file.name === `${sessionId}.jsonl`);
  return found?.modified ?? 0;
}

async function list(
  files: Files,
  claudeFolders: readonly string[],
  folder: string,
): Promise<readonly (FileSight & { readonly path: string })[]> {
  const paths = claudeFolders.map((claude) => join(claude, 'projects', transcriptFolder(folder)));
  const listings = await Promise.all(paths.map((path) => files.list(path, (name) => name.endsWith('.jsonl'))));
  return listings.flatMap((listing, i) =>
    listing.seen ? listing.files.map((file) => ({ ...file, path: join(paths[i] ?? '', file.name) })) : [],
  );
}
