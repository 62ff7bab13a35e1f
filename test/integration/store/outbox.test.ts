import { expect, test } from 'vitest';
import type { OutboxRow } from '../../../src/core/effect.ts';
import type { Outbox } from '../../../src/ports/store.ts';
import { dice, order, START, tempStore } from './support.ts';

const idsOf = (rows: readonly OutboxRow[]): readonly string[] => rows.map((row) => row.id);
const close = (outbox: Outbox, id: string, ref = ''): void =>
  outbox.settle(id, { state: 'done', ref, reason: '', at: START });

test('an order is kept as it was decided', async () => {
  await using temp = tempStore();
  const { outbox } = temp.open();
  outbox.add([order('a', { notBefore: START + 9 })]);
  expect(outbox.get('a')).toEqual({
    ...order('a', { notBefore: START + 9 }),
    seq: 1,
    state: 'waiting',
    attempts: 0,
    nextAt: START + 9,
    ref: '',
    reason: '',
    finishedAt: null,
  });
  expect(outbox.get('b')).toBeNull();
});

test('an id is taken once, also after it was done', async () => {
  await using temp = tempStore();
  const { outbox } = temp.open();
  outbox.add([order('a'), order('a', { target: 'other' })]);
  close(outbox, 'a', '$ref');
  outbox.add([order('a', { target: 'other' })]);
  expect(outbox.get('a')).toMatchObject({ state: 'done', ref: '$ref', target: 'notify:ops' });
  expect(outbox.due(START)).toEqual([]);
});

test('every target has its own queue and one order at a time', async () => {
  await using temp = tempStore();
  const { outbox } = temp.open();
  outbox.add([order('a1', { target: 'a' }), order('b1', { target: 'b' }), order('a2', { target: 'a' })]);
  expect(idsOf(outbox.due(START))).toEqual(['a1', 'b1']);
  outbox.begin('a1', START);
  expect(idsOf(outbox.due(START))).toEqual(['b1']);
  expect(outbox.nextDue()).toBe(START);
  outbox.begin('b1', START);
  expect(outbox.due(START)).toEqual([]);
  expect(outbox.nextDue()).toBeNull();
  close(outbox, 'a1');
  expect(idsOf(outbox.due(START))).toEqual(['a2']);
});

test('an order that is not to be sent yet holds nobody up', async () => {
  await using temp = tempStore();
  const { outbox } = temp.open();
  outbox.add([order('reminder', { notBefore: START + 100 }), order('now')]);
  expect(idsOf(outbox.due(START))).toEqual(['now']);
  outbox.begin('now', START);
  close(outbox, 'now');
  expect(outbox.due(START + 99)).toEqual([]);
  expect(outbox.nextDue()).toBe(START + 100);
  expect(idsOf(outbox.due(START + 100))).toEqual(['reminder']);
});

test('an order that was put back holds up its target until its next try', async () => {
  await using temp = tempStore();
  const { outbox } = temp.open();
  outbox.add([order('a'), order('b'), order('elsewhere', { target: 'x' })]);
  outbox.begin('a', START);
  outbox.defer('a', START + 1000, 'no route');
  expect(idsOf(outbox.due(START + 999))).toEqual(['elsewhere']);
  expect(idsOf(outbox.due(START + 1000))).toEqual(['a', 'elsewhere']);
  expect(outbox.get('a')).toMatchObject({ state: 'waiting', attempts: 1, nextAt: START + 1000, reason: 'no route' });
  close(outbox, 'elsewhere');
  expect(outbox.nextDue()).toBe(START + 1000);
});

test('an order that was tried holds up its target even when its next try is set before its first was', async () => {
  await using temp = tempStore();
  const { outbox } = temp.open();
  outbox.add([order('a'), order('b', { notBefore: START - 10 })]);
  outbox.begin('a', START);
  outbox.defer('a', START, 'the clock was set back');
  expect(outbox.due(START - 5)).toEqual([]);
  expect(outbox.nextDue()).toBe(START);
});

test('a reminder that comes due before the put back order behind it goes first', async () => {
  await using temp = tempStore();
  const { outbox } = temp.open();
  outbox.add([order('reminder', { notBefore: START + 500 }), order('a'), order('b')]);
  outbox.begin('a', START);
  outbox.defer('a', START + 1000, 'no route');
  expect(outbox.nextDue()).toBe(START + 500);
  expect(idsOf(outbox.due(START + 500))).toEqual(['reminder']);
});

test('a newer update takes the place of one that waits and was never tried, and the old id stays known', async () => {
  await using temp = tempStore();
  const { outbox } = temp.open();
  const update = { thread: 't', phase: 'update' } as const;
  outbox.add([order('fire', { thread: 't' }), order('u1', update), order('other')]);
  outbox.add([order('u2', { ...update, decidedAt: START + 1 })]);
  close(outbox, 'fire');
  expect(outbox.get('u1')).toMatchObject({ state: 'skipped', reason: 'replaced by the newer order u2' });
  expect(idsOf(outbox.due(START))).toEqual(['u2']);
  outbox.add([order('u1', update)]);
  expect(outbox.counts()).toMatchObject({ waiting: 2, skipped: 1, done: 1 });
  close(outbox, 'u2');
  expect(idsOf(outbox.due(START))).toEqual(['other']);
});

test('an update that comes in after a newer one is not sent', async () => {
  await using temp = tempStore();
  const { outbox } = temp.open();
  const update = { thread: 't', phase: 'update' } as const;
  outbox.add([order('u2', { ...update, decidedAt: START + 1 }), order('u1', update)]);
  expect(outbox.get('u1')?.state).toBe('skipped');
  expect(idsOf(outbox.list({ states: ['waiting'] }))).toEqual(['u2']);
});

test('of two updates decided in the same moment the later is sent', async () => {
  await using temp = tempStore();
  const { outbox } = temp.open();
  const update = { thread: 't', phase: 'update' } as const;
  outbox.add([order('u1', update), order('u2', update)]);
  expect(idsOf(outbox.list({ states: ['waiting'] }))).toEqual(['u2']);
});

test('an update never goes before the resolution that was decided before it', async () => {
  await using temp = tempStore();
  const { outbox } = temp.open();
  outbox.add([order('u1', { thread: 't', phase: 'update' }), order('end', { thread: 't', phase: 'resolve' })]);
  outbox.add([order('u2', { thread: 't', phase: 'update', decidedAt: START + 1 })]);
  expect(idsOf(outbox.due(START))).toEqual(['end']);
  close(outbox, 'end');
  expect(idsOf(outbox.due(START))).toEqual(['u2']);
});

test.each([
  ['that was tried', 'tried'],
  ['that is running', 'running'],
  ['of another thread', 'foreign'],
] as const)('an update %s is not replaced', async (_, how) => {
  await using temp = tempStore();
  const { outbox } = temp.open();
  outbox.add([order('u1', { thread: 't', phase: 'update' })]);
  if (how !== 'foreign') outbox.begin('u1', START);
  if (how === 'tried') outbox.defer('u1', START, 'no route');
  outbox.add([order('u2', { thread: how === 'foreign' ? 'other' : 't', phase: 'update', decidedAt: START + 1 })]);
  expect(outbox.get('u1')?.state).not.toBe('skipped');
  expect(outbox.get('u2')?.state).toBe('waiting');
});

test('what was begun and not settled is known after the process died', async () => {
  await using temp = tempStore();
  const first = temp.open();
  first.outbox.add([order('a'), order('b')]);
  first.outbox.begin('a', START);
  await first.close();
  const { outbox } = temp.open();
  expect(outbox.unsettled()).toMatchObject([{ id: 'a', state: 'running', attempts: 1 }]);
  outbox.settle('a', { state: 'interrupted', ref: '', reason: 'died', at: START + 3 });
  expect(outbox.unsettled()).toEqual([]);
  expect(outbox.get('a')).toMatchObject({ state: 'interrupted', finishedAt: START + 3 });
  expect(idsOf(outbox.due(START))).toEqual(['b']);
});

test('a thread is known by its first fire that was done', async () => {
  await using temp = tempStore();
  const { outbox } = temp.open();
  const again = order('fire2', { thread: 't' });
  outbox.add([order('fire1', { thread: 't' }), order('u', { thread: 't', phase: 'update' }), again]);
  expect(outbox.firedRef('t')).toBe('');
  close(outbox, 'u', '$u');
  expect(outbox.firedRef('t')).toBe('');
  close(outbox, 'fire1', '$1');
  close(outbox, 'fire2', '$2');
  expect(outbox.firedRef('t')).toBe('$1');
});

test('list gives the newest first, by state and by firing', async () => {
  await using temp = tempStore();
  const { outbox } = temp.open();
  outbox.add([order('a'), order('b', { firing: 'g-1' }), order('c')]);
  close(outbox, 'a');
  expect(idsOf(outbox.list())).toEqual(['c', 'b', 'a']);
  expect(idsOf(outbox.list({ states: ['waiting'], firing: 'f-1' }))).toEqual(['c']);
  expect(idsOf(outbox.list({ limit: 1 }))).toEqual(['c']);
});

test('what cannot be is an error that says why', async () => {
  await using temp = tempStore();
  const { outbox } = temp.open();
  outbox.add([order('a')]);
  close(outbox, 'a');
  expect(() => outbox.begin('a', START)).toThrow('order a cannot be begun: it is done');
  expect(() => close(outbox, 'a')).toThrow('order a cannot be closed: it is done');
  expect(() => outbox.defer('a', START, '')).toThrow('order a cannot be put back: it is done');
  expect(() => outbox.begin('b', START)).toThrow('order b cannot be begun: there is none');
  expect(() => outbox.settle('a', { state: 'running', ref: '', reason: '', at: START })).toThrow(TypeError);
});

/** The rules of the queue again, said plainly over a list. */
function dueOf(rows: readonly OutboxRow[], now: number): readonly string[] {
  const targets = [...new Set(rows.map((row) => row.target))];
  const heads = targets.flatMap((target) => {
    const queue = rows.filter((row) => row.target === target);
    if (queue.some((row) => row.state === 'running')) return [];
    const head = queue.find((row) => row.state === 'waiting' && !(row.attempts === 0 && row.notBefore > now));
    return head !== undefined && head.nextAt <= now ? [head] : [];
  });
  return idsOf(heads.toSorted((a, b) => a.seq - b.seq));
}

test.each([1, 2, 3, 4, 5, 6])('over a random course of things the queue keeps its rules (%i)', async (seed) => {
  await using temp = tempStore();
  const { outbox, transact } = temp.open();
  const roll = dice(seed);
  const phases = ['fire', 'update', 'update', 'resolve'] as const;
  let now = START;
  let made = 0;

  const decide = (): void => {
    const late = roll(4) === 0 ? roll(50) : 0;
    const [thread, target] = [`t${roll(8)}`, `q${roll(3)}`];
    const what = { thread, target, phase: phases[roll(4)] ?? 'fire', decidedAt: now, notBefore: now + late };
    made += roll(5) === 0 ? 0 : 1;
    outbox.add([order(`o${made}`, what)]);
  };
  const finish = (row: OutboxRow): void => {
    if (roll(3) === 0) outbox.defer(row.id, now + roll(40), 'no');
    else outbox.settle(row.id, { state: 'done', ref: '', reason: '', at: now });
  };
  const acts = [decide, decide, () => outbox.due(now).forEach((row) => outbox.begin(row.id, now))];
  const finishOne = (): void => outbox.unsettled().slice(0, 1).forEach(finish);

  for (let i = 0; i < 250; i += 1) {
    transact(acts[roll(4)] ?? finishOne);
    const rows = outbox.list().toReversed();
    expect(idsOf(outbox.due(now))).toEqual(dueOf(rows, now));
    const instants = Array.from({ length: 120 }, (_, n) => now + n);
    const next = outbox.nextDue();
    const firstAt = instants.find((at) => dueOf(rows, at).length > 0) ?? null;
    expect(next === null ? null : Math.max(next, now)).toBe(firstAt);
    now += roll(6);
  }
  expect(made).toBeGreaterThan(50);
  expect(outbox.counts().done).toBeGreaterThan(10);
});
