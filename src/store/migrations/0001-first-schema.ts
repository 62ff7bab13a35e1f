/** Schema 1: events, findings, outbox, silences, cursors, samples. Frozen: what changes later is a migration of its own. */

import type { Migration } from './migration.ts';

export const firstSchema: Migration = {
  name: 'first schema',
  statements: `
    CREATE TABLE events (
      seq      INTEGER PRIMARY KEY,
      id       TEXT    NOT NULL UNIQUE,
      kind     TEXT    NOT NULL,
      subject  TEXT    NOT NULL,
      source   TEXT    NOT NULL,
      host     TEXT    NOT NULL,
      time     INTEGER NOT NULL,
      received INTEGER NOT NULL,
      data     TEXT    NOT NULL
    ) STRICT;
    CREATE INDEX events_kind ON events (kind, seq);

    -- The newest event of every entity.
    CREATE TABLE heads (
      kind    TEXT    NOT NULL,
      subject TEXT    NOT NULL,
      seq     INTEGER NOT NULL,
      PRIMARY KEY (kind, subject)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE findings (
      fingerprint TEXT    PRIMARY KEY,
      rule        TEXT    NOT NULL,
      state       TEXT    NOT NULL,
      firing      TEXT    NOT NULL,
      last        INTEGER NOT NULL,
      resolved_at INTEGER,
      finding     TEXT    NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE firings (
      fingerprint TEXT    NOT NULL,
      firing      TEXT    NOT NULL,
      fired_at    INTEGER NOT NULL,
      resolved_at INTEGER,
      PRIMARY KEY (fingerprint, firing)
    ) STRICT, WITHOUT ROWID;

    -- lane: 0 never tried, 1 put back, 2 running, 3 closed. Only 1 and 2 hold up a target.
    CREATE TABLE outbox (
      seq         INTEGER PRIMARY KEY,
      id          TEXT    NOT NULL UNIQUE,
      thread      TEXT    NOT NULL,
      phase       TEXT    NOT NULL,
      target      TEXT    NOT NULL,
      fingerprint TEXT    NOT NULL,
      firing      TEXT    NOT NULL,
      state       TEXT    NOT NULL,
      attempts    INTEGER NOT NULL,
      decided_at  INTEGER NOT NULL,
      not_before  INTEGER NOT NULL,
      next_at     INTEGER NOT NULL,
      finished_at INTEGER,
      ref         TEXT    NOT NULL,
      reason      TEXT    NOT NULL,
      body        TEXT    NOT NULL,
      lane        INTEGER GENERATED ALWAYS AS (
        CASE state WHEN 'waiting' THEN attempts > 0 OR next_at > not_before WHEN 'running' THEN 2 ELSE 3 END
      ) VIRTUAL
    ) STRICT;
    CREATE INDEX outbox_thread ON outbox (thread, seq);
    CREATE INDEX outbox_queue ON outbox (target, lane, seq) WHERE lane < 3;
    CREATE INDEX outbox_fresh ON outbox (target, next_at) WHERE lane = 0;

    CREATE TABLE silences (
      id       TEXT    PRIMARY KEY,
      rule     TEXT    NOT NULL,
      key      TEXT    NOT NULL,
      from_at  INTEGER NOT NULL,
      until_at INTEGER NOT NULL,
      by       TEXT    NOT NULL,
      reason   TEXT    NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE acks (
      fingerprint TEXT    PRIMARY KEY,
      firing      TEXT    NOT NULL,
      by          TEXT    NOT NULL,
      at          INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE cursors (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

    CREATE TABLE samples (
      series TEXT    NOT NULL,
      at     INTEGER NOT NULL,
      value  REAL    NOT NULL,
      PRIMARY KEY (series, at)
    ) STRICT, WITHOUT ROWID;
  `,
};
