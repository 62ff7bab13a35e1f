/** Brings a file to this version's schema; refuses a file that is not ours or from a newer version. */

import type { DatabaseSync } from 'node:sqlite';
import type { Migration } from './migrations/migration.ts';
import { StoreError } from './store-error.ts';

/** Stands in the header of every file of ours: "RCTR". */
const APPLICATION_ID = 0x52435452;

/** The schema a file has, 0 for an empty one. Throws when the file belongs to another program. */
export function schemaOf(raw: DatabaseSync, path: string): number {
  const tables = numberOf(raw, 'SELECT count(*) AS n FROM sqlite_schema', 'n');
  if (tables > 0 && numberOf(raw, 'PRAGMA application_id', 'application_id') !== APPLICATION_ID) {
    throw new StoreError(
      'STORE_FOREIGN',
      `${path} is another program's database: set REACTOR_HOME to a folder of its own`,
    );
  }
  return numberOf(raw, 'PRAGMA user_version', 'user_version');
}

/** Throws when a file's schema is newer than the newest one known here. */
export function refuseNewer(schema: number, known: number, path: string): void {
  if (schema <= known) return;
  throw new StoreError(
    'STORE_NEWER',
    `${path} was written by a newer reactor (schema ${schema}, this one knows ${known}): install that version again, or set REACTOR_HOME to a new folder`,
  );
}

/** Throws when a file cannot be read as it is: nothing in it yet, or another schema than the one known here. */
export function refuseUnreadable(schema: number, known: number, path: string): void {
  refuseNewer(schema, known, path);
  if (schema === 0) throw nothingStored(path);
  if (schema === known) return;
  throw new StoreError(
    'STORE_OLDER',
    `${path} has schema ${schema} and this reactor reads ${known}: start it once with "reactor run", which brings the file up to date`,
  );
}

/** The error for a file that is not there, or empty. */
export function nothingStored(path: string): StoreError {
  return new StoreError(
    'STORE_MISSING',
    `nothing is stored in ${path} yet: start the reactor with "reactor run", or set REACTOR_HOME to its folder`,
  );
}

/** Runs the migrations that a file has not had yet, each in its own transaction. */
export function migrate(raw: DatabaseSync, path: string, migrations: readonly Migration[]): void {
  const schema = schemaOf(raw, path);
  refuseNewer(schema, migrations.length, path);
  for (const [index, migration] of migrations.entries()) {
    if (index >= schema) apply(raw, migration, index + 1);
  }
}

function apply(raw: DatabaseSync, migration: Migration, schema: number): void {
  raw.exec('BEGIN IMMEDIATE');
  try {
    raw.exec(migration.statements);
    raw.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${schema}; COMMIT`);
  } catch (error) {
    if (raw.isTransaction) raw.exec('ROLLBACK');
    throw error;
  }
}

function numberOf(raw: DatabaseSync, sql: string, column: string): number {
  return Number(raw.prepare(sql).get()?.[column] ?? 0);
}
