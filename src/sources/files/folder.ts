/** The phase files and locks of one folder, as last read: each look reads what changed and what was doubted. */

import { join } from 'node:path';
import { inParallel } from '../../core/in-parallel.ts';
import type { Instant } from '../../core/time.ts';
import type { FileSight, Files } from '../../ports/files.ts';
import { isWanted, lockWriters, parsePhaseName } from './names.ts';
import { NO_DOUBT, readLock, readPhase, type PhaseFacts, type Reading, type TrackedFile } from './tracked.ts';

/** A phase file is two lines, a lock is one number. */
const MOST_BYTES = 4096;

/** Files are read this many at a time. */
const AT_ONCE = 32;

export type FolderLook =
  | {
      readonly seen: true;
      /** Changes when the folder itself was replaced. */
      readonly folder: string;
      /** False when something must be read again soon. */
      readonly settled: boolean;
    }
  /** `isElsewhere`: it is seen, by another source. */
  | { readonly seen: false; readonly reason: string; readonly isElsewhere: boolean };

export interface Folder {
  /** Reads what changed since the last look, or everything. */
  look(all: boolean): Promise<FolderLook>;
  /** The files that are there, by path. */
  readonly files: ReadonlyMap<string, TrackedFile>;
}

/** Opens nothing yet; `lastGood` is the phase that a file is known to have had before this process started. */
export function openFolder(
  dir: string,
  files: Files,
  now: () => Instant,
  lastGood: (path: string) => PhaseFacts | null,
): Folder {
  const known = new Map<string, TrackedFile>();
  const readOne = async (sight: FileSight, all: boolean): Promise<void> => {
    const path = join(dir, sight.name);
    const before = known.get(path) ?? startTracking(path, sight.name, lastGood(path));
    if (before === null || (!all && before.settled && before.version === sight.version)) return;
    const reading = await files.read(path, MOST_BYTES);
    if (reading.got === 'gone') return void known.delete(path);
    known.set(path, takeIn(before, toReading(reading, sight), now()));
  };
  return {
    files: known,
    async look(all) {
      const listing = await files.list(dir, isWanted);
      if (!listing.seen) return { seen: false, reason: listing.reason, isElsewhere: listing.why === 'shared' };
      const present = new Set(listing.files.map((file) => join(dir, file.name)));
      for (const path of known.keys()) if (!present.has(path)) known.delete(path);
      await inParallel(listing.files, AT_ONCE, (sight) => readOne(sight, all));
      return { seen: true, folder: listing.folder, settled: [...known.values()].every((file) => file.settled) };
    },
  };
}

function startTracking(path: string, name: string, good: PhaseFacts | null): TrackedFile | null {
  const blank = { path, version: '', facts: null, doubt: NO_DOUBT, settled: false };
  const session = parsePhaseName(name);
  if (session !== null) return { ...blank, what: 'phase', name: session, good };
  const writers = lockWriters(name);
  return writers === null ? null : { ...blank, what: 'lock', name, writers };
}

function takeIn(file: TrackedFile, reading: Reading, now: Instant): TrackedFile {
  return file.what === 'phase' ? readPhase(file, reading, now) : readLock(file, reading, now);
}

type Answer = Exclude<Awaited<ReturnType<Files['read']>>, { got: 'gone' }>;

function toReading(answer: Answer, sight: FileSight): Reading {
  if (answer.got === 'text') {
    return { version: answer.version, modified: answer.modified, text: answer.text, refusal: '' };
  }
  return { version: sight.version, modified: sight.modified, text: null, refusal: answer.reason };
}
