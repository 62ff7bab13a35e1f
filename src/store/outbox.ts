/** The outbox: effects that were decided, until the world confirmed them. */

import type { EffectOrder, OrderState, OutboxRow } from '../core/effect.ts';
import type { Outbox } from '../ports/store.ts';
import type { Database } from './database.ts';
import { openQueue } from './outbox-queue.ts';

const STATES: readonly OrderState[] = ['waiting', 'running', 'done', 'skipped', 'dead', 'interrupted'];
const OPEN: readonly OrderState[] = ['waiting', 'running'];

/** What `SELECT *` gives; `body` is the order as JSON, the rest is what changes or is looked for. */
export interface OrderRow {
  readonly seq: number;
  readonly state: OrderState;
  readonly attempts: number;
  readonly next_at: number;
  readonly finished_at: number | null;
  readonly ref: string;
  readonly reason: string;
  readonly body: string;
}

/** Opens the outbox of a connection. */
export function openOutbox(db: Database): Outbox {
  const queue = openQueue(db);
  const byId = db.prepare<OrderRow>('SELECT * FROM outbox WHERE id = ?');
  const running = db.prepare<OrderRow>(
    'SELECT * FROM outbox INDEXED BY outbox_queue WHERE lane < 3 AND lane = 2 ORDER BY seq',
  );
  const begin = db.prepare(
    "UPDATE outbox SET state = 'running', attempts = attempts + 1 WHERE id = ? AND state = 'waiting'",
  );
  const settle = db.prepare(
    "UPDATE outbox SET state = ?, ref = ?, reason = ?, finished_at = ? WHERE id = ? AND state IN ('waiting', 'running')",
  );
  const defer = db.prepare(
    "UPDATE outbox SET state = 'waiting', next_at = ?, reason = ? WHERE id = ? AND state IN ('waiting', 'running')",
  );
  const firedRef = db.prepare<{ readonly ref: string }>(
    "SELECT ref FROM outbox WHERE thread = ? AND phase = 'fire' AND state = 'done' ORDER BY seq LIMIT 1",
  );
  const list = db.prepare<OrderRow>(
    `SELECT * FROM outbox
     WHERE state IN (SELECT value FROM json_each(?)) AND (?2 IS NULL OR firing = ?2) ORDER BY seq DESC LIMIT ?3`,
  );
  const counts = db.prepare<{ readonly state: OrderState; readonly n: number }>(
    'SELECT state, count(*) AS n FROM outbox GROUP BY state',
  );

  const get = (id: string): OutboxRow | null => {
    const row = byId.get(id);
    return row === undefined ? null : readOrder(row);
  };
  const refuse = (id: string, wanted: string): never => {
    const state = byId.get(id)?.state;
    throw new Error(`order ${id} cannot be ${wanted}: ${state === undefined ? 'there is none' : `it is ${state}`}`);
  };

  return {
    add: prepareAdd(db, (id) => byId.get(id) !== undefined),
    due: (now) => queue.due(now).map(readOrder),
    nextDue: queue.nextDue,
    begin: (id) => {
      if (begin.run(id).changes === 0) refuse(id, 'begun');
    },
    settle: (id, { state, ref, reason, at }) => {
      if (OPEN.includes(state)) throw new TypeError(`order ${id} cannot be closed as ${state}: defer it`);
      if (settle.run(state, ref, reason, at, id).changes === 0) refuse(id, 'closed');
    },
    defer: (id, nextAt, reason) => {
      if (defer.run(Math.round(nextAt), reason, id).changes === 0) refuse(id, 'put back');
    },
    unsettled: () => running.all().map(readOrder),
    get,
    firedRef: (thread) => firedRef.get(thread)?.ref ?? '',
    list: ({ states = STATES, firing, limit = -1 } = {}) =>
      list.all(JSON.stringify(states), firing ?? null, limit).map(readOrder),
    counts: () => {
      const found = new Map(counts.all().map(({ state, n }) => [state, n]));
      return Object.fromEntries(STATES.map((state) => [state, found.get(state) ?? 0])) as Record<OrderState, number>;
    },
  };
}

interface Sibling {
  readonly seq: number;
  readonly id: string;
  readonly decided_at: number;
}

function prepareAdd(db: Database, isKnown: (id: string) => boolean): (orders: readonly EffectOrder[]) => void {
  const waitingUpdate = db.prepare<Sibling>(
    "SELECT seq, id, decided_at FROM outbox WHERE thread = ? AND phase = 'update' AND state = 'waiting' AND attempts = 0 ORDER BY seq DESC LIMIT 1",
  );
  const lastOfThread = db.prepare<{ readonly seq: number }>('SELECT max(seq) AS seq FROM outbox WHERE thread = ?');
  const retire = db.prepare("UPDATE outbox SET seq = ?, state = 'skipped', reason = ?, finished_at = ? WHERE seq = ?");
  const nextSeq = db.prepare<{ readonly seq: number }>('SELECT coalesce(max(seq), 0) + 1 AS seq FROM outbox');
  const insert = db.prepare(
    `INSERT INTO outbox (seq, id, thread, phase, target, fingerprint, firing, state, attempts, decided_at, not_before, next_at, finished_at, ref, reason, body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, '', ?, ?)`,
  );
  const tail = (): number => nextSeq.get()?.seq ?? 1;

  const put = (order: EffectOrder, seq: number, replacedBy: string | null): void => {
    const { id, thread, phase, target, fingerprint, firing, decidedAt, notBefore } = order;
    const state: OrderState = replacedBy === null ? 'waiting' : 'skipped';
    const finishedAt = replacedBy === null ? null : decidedAt;
    const head = [seq, id, thread, phase, target, fingerprint, firing, state] as const;
    const reason = replacedBy === null ? '' : replaced(replacedBy);
    insert.run(...head, decidedAt, notBefore, notBefore, finishedAt, reason, JSON.stringify(order));
  };

  /** The newer one takes the place of the older, unless the thread has gone on since: then the end of the queue is its place. */
  const replace = (order: EffectOrder, old: Sibling): void => {
    if (old.decided_at > order.decidedAt) {
      put(order, tail(), old.id);
      return;
    }
    const isLast = lastOfThread.get(order.thread)?.seq === old.seq;
    const last = tail();
    retire.run(last, replaced(order.id), order.decidedAt, old.seq);
    put(order, isLast ? old.seq : last + 1, null);
  };

  const addOne = (order: EffectOrder): void => {
    if (isKnown(order.id)) return;
    const old = order.phase === 'update' ? waitingUpdate.get(order.thread) : undefined;
    if (old === undefined) put(order, tail(), null);
    else replace(order, old);
  };

  return (orders) => {
    if (orders.length > 0) db.transact(() => orders.forEach(addOne));
  };
}

const replaced = (id: string): string => `replaced by the newer order ${id}`;

function readOrder(row: OrderRow): OutboxRow {
  return {
    ...(JSON.parse(row.body) as EffectOrder),
    seq: row.seq,
    state: row.state,
    attempts: row.attempts,
    nextAt: row.next_at,
    ref: row.ref,
    reason: row.reason,
    finishedAt: row.finished_at,
  };
}
