/** Small texts by name: how far a source has read, what the store knows about itself. */

import type { Cursors } from '../ports/store.ts';
import type { Database } from './database.ts';

/** Opens one of the two tables of names and values. */
export function openCursors(db: Database, table: 'cursors' | 'meta'): Cursors {
  const get = db.prepare<{ readonly value: string }>(`SELECT value FROM ${table} WHERE name = ?`);
  const set = db.prepare(
    `INSERT INTO ${table} (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value`,
  );
  return {
    get: (name) => get.get(name)?.value ?? null,
    set: (name, value) => {
      set.run(name, value);
    },
  };
}
