/** Schema 5: room inside the file, to be given back when the disk is full. Frozen. */

import type { Migration } from './migration.ts';

export const reserve: Migration = {
  name: 'reserve',
  statements: 'CREATE TABLE reserve (n INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT',
};
