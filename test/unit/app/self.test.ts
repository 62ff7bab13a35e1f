import { expect, test } from 'vitest';
import { deliveryLevel } from '../../../src/app/self.ts';
import type { Delivery } from '../../../src/engine/dispatch.ts';
import { DECIDED, makeNotify } from '../../support/make-order.ts';

const ROW = { ...makeNotify(), seq: 1, state: 'running', nextAt: DECIDED, finishedAt: null, ref: '' } as const;

interface Tried {
  readonly state: Delivery['state'];
  /** Tries before this one, and why the last of them failed. */
  readonly tries: number;
  readonly before: string;
  readonly reason: string;
}

test.each<[Tried, string]>([
  [{ state: 'done', tries: 4, before: 'refused', reason: '' }, 'info'],
  [{ state: 'skipped', tries: 0, before: '', reason: 'over' }, 'info'],
  [{ state: 'failing', tries: 0, before: '', reason: 'refused' }, 'warn'],
  [{ state: 'failing', tries: 1, before: 'refused', reason: 'refused' }, 'debug'],
  [{ state: 'failing', tries: 2, before: 'refused', reason: '502' }, 'warn'],
  [{ state: 'dead', tries: 3, before: 'refused', reason: 'refused' }, 'warn'],
  [{ state: 'interrupted', tries: 0, before: '', reason: '' }, 'warn'],
])('a delivery of which %j is known is logged as %s', ({ state, tries, before, reason }, level) => {
  const row = { ...ROW, attempts: tries, reason: before };
  expect(deliveryLevel({ row, state, attempts: tries + 1, reason, at: DECIDED })).toBe(level);
});
