/** Whose turn it is in the outbox: one queue a target. Work grows with the number of targets, not with the backlog. */

import type { Instant } from '../core/time.ts';
import type { Database } from './database.ts';
import type { OrderRow } from './outbox.ts';

export interface OutboxQueue {
  readonly due: (now: Instant) => readonly OrderRow[];
  readonly nextDue: () => Instant | null;
}

interface Place {
  readonly seq: number;
  readonly next_at: number;
}

/** Prepares the queue of a connection. `lane < 3` stands in every query because SQLite uses a partial index only then. */
export function openQueue(db: Database): OutboxQueue {
  const idleTargets = db.prepare<{ readonly target: string }>(
    `WITH RECURSIVE open (target) AS (
       SELECT min(target) FROM outbox WHERE lane < 3
       UNION ALL
       SELECT (SELECT min(target) FROM outbox WHERE lane < 3 AND target > open.target) FROM open WHERE target IS NOT NULL)
     SELECT target FROM open WHERE target IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM outbox WHERE lane < 3 AND target = open.target AND lane = 2)`,
  );
  const putBack = db.prepare<Place>(
    'SELECT seq, next_at FROM outbox WHERE lane < 3 AND target = ? AND lane = 1 ORDER BY seq LIMIT 1',
  );
  const fresh = db.prepare<Place>(
    'SELECT seq, next_at FROM outbox WHERE lane < 3 AND target = ? AND lane = 0 AND next_at <= ? ORDER BY seq LIMIT 1',
  );
  const freshAt = db.prepare<{ readonly at: number | null }>(
    'SELECT min(next_at) AS at FROM outbox WHERE lane = 0 AND target = ?',
  );
  const freshAtBefore = db.prepare<{ readonly at: number | null }>(
    'SELECT min(next_at) AS at FROM outbox WHERE lane < 3 AND target = ? AND lane = 0 AND seq < ?',
  );
  const bySeq = db.prepare<OrderRow>('SELECT * FROM outbox WHERE seq = ?');

  const headOf = (target: string, now: Instant): readonly number[] => {
    const first = fresh.get(target, now);
    const blocker = putBack.get(target);
    if (blocker === undefined || (first !== undefined && first.seq < blocker.seq)) {
      return first === undefined ? [] : [first.seq];
    }
    return blocker.next_at <= now ? [blocker.seq] : [];
  };

  const nextOf = (target: string): readonly Instant[] => {
    const blocker = putBack.get(target);
    const at = (blocker === undefined ? freshAt.get(target) : freshAtBefore.get(target, blocker.seq))?.at ?? null;
    return [...(blocker === undefined ? [] : [blocker.next_at]), ...(at === null ? [] : [at])];
  };

  const targets = (): readonly string[] => idleTargets.all().map(({ target }) => target);

  return {
    due: (now) =>
      targets()
        .flatMap((target) => headOf(target, now))
        .toSorted((a, b) => a - b)
        .flatMap((seq) => bySeq.get(seq) ?? []),
    nextDue: () => {
      const instants = targets().flatMap(nextOf);
      return instants.length === 0 ? null : Math.min(...instants);
    },
  };
}
