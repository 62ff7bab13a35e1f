/** The ops repo's folder: text files that agents and people share with us. Paths are relative to its root, with `/`. */

import { failed, type EffectResult } from '../core/effect.ts';

export interface OpsRepo {
  /** The text of a file; null when there is none. */
  read(path: string): Promise<string | null>;
  /**
   * Puts a text in place of what the file says; a reader sees the old text or the new one, and folders are made. `expected` is what the text
   * was made from (null: no such file); when the file says something else by now, it is left alone and the error is `changed`.
   */
  write(path: string, text: string, expected: string | null): Promise<void>;
  /** Gives a file another name, never the name of one that exists (`exists`). `missing` when there is no such file. */
  rename(from: string, to: string): Promise<void>;
  /** Names of the files directly in a folder, sorted, hidden ones left out; empty when there is no such folder. `''` is the root. */
  list(folder: string): Promise<readonly string[]>;
  /** Whether files can be made below the root now. */
  isWritable(): Promise<boolean>;
}

export type OpsRepoFault =
  | 'full'
  | 'read-only'
  | 'denied'
  /** The path leads out of the root: a bug of ours, or a symbolic link of somebody else's. */
  | 'outside'
  /** Somebody else wrote it since it was read. */
  | 'changed'
  | 'exists'
  | 'missing'
  /** No regular file, no UTF-8, or over 8 MB. */
  | 'not-text'
  | 'other';

/** What the ops repo says when it cannot; the message says what to do. */
export class OpsRepoError extends Error {
  readonly fault: OpsRepoFault;
  constructor(fault: OpsRepoFault, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'OpsRepoError';
    this.fault = fault;
  }
}

/** Faults that stay until somebody else's file is moved away. */
const FINAL: readonly OpsRepoFault[] = ['outside', 'not-text'];

/** Runs work on the ops repo; what the folder refuses becomes a failed result, everything else is a bug and is thrown. */
export async function onOpsRepo(work: () => Promise<EffectResult>): Promise<EffectResult> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof OpsRepoError)) throw error;
    return failed(error.message, { retry: !FINAL.includes(error.fault) });
  }
}
