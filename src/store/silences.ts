/** Silences and acknowledgements. */

import type { Silence } from '../core/source.ts';
import type { SilenceStore } from '../ports/store.ts';
import type { Database } from './database.ts';

interface SilenceRow {
  readonly id: string;
  readonly rule: string;
  readonly key: string;
  readonly from_at: number;
  readonly until_at: number;
  readonly by: string;
  readonly reason: string;
}

/** Opens the silences of a connection. */
export function openSilences(db: Database): SilenceStore {
  const add = db.prepare(
    'INSERT OR REPLACE INTO silences (id, rule, key, from_at, until_at, by, reason) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const remove = db.prepare('DELETE FROM silences WHERE id = ?');
  const active = db.prepare<SilenceRow>(
    'SELECT * FROM silences WHERE from_at <= ?1 AND until_at > ?1 ORDER BY from_at, id',
  );
  const ack = db.prepare(
    `INSERT OR REPLACE INTO acks (fingerprint, firing, by, at)
     VALUES (?1, coalesce((SELECT firing FROM findings WHERE fingerprint = ?1), ''), ?2, ?3)`,
  );
  const acked = db.prepare('SELECT 1 FROM acks WHERE fingerprint = ? AND firing = ?');
  return {
    add: ({ id, rule, key, from, until, by, reason }) => {
      add.run(id, rule, JSON.stringify(key), from, until, by, reason);
    },
    remove: (id) => remove.run(id).changes > 0,
    active: (at) => active.all(at).map(readSilence),
    ack: (fingerprint, by, at) => {
      ack.run(fingerprint, by, at);
    },
    isAcked: (fingerprint, firing) => firing !== '' && acked.get(fingerprint, firing) !== undefined,
  };
}

function readSilence(row: SilenceRow): Silence {
  const { id, rule, by, reason } = row;
  return {
    id,
    rule,
    key: JSON.parse(row.key) as readonly string[],
    from: row.from_at,
    until: row.until_at,
    by,
    reason,
  };
}
