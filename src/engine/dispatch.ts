/** Carries the outbox's orders out: one at a time a target, in order, tried again with growing pauses until the world took them. */

import { Observable, type OperatorFunction } from 'rxjs';
import { formatDuration } from '../core/duration.ts';
import { failed, type Effect, type EffectOrder, type EffectResult, type OutboxRow } from '../core/effect.ts';
import { messageOf } from '../core/errors.ts';
import { MINUTE, SECOND, type Instant, type Millis } from '../core/time.ts';
import type { Clock } from '../ports/clock.ts';
import { isPassing, type Outbox } from '../ports/store.ts';

export interface DispatchOptions {
  readonly outbox: Outbox;
  readonly effects: ReadonlyMap<string, Effect>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** 0 ≤ n < 1; spreads retries. */
  readonly random: () => number;
}

/** What became of one try. */
export interface Delivery {
  readonly row: OutboxRow;
  readonly state: 'done' | 'skipped' | 'failing' | 'dead' | 'interrupted';
  readonly attempts: number;
  readonly reason: string;
  readonly at: Instant;
}

const FIRST_PAUSE: Millis = SECOND;
const LONGEST_PAUSE: Millis = 5 * MINUTE;
/** When the outbox itself cannot be written. */
const STORE_PAUSE: Millis = 5 * SECOND;

/** Every time it is poked, an order comes due or one is finished, takes what can go now; emits what became of each. */
export function dispatch(options: DispatchOptions): OperatorFunction<void, Delivery> {
  const { outbox, clock } = options;
  return (pokes) =>
    new Observable((subscriber) => {
      let cancel = (): void => {};
      const finish = (delivery: Delivery): void => {
        subscriber.next(delivery);
        take();
      };
      const take = (): void => {
        cancel();
        if (subscriber.closed || options.signal.aborted) return;
        try {
          takeDue();
        } catch (error) {
          if (!isPassing(error)) return subscriber.error(error);
          cancel = clock.callAt(clock.now() + STORE_PAUSE, take);
        }
        return undefined;
      };
      const takeDue = (): void => {
        const now = clock.now();
        for (const row of outbox.due(now)) {
          outbox.begin(row.id, now);
          carryOut(row, options).then(finish, (error: unknown) => subscriber.error(error));
        }
        const next = outbox.nextDue();
        cancel = next === null ? (): void => {} : clock.callAt(Math.max(next, now + 1), take);
      };
      const subscription = pokes.subscribe({ next: take, error: (error: unknown) => subscriber.error(error) });
      take();
      return () => {
        cancel();
        subscription.unsubscribe();
      };
    });
}

/** Orders that were begun when the process died: begun again when that is harmless, otherwise reported. */
export function recover(options: DispatchOptions): readonly Delivery[] {
  const { outbox, effects, clock } = options;
  const deliveries: Delivery[] = [];
  for (const row of outbox.unsettled()) {
    const at = clock.now();
    if (effects.get(row.spec.act)?.repeatable === true) {
      outbox.defer(row.id, at, 'the process ended while this was under way');
      continue;
    }
    const reason = 'the process ended while this was under way; it is not done twice';
    outbox.settle(row.id, { state: 'interrupted', ref: '', reason, at });
    deliveries.push({ row, state: 'interrupted', attempts: row.attempts, reason, at });
  }
  return deliveries;
}

/** How long to wait before the next try: 1 s, 2 s, … 5 min, give or take a fifth; what the world asked for, if longer. */
export function pauseAfter(attempts: number, random: number, asked: Millis): Millis {
  const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempts - 1));
  return Math.max(asked, Math.round(pause * (0.8 + 0.4 * random)));
}

async function carryOut(row: OutboxRow, options: DispatchOptions): Promise<Delivery> {
  const { outbox, clock, random } = options;
  const attempts = row.attempts + 1;
  const late = clock.now() - row.decidedAt > row.maxAge;
  const result = late ? tooOld(row) : await attempt(row, attempts, options);
  const at = clock.now();
  const settle = async (state: 'done' | 'skipped' | 'dead', ref: string, reason: string): Promise<Delivery> => {
    await persist(() => outbox.settle(row.id, { state, ref, reason, at }), options);
    return { row, state, attempts, reason, at };
  };
  switch (result.outcome) {
    case 'done':
      return settle('done', result.ref, '');
    case 'skipped':
      return settle('skipped', '', result.reason);
    case 'failed': {
      if (!result.retry) return settle('dead', '', result.reason);
      const nextAt = at + pauseAfter(attempts, random(), result.retryAfter ?? 0);
      await persist(() => outbox.defer(row.id, nextAt, result.reason), options);
      return { row, state: 'failing', attempts, reason: result.reason, at };
    }
  }
}

/** What the world did is written down, however long the store cannot. */
async function persist(write: () => void, { clock, signal }: DispatchOptions): Promise<void> {
  for (;;) {
    try {
      return write();
    } catch (error) {
      if (!isPassing(error) || signal.aborted) throw error;
    }
    await clock.sleep(STORE_PAUSE, signal);
  }
}

function tooOld(row: EffectOrder & { readonly reason: string }): EffectResult {
  const why = row.reason === '' ? '' : `; last answer: ${row.reason}`;
  return failed(`could not be done within ${formatDuration(row.maxAge)}${why}`, { retry: false });
}

async function attempt(row: OutboxRow, attempts: number, options: DispatchOptions): Promise<EffectResult> {
  const effect = options.effects.get(row.spec.act);
  if (effect === undefined) return failed(`nothing here does "${row.spec.act}"`, { retry: false });
  const context = {
    now: options.clock.now(),
    signal: options.signal,
    firedRef: options.outbox.firedRef(row.thread),
    attempt: attempts,
  };
  try {
    return await effect.run(row, context);
  } catch (error) {
    return failed(messageOf(error), { retry: true });
  }
}
