/** What can go wrong with the file, as one error with a code that callers can tell apart. */

/**
 * `FULL`: no space. `IO`: the disk failed. `CORRUPT`: the file is damaged. `BUSY`: somebody else wrote for too long.
 * `IN_USE`: another reactor writes to it. `NEWER`/`OLDER`: its schema is not this version's. `FOREIGN`: not a reactor's file.
 * `MISSING`: not there. `UNREACHABLE`: cannot be opened. `READ_ONLY`: opened for reading. `CLOSED`: closed already.
 */
export type StoreErrorCode =
  | 'STORE_FULL'
  | 'STORE_IO'
  | 'STORE_CORRUPT'
  | 'STORE_BUSY'
  | 'STORE_IN_USE'
  | 'STORE_NEWER'
  | 'STORE_OLDER'
  | 'STORE_FOREIGN'
  | 'STORE_MISSING'
  | 'STORE_UNREACHABLE'
  | 'STORE_READ_ONLY'
  | 'STORE_CLOSED';

/** The store could not do it; `code` says why, `cause` holds what SQLite said. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;
  constructor(code: StoreErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.name = 'StoreError';
    this.code = code;
  }
}

/** SQLite's primary result codes: https://www.sqlite.org/rescode.html */
const MEANINGS: Readonly<Record<number, readonly [code: StoreErrorCode, says: string]>> = {
  5: ['STORE_BUSY', 'is being written by somebody else'],
  6: ['STORE_BUSY', 'is being written by somebody else'],
  8: ['STORE_READ_ONLY', 'is opened for reading only'],
  10: ['STORE_IO', 'could not be read or written'],
  11: ['STORE_CORRUPT', 'is damaged'],
  13: ['STORE_FULL', 'cannot grow: the disk is full'],
  14: ['STORE_UNREACHABLE', 'cannot be opened: look at its folder and its permissions'],
  26: ['STORE_CORRUPT', 'is not a database'],
};

/** An error of SQLite that the world is to blame for as a StoreError; any other error as it is. */
export function toStoreError(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return error;
  const meaning = MEANINGS[error.errcode & 0xff];
  if (meaning === undefined) return error;
  const [code, says] = meaning;
  return new StoreError(code, `${path} ${says} (${error.message})`, error);
}

/** True for an error that says that the disk has no room. */
export function isFull(error: unknown): boolean {
  return error instanceof StoreError && error.code === 'STORE_FULL';
}

/** True for an error that says that the file itself is broken. */
export function isDamage(error: unknown): boolean {
  return error instanceof StoreError && error.code === 'STORE_CORRUPT';
}
