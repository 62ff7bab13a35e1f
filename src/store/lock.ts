/** One writer a file. The kernel holds the lock and lets go when the process dies, so that nothing stale is ever left. */

import { statSync, truncateSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { isDamage, StoreError, toStoreError } from './store-error.ts';

export interface WriterLock {
  readonly release: () => void;
}

/** A writer that is just going away gets so long. */
const PATIENCE_MS = 500;

/**
 * Takes the lock, or throws: `whoHasIt` then says who does.
 * A file of its own, locked through SQLite: Node has no call for file locks, and a pid in a file means nothing
 * in another container.
 */
export function lockForWriting(path: string, whoHasIt: () => string): WriterLock {
  const lockPath = `${path}.lock`;
  try {
    return takeMended(lockPath);
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'STORE_BUSY') throw error;
    throw new StoreError(
      'STORE_IN_USE',
      `${path} is in use by another reactor${whoHasIt()}: stop that one first, or set REACTOR_HOME to another folder`,
      error.cause,
    );
  }
}

/** A damaged file is emptied: it holds nothing, and whoever has it locked keeps the lock, which is not on its bytes. */
function takeMended(lockPath: string): WriterLock {
  try {
    return take(lockPath);
  } catch (error) {
    if (!isDamage(error)) throw error;
    truncateSync(lockPath);
    return take(lockPath);
  }
}

function take(lockPath: string): WriterLock {
  const raw = openLock(lockPath);
  try {
    raw.exec('PRAGMA journal_mode = OFF');
    // An empty file cannot be locked when the disk is full: SQLite would put its first page there.
    if ((statSync(lockPath, { throwIfNoEntry: false })?.size ?? 0) === 0) raw.exec('PRAGMA user_version = 1');
    raw.exec('BEGIN EXCLUSIVE');
    return { release: () => raw.close() };
  } catch (cause) {
    raw.close();
    throw toStoreError(cause, lockPath);
  }
}

function openLock(lockPath: string): DatabaseSync {
  try {
    return new DatabaseSync(lockPath, { timeout: PATIENCE_MS });
  } catch (cause) {
    throw toStoreError(cause, lockPath);
  }
}
