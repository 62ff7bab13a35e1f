/** Opens the file: looks at it, brings it up to date, and moves it aside when it is damaged. Nothing is ever deleted. */

import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { toIso, type Instant, type Millis } from '../core/time.ts';
import { migrate, nothingStored, refuseNewer, refuseUnreadable, schemaOf } from './migrate.ts';
import { MIGRATIONS } from './migrations/list.ts';
import { isDamage, StoreError, toStoreError } from './store-error.ts';

export interface OpenedFile {
  readonly raw: DatabaseSync;
  /** Where the damaged file went, null when there was none. */
  readonly movedTo: string | null;
}

/** A whole file up to this size is checked at every start (about 0.7 ms a MB); of a larger one all but the events. */
const CHECKED_WHOLE_BYTES = 64 * 1024 * 1024;

/** Opens for writing, makes the file when there is none, and starts afresh when it is damaged. */
export function openForWriting(path: string, timeout: Millis, now: () => Instant): OpenedFile {
  try {
    return { raw: openChecked(path, timeout), movedTo: null };
  } catch (error) {
    if (!isDamage(error)) throw error;
    const movedTo = moveAside(path, now());
    return { raw: openChecked(path, timeout), movedTo };
  }
}

/** Opens for reading, beside a running reactor or without one; throws when there is nothing to read. */
export function openForReading(path: string, timeout: Millis): DatabaseSync {
  if (!existsSync(path)) throw nothingStored(path);
  try {
    return checkReadable(new DatabaseSync(path, { readOnly: true, timeout }), path);
  } catch (cause) {
    const error = toStoreError(cause, path);
    if (!isClosedToUs(error) || existsSync(`${path}-wal`)) throw error;
    return openUnchanging(path);
  }
}

/** Remembers that the file was found broken, so that the next start looks at all of it. */
export function markDamaged(path: string): void {
  try {
    writeFileSync(markerOf(path), '');
  } catch {
    // The error that led here is being thrown; a disk that takes no marker must not hide it.
  }
}

function openChecked(path: string, timeout: Millis): DatabaseSync {
  let raw: DatabaseSync | null = null;
  try {
    raw = new DatabaseSync(path, { timeout, enableForeignKeyConstraints: false });
    refuseNewer(schemaOf(raw, path), MIGRATIONS.length, path);
    raw.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -8000');
    inspect(raw, path);
    migrate(raw, path, MIGRATIONS);
    return raw;
  } catch (error) {
    raw?.close();
    throw toStoreError(error, path);
  }
}

function inspect(raw: DatabaseSync, path: string): void {
  const marker = markerOf(path);
  if (existsSync(marker)) {
    check(raw, path, 'PRAGMA integrity_check(1)');
    rmSync(marker);
    return;
  }
  const size = raw.prepare('SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size').get();
  if (Number(size?.['bytes'] ?? 0) <= CHECKED_WHOLE_BYTES) {
    check(raw, path, 'PRAGMA quick_check(1)');
    return;
  }
  const tables = raw.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'events'").all();
  for (const { name } of tables) check(raw, path, `PRAGMA quick_check('${String(name)}')`);
  raw.prepare('SELECT * FROM events ORDER BY seq DESC LIMIT 100').all();
}

function check(raw: DatabaseSync, path: string, pragma: string): void {
  const said = Object.values(raw.prepare(pragma).get() ?? {}).join(' ');
  if (said !== 'ok') throw new StoreError('STORE_CORRUPT', `${path} is damaged (${said})`);
}

function moveAside(path: string, at: Instant): string {
  const name = `${path}.corrupt-${toIso(at).replaceAll(':', '-')}`;
  let movedTo = name;
  for (let n = 2; existsSync(movedTo); n += 1) movedTo = `${name}-${n}`;
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, movedTo + suffix);
  }
  rmSync(markerOf(path), { force: true });
  return movedTo;
}

function checkReadable(raw: DatabaseSync, path: string): DatabaseSync {
  try {
    refuseUnreadable(schemaOf(raw, path), MIGRATIONS.length, path);
    return raw;
  } catch (error) {
    raw.close();
    throw error;
  }
}

/** A folder that may not be written to has no room for SQLite's side files; with nobody writing it does not need them. */
function openUnchanging(path: string): DatabaseSync {
  const url = pathToFileURL(path);
  url.searchParams.set('immutable', '1');
  try {
    return checkReadable(new DatabaseSync(url, { readOnly: true }), path);
  } catch (error) {
    throw toStoreError(error, path);
  }
}

function isClosedToUs(error: unknown): boolean {
  return error instanceof StoreError && (error.code === 'STORE_UNREACHABLE' || error.code === 'STORE_READ_ONLY');
}

function markerOf(path: string): string {
  return `${path}.damaged`;
}
