/** What is forgotten: whatever is old and no longer needed. */

import type { Instant } from '../core/time.ts';
import type { Database } from './database.ts';

/** Rows that go in one call, for each kind of thing. */
const AT_ONCE = 1000;

/**
 * Prepares the pruning of everything but events. The orders of a firing stay as long as its finding does, or it would be
 * announced again; those of a thread stay until the thread is done, because what comes later refers to them.
 */
export function preparePrune(db: Database): (before: Instant) => number {
  const drops = [
    `DELETE FROM outbox WHERE seq IN (
       SELECT seq FROM outbox o WHERE lane = 3 AND finished_at < ?1
         AND NOT EXISTS (SELECT 1 FROM findings f WHERE f.fingerprint = o.fingerprint AND f.firing = o.firing)
         AND NOT EXISTS (SELECT 1 FROM outbox later WHERE later.thread = o.thread AND later.lane < 3)
       LIMIT ${AT_ONCE})`,
    `DELETE FROM findings WHERE fingerprint IN (
       SELECT fingerprint FROM findings WHERE state = 'resolved' AND coalesce(resolved_at, last) < ?1 LIMIT ${AT_ONCE})`,
    `DELETE FROM firings WHERE (fingerprint, firing) IN (
       SELECT fingerprint, firing FROM firings WHERE resolved_at < ?1 LIMIT ${AT_ONCE})`,
    `DELETE FROM acks WHERE at < ?1 AND NOT EXISTS (
       SELECT 1 FROM findings f WHERE f.fingerprint = acks.fingerprint AND f.firing = acks.firing)`,
    'DELETE FROM silences WHERE until_at < ?1',
  ].map((sql) => db.prepare(sql));
  return (before) => db.transact(() => drops.reduce((sum, drop) => sum + drop.run(before).changes, 0));
}
