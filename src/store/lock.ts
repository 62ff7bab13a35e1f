/** One writer a file. The kernel holds the lock and lets go when the process dies, so that nothing stale is ever left. */

import { DatabaseSync } from 'node:sqlite';
import { StoreError, toStoreError } from './store-error.ts';

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
  const raw = openLock(lockPath);
  try {
    raw.exec('PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE');
  } catch (cause) {
    raw.close();
    const error = toStoreError(cause, lockPath);
    if (!(error instanceof StoreError) || error.code !== 'STORE_BUSY') throw error;
    throw new StoreError(
      'STORE_IN_USE',
      `${path} is in use by another reactor${whoHasIt()}: stop that one first, or set REACTOR_HOME to another folder`,
      cause,
    );
  }
  return { release: () => raw.close() };
}

function openLock(lockPath: string): DatabaseSync {
  try {
    return new DatabaseSync(lockPath, { timeout: PATIENCE_MS });
  } catch (cause) {
    throw toStoreError(cause, lockPath);
  }
}
