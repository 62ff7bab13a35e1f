/** Findings as they stand, and when each fired before. */

import type { Finding, FindingState } from '../core/finding.ts';
import type { Instant } from '../core/time.ts';
import type { Firing, FindingStore } from '../ports/store.ts';
import type { Database } from './database.ts';

const STATES: readonly FindingState[] = ['pending', 'firing', 'flapping', 'resolved'];

interface FindingRow {
  readonly finding: string;
}

interface FiringRow {
  readonly firing: string;
  readonly fired_at: Instant;
  readonly resolved_at: Instant | null;
}

/** Opens the findings of a connection. */
export function openFindings(db: Database): FindingStore {
  const upsert = db.prepare(
    `INSERT INTO findings (fingerprint, rule, state, firing, last, resolved_at, finding) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET rule = excluded.rule, state = excluded.state, firing = excluded.firing,
       last = excluded.last, resolved_at = excluded.resolved_at, finding = excluded.finding`,
  );
  const upsertFiring = db.prepare(
    `INSERT INTO firings (fingerprint, firing, fired_at, resolved_at) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET resolved_at = excluded.resolved_at`,
  );
  const upsertPending = db.prepare(
    `INSERT INTO pendings (fingerprint, rule, last, finding) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET rule = excluded.rule, last = excluded.last, finding = excluded.finding`,
  );
  const dropPending = db.prepare('DELETE FROM pendings WHERE fingerprint = ?');
  const byFingerprint = db.prepare<FindingRow>(
    `SELECT finding FROM findings WHERE fingerprint = ?1
     UNION ALL SELECT finding FROM pendings WHERE fingerprint = ?1 LIMIT 1`,
  );
  const list = db.prepare<FindingRow>(
    `SELECT finding FROM (
       SELECT fingerprint, rule, state, last, finding FROM findings
       UNION ALL SELECT fingerprint, rule, 'pending', last, finding FROM pendings)
     WHERE state IN (SELECT value FROM json_each(?)) AND (?2 IS NULL OR rule = ?2)
     ORDER BY last DESC, fingerprint, state DESC LIMIT ?3`,
  );
  const firings = db.prepare<FiringRow>(
    'SELECT firing, fired_at, resolved_at FROM firings WHERE fingerprint = ? ORDER BY fired_at DESC, firing LIMIT 50',
  );

  const saveOne = (finding: Finding): void => {
    const { fingerprint, rule, state, firing, last, firedAt, resolvedAt } = finding;
    if (state === 'pending') {
      upsertPending.run(fingerprint, rule, last, JSON.stringify(finding));
      return;
    }
    dropPending.run(fingerprint);
    if (firing === '') return;
    upsert.run(fingerprint, rule, state, firing, last, resolvedAt, JSON.stringify(finding));
    if (firedAt !== null) upsertFiring.run(fingerprint, firing, firedAt, resolvedAt);
  };

  return {
    save: (findings) => {
      if (findings.length > 0) db.transact(() => findings.forEach(saveOne));
    },
    get: (fingerprint) => {
      const row = byFingerprint.get(fingerprint);
      return row === undefined ? null : readFinding(row);
    },
    list: ({ states = STATES, rule, limit = -1 } = {}) =>
      list.all(JSON.stringify(states), rule ?? null, limit).map(readFinding),
    firings: (fingerprint) =>
      firings
        .all(fingerprint)
        .map((row): Firing => ({ firing: row.firing, firedAt: row.fired_at, resolvedAt: row.resolved_at })),
  };
}

function readFinding(row: FindingRow): Finding {
  return JSON.parse(row.finding) as Finding;
}
