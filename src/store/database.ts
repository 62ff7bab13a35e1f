/** One SQLite connection: prepared statements, transactions that nest, errors in the house's words. */

import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite';
import { isDamage, isFull, toStoreError } from './store-error.ts';

export type Row = Readonly<Record<string, SQLOutputValue>>;

/** A prepared statement whose rows are of the shape `R`, on the word of whoever wrote the SQL. */
export interface Statement<R> {
  run(...values: readonly SQLInputValue[]): { readonly changes: number; readonly rowid: number };
  get(...values: readonly SQLInputValue[]): R | undefined;
  all(...values: readonly SQLInputValue[]): readonly R[];
}

export interface Database {
  prepare<R = Row>(sql: string): Statement<R>;
  /** Runs `work` as one transaction, inside another one as a part of it that can fail alone. */
  readonly transact: <T>(work: () => T) => T;
  close(): void;
}

export interface Trouble {
  /** SQLite found the file broken. */
  onDamage(): void;
  /** The disk has no room. */
  onFull(): void;
}

/** Wraps a connection; `trouble` is told before the error is thrown. */
export function toDatabase(raw: DatabaseSync, path: string, trouble: Trouble): Database {
  let depth = 0;

  const guard = <T>(work: () => T): T => {
    try {
      return work();
    } catch (cause) {
      const error = toStoreError(cause, path);
      if (isDamage(error)) trouble.onDamage();
      if (isFull(error)) trouble.onFull();
      throw error;
    }
  };

  const rollBack = (): void => {
    // A full disk makes SQLite roll back by itself.
    if (!raw.isTransaction) return;
    raw.exec(depth === 0 ? 'ROLLBACK' : `ROLLBACK TO nested_${depth}; RELEASE nested_${depth}`);
  };

  const inTransaction = <T>(work: () => T): T => {
    depth += 1;
    try {
      const result = work();
      if (isPromise(result)) throw new TypeError('the work of a transaction must be synchronous');
      return result;
    } finally {
      depth -= 1;
    }
  };

  return {
    prepare: <R>(sql: string) => guard(() => toStatement<R>(raw, sql, guard)),
    transact: (work) => {
      guard(() => raw.exec(depth === 0 ? 'BEGIN IMMEDIATE' : `SAVEPOINT nested_${depth}`));
      try {
        const result = inTransaction(work);
        guard(() => raw.exec(depth === 0 ? 'COMMIT' : `RELEASE nested_${depth}`));
        return result;
      } catch (error) {
        rollBack();
        throw error;
      }
    },
    close: () => raw.close(),
  };
}

function toStatement<R>(raw: DatabaseSync, sql: string, guard: <T>(work: () => T) => T): Statement<R> {
  const statement = raw.prepare(sql);
  return {
    run: (...values) =>
      guard(() => {
        const { changes, lastInsertRowid } = statement.run(...values);
        return { changes: Number(changes), rowid: Number(lastInsertRowid) };
      }),
    get: (...values) => guard(() => statement.get(...values) as R | undefined),
    all: (...values) => {
      const rows: readonly unknown[] = guard(() => statement.all(...values));
      return rows as readonly R[];
    },
  };
}

function isPromise(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
