/** Schema 4: what the engine remembers, and what is pending apart from what fired. Frozen. */

import type { Migration } from './migration.ts';

export const tracks: Migration = {
  name: 'tracks and pendings',
  statements: `
    CREATE TABLE tracks (
      rule TEXT NOT NULL,
      id   TEXT NOT NULL,
      body TEXT NOT NULL,
      UNIQUE (rule, id)
    ) STRICT;

    CREATE TABLE pendings (
      fingerprint TEXT    PRIMARY KEY,
      rule        TEXT    NOT NULL,
      last        INTEGER NOT NULL,
      finding     TEXT    NOT NULL
    ) STRICT, WITHOUT ROWID;

    INSERT INTO pendings SELECT fingerprint, rule, last, finding FROM findings WHERE state = 'pending';
    -- What never fired was never a finding.
    DELETE FROM findings WHERE firing = '';
  `,
};
