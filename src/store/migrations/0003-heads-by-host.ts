/** Schema 3: an entity is told apart by its box, too: two boxes may run stacks of one name. Frozen. */

import type { Migration } from './migration.ts';

export const headsByHost: Migration = {
  name: 'heads by host',
  statements: `
    DROP TABLE heads;
    -- The newest event of every entity.
    CREATE TABLE heads (
      kind    TEXT    NOT NULL,
      host    TEXT    NOT NULL,
      subject TEXT    NOT NULL,
      seq     INTEGER NOT NULL,
      PRIMARY KEY (kind, host, subject)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO heads SELECT kind, host, subject, max(seq) FROM events GROUP BY kind, host, subject;
  `,
};
