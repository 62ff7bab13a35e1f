/** Locks of whole stacks, whose holder proves by a heartbeat that it lives. */

import { join } from 'node:path';
import type { EventData } from '../../core/catalog/catalog.ts';
import { MINUTE, parseIso, SECOND, toIso, type Instant, type Millis } from '../../core/time.ts';
import { toFact, type Fact } from '../../factory/ledger.ts';
import { placed } from '../../factory/placed.ts';
import { createActivity, spanStep } from '../../factory/spans.ts';
import type { FileSight } from '../../ports/files.ts';
import { flawsOf, type Part, type PartOptions } from './part.ts';

/** A heartbeat is written every 2 min; after this the next one who wants the stack breaks the lock. */
const STALE: Millis = 10 * MINUTE;
const MOST_BYTES = 4096;

/** True for the name of such a lock. */
export const isStackLock = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]*-stack\.lock$/.test(name);

/** The part that looks at them. */
export function stackLocksPart({ place, lockFolders }: PartOptions): Part {
  const activity = createActivity();
  return {
    kind: 'lock.file',
    every: 2 * SECOND,
    async look(now) {
      const listings = await Promise.all(lockFolders.map((folder) => place.files.list(folder, isStackLock)));
      const locks = listings.flatMap((listing, i) =>
        (listing.seen ? listing.files : []).map((sight) => ({ sight, path: join(lockFolders[i] ?? '', sight.name) })),
      );
      activity.keep(new Set(locks.map((lock) => lock.path)));
      const read = await Promise.all(locks.map(({ path }) => place.files.read(path, MOST_BYTES)));
      const facts = locks.flatMap(({ sight, path }, i) => {
        const reading = read[i];
        if (reading === undefined || reading.got === 'gone') return [];
        const lock = parseStackLock(reading.got === 'text' ? reading.text : '');
        const said = lock === null ? 0 : activity.of(path, lock.heartbeat, now);
        return [lockFact({ sight, path: placed(place.name, path), place: place.name, lock, said, now })];
      });
      return { facts, flaws: listings.flatMap((one) => flawsOf(one)) };
    },
  };
}

export interface StackLock {
  readonly holder: string;
  readonly since: Instant;
  readonly heartbeat: Instant;
}

interface LockJson {
  readonly holder?: unknown;
  readonly since?: unknown;
  readonly heartbeat?: unknown;
}

/** `{"holder","since","heartbeat"}` with ISO times; null for anything else. Without a heartbeat, its beginning counts. */
export function parseStackLock(text: string): StackLock | null {
  const json = parseJson(text);
  const since = parseIso(typeof json?.since === 'string' ? json.since : '');
  const heartbeat = parseIso(typeof json?.heartbeat === 'string' ? json.heartbeat : '') ?? since;
  if (heartbeat === null || typeof json?.holder !== 'string') return null;
  const holder = json.holder
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ')
    .slice(0, 100)
    .toWellFormed();
  return { holder, since: since ?? heartbeat, heartbeat };
}

function parseJson(text: string): LockJson | null {
  try {
    return JSON.parse(text) as LockJson | null;
  } catch {
    return null;
  }
}

interface LockView {
  readonly sight: FileSight;
  readonly path: string;
  readonly place: string;
  readonly lock: StackLock | null;
  /** Last heartbeat, as it is said. */
  readonly said: Instant;
  readonly now: Instant;
}

function lockFact({ sight, path, place, lock, said, now }: LockView): Fact {
  const age = Math.max(0, now - (lock?.heartbeat ?? sight.modified));
  const steady: Omit<EventData<'lock.file'>, 'host' | 'age_s' | 'evidence'> = {
    place,
    path,
    name: sight.name,
    exists: true,
    pid: 0,
    owner: ownerOf(lock, age),
    locked_at: toIso(lock?.since ?? sight.modified),
    holder: lock?.holder ?? '',
    heartbeat_at: toIso(lock === null ? null : said),
  };
  const evidence = lock === null ? 'it is no lock of a stack' : `last heartbeat ${toIso(lock.heartbeat)}`;
  return toFact('lock.file', { ...steady, evidence, age_s: Math.floor(age / SECOND) }, [steady, spanStep(age)]);
}

function ownerOf(lock: StackLock | null, age: Millis): 'alive' | 'dead' | 'unknown' {
  if (lock === null) return 'unknown';
  return age > STALE ? 'dead' : 'alive';
}
