/**
 * "All clear": said once, after trouble that people were told of, when no finding of P0 to P3 is open any more; at most once a sweep.
 * What was told is kept in the state and changes in the same transaction as the decision it follows from, so that no restart loses or repeats it.
 */

import type { MatrixConfig } from '../config/config.ts';
import { stableId } from '../core/event.ts';
import type { Card, EffectOrder, EffectSpec } from '../core/effect.ts';
import { sweepOf } from '../core/sweep.ts';
import { DAY, HOUR, toIso, type Instant, type Millis } from '../core/time.ts';
import type { Store } from '../ports/store.ts';

export interface AllClearOptions {
  readonly store: Pick<Store, 'transact' | 'meta' | 'outbox' | 'findings'>;
  /** Name of this box. */
  readonly host: string;
  /** Whether a room that a rule names is the one of the operators. */
  isOpsRoom(room: string): boolean;
}

export interface AllClear {
  /** Takes note of what people are told; to be called with each decision, in its transaction, once it is written. */
  note(orders: readonly EffectOrder[], now: Instant): void;
  /** Orders the all clear when it is time for it; true when it did. */
  check(now: Instant): boolean;
}

/** Whether what goes to a room is read by the operators: they read what has no room of its own, and everything where there is no chat. */
export function isOpsRoom(matrix: MatrixConfig | null, room: string): boolean {
  if (matrix === null || room === '') return true;
  const { ops } = matrix.rooms;
  return (matrix.rooms[room] ?? (room.startsWith('!') ? room : ops)) === ops;
}

/** What people were told since the last all clear. */
interface Trouble {
  /** Names it: the first order of it. */
  readonly id: string;
  readonly since: Instant;
  /** The operators were alerted, so that they wait for the end of it. */
  readonly isAlerted: boolean;
}

const TROUBLE = 'trouble';
const SAID = 'all_clear_at';

/** Watches over a store. */
export function createAllClear(options: AllClearOptions): AllClear {
  const { store } = options;
  const check = (now: Instant): boolean => {
    const trouble = readTrouble(store.meta.get(TROUBLE));
    if (trouble === null || sweepOf(Number(store.meta.get(SAID) ?? 0)) === sweepOf(now) || isAnyOpen(options)) {
      return false;
    }
    store.transact(() => {
      store.outbox.add(ordersFor(trouble, options.host, now));
      store.meta.set(TROUBLE, '');
      store.meta.set(SAID, String(now));
    });
    return true;
  };
  return {
    note(orders, now) {
      const news = orders.filter(({ phase, spec }) => phase === 'fire' && spec.card.priority !== 'P4');
      const [first] = news;
      if (first === undefined) return;
      const before = readTrouble(store.meta.get(TROUBLE)) ?? { id: first.id, since: now, isAlerted: false };
      const isAlerted = news.some(({ spec }) => spec.act === 'notify' && options.isOpsRoom(spec.to));
      store.meta.set(TROUBLE, JSON.stringify({ ...before, isAlerted: before.isAlerted || isAlerted }));
    },
    check,
  };
}

function readTrouble(text: string | null): Trouble | null {
  return text === null || text === '' ? null : (JSON.parse(text) as Trouble);
}

/** Newest first; most of what is open is no P4. */
const FIRST_LOOK = 20;

function isAnyOpen({ store }: AllClearOptions): boolean {
  const isTrouble = (limit: number): boolean =>
    store.findings.list({ states: ['firing', 'flapping'], limit }).some(({ priority }) => priority !== 'P4');
  return isTrouble(FIRST_LOOK) || isTrouble(-1);
}

const MAX_AGE: Readonly<Record<'journal' | 'notify', Millis>> = { journal: 7 * DAY, notify: 6 * HOUR };

function ordersFor(trouble: Trouble, host: string, now: Instant): readonly EffectOrder[] {
  const card = toCard(trouble, host, now);
  const journal = toOrder({ act: 'journal', card, also: [] }, 'journal', now);
  return trouble.isAlerted ? [journal, toOrder({ act: 'notify', to: 'ops', card }, 'notify:ops', now)] : [journal];
}

/** It is about no one finding; the id of the trouble makes its orders the same ones whenever they are made. */
function toCard({ id, since }: Trouble, host: string, now: Instant): Card {
  const firing = stableId('all-clear', host, id);
  return {
    fingerprint: stableId('all-clear', host),
    firing,
    rule: 'all-clear',
    key: [],
    host,
    priority: 'P4',
    title: 'All clear',
    text: 'No issues found — all systems healthy',
    owner: '',
    runbook: '',
    state: 'clear',
    since,
    firedAt: now,
    resolvedAt: now,
    last: now,
    count: 1,
    unconfirmed: null,
    causes: [`trouble since ${toIso(since)}`],
  };
}

function toOrder(spec: EffectSpec & { readonly act: 'journal' | 'notify' }, target: string, now: Instant): EffectOrder {
  const { firing, fingerprint, rule } = spec.card;
  const thread = stableId(firing, spec.act);
  const id = stableId(thread, 'fire', 0);
  const times = { decidedAt: now, notBefore: now, maxAge: MAX_AGE[spec.act] };
  return { id, thread, rule, fingerprint, firing, step: 0, phase: 'fire', target, ...times, spec };
}
