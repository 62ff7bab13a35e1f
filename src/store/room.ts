/**
 * Room for the day on which the disk is full. Some of it is a file beside the state, so that what is in the write-ahead log still
 * gets into the state; the rest is inside the state, where nobody else can take it.
 */

import { randomBytes } from 'node:crypto';
import { existsSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Room } from '../ports/store.ts';
import { isFull, toStoreError } from './store-error.ts';

export interface RoomKeeper extends Room {
  /** SQLite said that the disk is full. */
  notice(): void;
  close(): void;
}

const PIECE = 256 * 1024;
/** There is room again when this many times the reserve is free: a disk at its brim does not flap. */
const MARGIN = 8;
const PAGE = 4096;
/** Pages in the write-ahead log before it is folded back, which is when it can be used from its beginning again. */
const FOLD_AFTER_WHEN_FULL = 16;

/** Keeps `bytes` within the file and twice as many beside it; 0 keeps none. The disk may be full already. */
export function openRoom(raw: DatabaseSync, path: string, bytes: number): RoomKeeper {
  const file = reserveOf(path);
  let full = false;
  let closed = false;
  let listener: (full: boolean) => void = () => undefined;

  const fill = (): void => {
    if (!existsSync(file)) writeFileSync(file, randomBytes(2 * bytes), { flush: true });
    const have = Number(raw.prepare('SELECT count(*) AS n FROM reserve').get()?.['n'] ?? 0);
    if (have * PIECE >= bytes) return;
    raw.exec(`INSERT INTO reserve (bytes) WITH RECURSIVE i (n) AS (SELECT ${have} UNION ALL SELECT n + 1 FROM i)
      SELECT randomblob(${PIECE}) FROM i LIMIT ${Math.ceil(bytes / PIECE) - have}`);
  };
  const keep = (): boolean => {
    if (bytes === 0) return true;
    if (!existsSync(file) && freeAt(path) < MARGIN * bytes) return false;
    try {
      fill();
      // The log grows to half of what lies beside, so that it can be folded back into what that leaves.
      raw.exec(`PRAGMA wal_autocheckpoint = ${Math.floor(bytes / PAGE)}`);
      return true;
    } catch (error) {
      if (!isOutOfSpace(error, path)) throw error;
      return false;
    }
  };
  const give = (): void => {
    rmSync(file, { force: true });
    if (closed || bytes === 0) return;
    try {
      raw.exec(`PRAGMA wal_autocheckpoint = ${FOLD_AFTER_WHEN_FULL}; DELETE FROM reserve`);
    } catch (error) {
      if (!isOutOfSpace(error, path)) throw error;
    }
  };
  const become = (now: boolean): void => {
    if (full === now) return;
    full = now;
    listener(now);
  };

  if (!keep()) {
    give();
    full = true;
  }
  return {
    isFull: () => full,
    onChange: (told) => {
      listener = told;
      if (full) told(true);
    },
    look: () => {
      if (!full || closed) return;
      if (keep()) become(false);
      else give();
    },
    notice: () => {
      if (full || closed) return;
      full = true;
      // Not inside of the transaction that failed.
      setImmediate(() => {
        give();
        listener(true);
      });
    },
    close: () => {
      closed = true;
    },
  };
}

/** Gives back what lies beside the state, so that it can be opened on a full disk; false when there was nothing. */
export function giveUpReserve(path: string): boolean {
  const had = existsSync(reserveOf(path));
  rmSync(reserveOf(path), { force: true });
  return had;
}

const reserveOf = (path: string): string => `${path}.reserve`;

function freeAt(path: string): number {
  const { bavail, bsize } = statfsSync(dirname(path));
  return bavail * bsize;
}

function isOutOfSpace(error: unknown, path: string): boolean {
  const isNode = error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
  return isNode || isFull(toStoreError(error, path));
}
