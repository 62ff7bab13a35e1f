import { expect, test } from 'vitest';
import type { Silence } from '../../../src/core/source.ts';
import { DAY, HOUR, MINUTE } from '../../../src/core/time.ts';
import { container, finding, order, START, tempStore } from './support.ts';

test('a finding is kept as it was saved last, over a restart', async () => {
  await using temp = tempStore();
  const first = temp.open();
  first.findings.save([finding('f'), finding('g')]);
  first.findings.save([finding('f', { count: 7, causes: ['e1', 'e2'] })]);
  await first.close();
  const { findings } = temp.open();
  expect(findings.get('f')).toEqual(finding('f', { count: 7, causes: ['e1', 'e2'] }));
  expect(findings.get('h')).toBeNull();
});

test('findings are listed newest first, by state and by rule', async () => {
  await using temp = tempStore();
  const { findings } = temp.open();
  findings.save([
    finding('a', { last: START + 1 }),
    finding('b', { last: START + 3, state: 'resolved' }),
    finding('c', { last: START + 2, rule: 'core/disk-high' }),
  ]);
  const listed = (query?: Parameters<typeof findings.list>[0]) => findings.list(query).map((f) => f.fingerprint);
  expect(listed()).toEqual(['b', 'c', 'a']);
  expect(listed({ states: ['firing', 'flapping'] })).toEqual(['c', 'a']);
  expect(listed({ rule: 'core/mem-floor', limit: 1 })).toEqual(['b']);
  expect(listed({ states: [] })).toEqual([]);
});

test('firings are remembered after the finding has moved on', async () => {
  await using temp = tempStore();
  const { findings } = temp.open();
  findings.save([finding('f', { state: 'pending', firing: '', firedAt: null })]);
  findings.save([finding('f', { state: 'pending', firing: '', firedAt: START - 9 })]);
  findings.save([finding('f')]);
  findings.save([finding('f', { state: 'resolved', resolvedAt: START + 5 })]);
  findings.save([finding('f', { firing: 'f-2', firedAt: START + 9 })]);
  expect(findings.firings('f')).toEqual([
    { firing: 'f-2', firedAt: START + 9, resolvedAt: null },
    { firing: 'f-1', firedAt: START, resolvedAt: START + 5 },
  ]);
  expect(findings.firings('g')).toEqual([]);
});

const silence: Silence = {
  id: 's1',
  rule: 'mem-floor',
  key: ['box', '7'],
  from: START,
  until: START + HOUR,
  by: '@ops',
  reason: 'known',
};

test('a silence holds from its start to before its end, until it is removed', async () => {
  await using temp = tempStore();
  const { silences } = temp.open();
  silences.add(silence);
  silences.add({ ...silence, id: 's2', from: START + 5 });
  const heldAt = (at: number) => silences.active(at).map((one) => one.id);
  expect(silences.active(START)).toEqual([silence]);
  expect([START - 1, START + 5, START + HOUR - 1, START + HOUR].map(heldAt)).toEqual([
    [],
    ['s1', 's2'],
    ['s1', 's2'],
    [],
  ]);
  expect([silences.remove('s1'), silences.remove('s1')]).toEqual([true, false]);
  expect(heldAt(START + 5)).toEqual(['s2']);
});

test('an acknowledgement is for one firing', async () => {
  await using temp = tempStore();
  const { silences, findings } = temp.open();
  findings.save([finding('f')]);
  silences.ack('f', '@ops', START);
  silences.ack('unknown', '@ops', START);
  findings.save([finding('f', { firing: 'f-2' })]);
  expect(silences.isAcked('f', 'f-1')).toBe(true);
  expect(silences.isAcked('f', 'f-2')).toBe(false);
  expect(silences.isAcked('unknown', '')).toBe(false);
});

test('cursors and meta are two sets of names', async () => {
  await using temp = tempStore();
  const first = temp.open();
  first.cursors.set('docker', '1700000000.000000001');
  first.cursors.set('docker', '1700000000.000000002');
  first.meta.set('docker', 'other');
  await first.close();
  const { cursors, meta } = temp.open();
  expect([cursors.get('docker'), meta.get('docker'), cursors.get('forge')]).toEqual([
    '1700000000.000000002',
    'other',
    null,
  ]);
});

test('samples are as they came for a day, then means of ten minutes for thirty days', async () => {
  await using temp = tempStore();
  const { samples } = temp.open();
  for (let minute = 0; minute < 60; minute += 1) {
    samples.add('mem', START + minute * MINUTE, minute);
    samples.add('disk', START + minute * MINUTE, 50);
  }
  const mem = () => samples.range('mem', START, START + DAY).map(({ at, value }) => [(at - START) / MINUTE, value]);
  samples.thin(START + DAY);
  expect(mem()).toHaveLength(60);
  samples.thin(START + DAY + 25 * MINUTE);
  const thinned = mem();
  expect(thinned.slice(0, 3)).toEqual([
    [5, 4.5],
    [15, 14.5],
    [20, 20],
  ]);
  expect(thinned).toHaveLength(42);
  samples.thin(START + DAY + 25 * MINUTE);
  expect(mem()).toEqual(thinned);
  samples.thin(START + 30 * DAY + 30 * MINUTE);
  expect(mem()).toEqual([
    [35, 34.5],
    [45, 44.5],
    [55, 54.5],
  ]);
  expect(samples.range('disk', START, START + HOUR)).toHaveLength(3);
});

test('what was thinned is left alone, also when the clock is set back', async () => {
  await using temp = tempStore();
  const { samples } = temp.open();
  samples.add('mem', START, 1);
  samples.thin(START + 2 * DAY);
  samples.thin(START + DAY - HOUR);
  samples.add('mem', START + MINUTE, 9);
  samples.thin(START + 2 * DAY + HOUR);
  expect(samples.range('mem', START, START + DAY).map(({ value }) => value)).toEqual([9, 1]);
});

test('a figure that comes again at the same instant replaces the first', async () => {
  await using temp = tempStore();
  const { samples } = temp.open();
  samples.add('mem', START, 1);
  samples.add('mem', START, 2);
  samples.add('mem', START + 1, 4);
  samples.thin(START + 2 * DAY);
  expect(samples.range('mem', START, START + DAY)).toEqual([{ at: START + 5 * MINUTE, value: 3 }]);
});

test('a sample that is no number is refused', async () => {
  await using temp = tempStore();
  const { samples } = temp.open();
  expect(() => samples.add('mem', START, Number.NaN)).toThrow('a sample of mem is NaN: leave it out instead');
});

const fail = (): never => {
  throw new Error('no');
};

test('a transaction that throws leaves nothing behind, and one inside another fails alone', async () => {
  await using temp = tempStore();
  const store = temp.open();
  expect(() =>
    store.transact(() => {
      store.findings.save([finding('a')]);
      store.outbox.add([order('a')]);
      fail();
    }),
  ).toThrow('no');
  expect([store.findings.get('a'), store.outbox.get('a')]).toEqual([null, null]);
  const result = store.transact(() => {
    store.cursors.set('kept', '1');
    try {
      store.transact(() => {
        store.cursors.set('lost', '1');
        fail();
      });
    } catch {
      store.cursors.set('after', '1');
    }
    return 42;
  });
  expect(result).toBe(42);
  expect(['kept', 'lost', 'after'].map(store.cursors.get)).toEqual(['1', null, '1']);
});

test('a transaction takes no work that goes on later', async () => {
  await using temp = tempStore();
  const store = temp.open();
  const work = async (): Promise<void> => {
    store.cursors.set('a', '1');
    await Promise.resolve();
  };
  expect(() => store.transact(work)).toThrow('the work of a transaction must be synchronous');
  expect(store.cursors.get('a')).toBeNull();
});

test('an append that waits during a transaction is stored whatever becomes of the transaction', async () => {
  await using temp = tempStore();
  const store = temp.open();
  let appended: Promise<unknown> = Promise.resolve();
  expect(() =>
    store.transact(() => {
      appended = store.log.append([container('a')]);
      throw new Error('no');
    }),
  ).toThrow('no');
  await appended;
  expect(store.log.count()).toBe(1);
});

const pruneAll = (prune: (before: number) => number, before: number): number => {
  let sum = 0;
  for (let went = prune(before); went > 0; went = prune(before)) sum += went;
  return sum;
};

test('what is over and old is forgotten', async () => {
  await using temp = tempStore();
  const store = temp.open();
  const old = { state: 'resolved', resolvedAt: START + 5 } as const;
  store.findings.save([finding('old', old), finding('new', { ...old, resolvedAt: START + HOUR })]);
  store.silences.add({ ...silence, until: START + 5 });
  store.outbox.add([order('done', { fingerprint: 'old', firing: 'old-1' }), order('waiting'), order('later')]);
  store.outbox.settle('done', { state: 'done', ref: '', reason: '', at: START + 5 });
  store.outbox.settle('later', { state: 'dead', ref: '', reason: '', at: START + HOUR });
  await store.log.append([container('a1', 'a'), container('a2', 'a')]);
  expect(pruneAll(store.prune, START + 10)).toBe(5);
  expect(store.findings.list().map((f) => f.fingerprint)).toEqual(['new']);
  expect(store.findings.firings('old')).toEqual([]);
  expect(store.outbox.list().map((row) => row.id)).toEqual(['later', 'waiting']);
  expect(store.log.count()).toBe(1);
});

test('an effect that was done stays known while its finding goes on, however old it is', async () => {
  await using temp = tempStore();
  const store = temp.open();
  store.findings.save([finding('f', { state: 'flapping' })]);
  store.outbox.add([order('past', { fingerprint: 'f', firing: 'f-0' }), order('now', { fingerprint: 'f' })]);
  store.outbox.settle('past', { state: 'done', ref: '', reason: '', at: START });
  store.outbox.settle('now', { state: 'done', ref: '$1', reason: '', at: START });
  pruneAll(store.prune, START + 365 * DAY);
  expect(store.outbox.get('past')).toBeNull();
  store.outbox.add([order('now', { fingerprint: 'f' })]);
  expect(store.outbox.get('now')).toMatchObject({ state: 'done', ref: '$1' });
  store.findings.save([finding('f', { state: 'resolved', resolvedAt: START + 1 })]);
  pruneAll(store.prune, START + 365 * DAY);
  expect(store.outbox.get('now')).toBeNull();
});

test('what a waiting order refers to stays known', async () => {
  await using temp = tempStore();
  const { outbox, prune } = temp.open();
  outbox.add([order('fire', { thread: 't' }), order('end', { thread: 't', phase: 'resolve' })]);
  outbox.settle('fire', { state: 'done', ref: '$1', reason: '', at: START });
  pruneAll(prune, START + DAY);
  expect(outbox.firedRef('t')).toBe('$1');
  outbox.begin('end', START);
  pruneAll(prune, START + DAY);
  expect(outbox.firedRef('t')).toBe('$1');
  outbox.settle('end', { state: 'done', ref: '', reason: '', at: START });
  pruneAll(prune, START + DAY);
  expect(outbox.list()).toEqual([]);
});

test('an acknowledgement lasts as long as its firing', async () => {
  await using temp = tempStore();
  const store = temp.open();
  store.findings.save([finding('f')]);
  store.silences.ack('f', '@ops', START);
  pruneAll(store.prune, START + DAY);
  expect(store.silences.isAcked('f', 'f-1')).toBe(true);
  store.findings.save([finding('f', { state: 'resolved', resolvedAt: START })]);
  pruneAll(store.prune, START + DAY);
  expect(store.silences.isAcked('f', 'f-1')).toBe(false);
});
