import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { EVENT_KINDS, type EventKind } from '../../../src/core/catalog/catalog.ts';
import { toEvent, type AnyEvent, type StoredEvent } from '../../../src/core/event.ts';
import { container, dice, memory, START, tempStore } from './support.ts';

const idsOf = (events: Iterable<StoredEvent>): readonly string[] => [...events].map((event) => event.id);

test('an event is read back as it was appended, with its place and when it came', async () => {
  await using temp = tempStore();
  const store = temp.open();
  const odd = container('a', 'harb/"anvil"/1', { labels: { 'com.x': "it's ü \u0000 \u{1F433}" }, exit_code: 137 });
  temp.clock.now = START + 5;
  const stored = await store.log.append([odd, memory('b')]);
  expect(stored).toEqual([
    { ...odd, received: START + 5, seq: 1 },
    { ...memory('b'), received: START + 5, seq: 2 },
  ]);
  await store.close();
  expect(temp.open().log.get('a')).toEqual(stored[0]);
});

test('an id is stored once, whether it comes again in the same batch, another batch or another process', async () => {
  await using temp = tempStore();
  const first = temp.open();
  const [one, two] = await Promise.all([
    first.log.append([container('a', 'x'), container('a', 'y')]),
    first.log.append([container('a', 'z'), container('b')]),
  ]);
  await first.close();
  const second = temp.open();
  const three = await second.log.append([container('b'), container('c')]);
  expect([one, two, three].map(idsOf)).toEqual([['a'], ['b'], ['c']]);
  expect(second.log.get('a')?.subject).toBe('x');
  expect(second.log.count()).toBe(3);
});

test('what is appended in one turn is told once, in order, before any append resolves', async () => {
  await using temp = tempStore();
  const store = temp.open();
  const seen: string[] = [];
  store.log.onStored((events) => seen.push(`told ${idsOf(events).join(' ')}`));
  const append = async (ids: readonly string[]): Promise<void> => {
    await store.log.append(ids.map((id) => container(id)));
    seen.push(`resolved ${ids.join(' ')}`);
  };
  await Promise.all([append(['a', 'b']), append(['c']), append(['a', 'd'])]);
  expect(seen).toEqual(['told a b c d', 'resolved a b', 'resolved c', 'resolved a d']);
});

test('nothing new is not told', async () => {
  await using temp = tempStore();
  const store = temp.open();
  await store.log.append([container('a')]);
  let calls = 0;
  store.log.onStored(() => (calls += 1));
  expect(await store.log.append([container('a')])).toEqual([]);
  expect(await store.log.append([])).toEqual([]);
  expect(calls).toBe(0);
});

test('what the listener appends is stored too, after what it was told of', async () => {
  await using temp = tempStore();
  const store = temp.open();
  const told: string[] = [];
  const echo = new Promise<readonly StoredEvent[]>((resolve) => {
    store.log.onStored((events) => {
      told.push(...idsOf(events));
      if (told.length === 1) resolve(store.log.append([container('echo')]));
    });
  });
  await store.log.append([container('a')]);
  await echo;
  expect(told).toEqual(['a', 'echo']);
});

test('a listener that throws fails no append and is reported', async () => {
  await using temp = tempStore();
  const reported: unknown[] = [];
  const store = temp.open({ onListenerError: (error) => reported.push(error) });
  const mistake = new Error('a bug');
  store.log.onStored(() => {
    throw mistake;
  });
  expect(idsOf(await store.log.append([container('a')]))).toEqual(['a']);
  expect(reported).toEqual([mistake]);
});

test('the time of arrival never falls, not even when the clock is set back over a restart', async () => {
  await using temp = tempStore();
  const first = temp.open();
  await first.log.append([container('a')]);
  temp.clock.now = START - 60_000;
  await first.log.append([container('b')]);
  await first.close();
  const [c] = await temp.open().log.append([container('c')]);
  expect(c?.received).toBe(START);
});

test('an event that cannot be written is refused alone', async () => {
  await using temp = tempStore();
  const store = temp.open();
  const results = await Promise.allSettled([
    store.log.append([container('a')]),
    store.log.append([container('b'), { ...container('c'), time: Number.NaN }]),
    store.log.append([{ ...container('d'), id: '' }]),
    store.log.append([container('e')]),
  ]);
  expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
  expect(idsOf(store.log.recent({ limit: 10 }))).toEqual(['e', 'a']);
});

test('close stores what waits, then nothing more', async () => {
  await using temp = tempStore();
  const store = temp.open();
  const pending = store.log.append([container('a')]);
  await store.close();
  expect(idsOf(await pending)).toEqual(['a']);
  await expect(store.log.append([container('b')])).rejects.toMatchObject({ code: 'STORE_CLOSED' });
  expect(temp.open().log.count()).toBe(1);
});

test('replay gives exactly the kinds and ages asked for, in order of arrival', async () => {
  await using temp = tempStore();
  const store = temp.open();
  const roll = dice(7);
  const kinds: readonly EventKind[] = EVENT_KINDS.slice(0, 5);
  const all: StoredEvent[] = [];
  for (let i = 0; i < 3000;) {
    temp.clock.now += roll(3);
    const batch: AnyEvent[] = [];
    for (let n = roll(40); n >= 0; n -= 1, i += 1) {
      const kind = kinds[roll(kinds.length)] ?? 'host.memory';
      batch.push(toEvent(kind, { id: `e${i}`, source: 's', subject: `x${roll(50)}`, time: START, host: 'box' }, {}));
    }
    all.push(...(await store.log.append(batch)));
  }
  // Holes in the sequence, as pruning leaves them.
  store.log.prune(START + 30);
  const left = all.filter((event) => store.log.get(event.id) !== null);
  expect(left.length).toBeLessThan(all.length);
  for (let round = 0; round < 30; round += 1) {
    const since = new Map(kinds.filter(() => roll(2) === 0).map((kind) => [kind, START + roll(170) - 10]));
    const wanted = left.filter((event) => event.received >= (since.get(event.kind) ?? Number.POSITIVE_INFINITY));
    expect(idsOf(store.log.replay(since))).toEqual(idsOf(wanted));
  }
});

test('replay goes on over what is written and dropped meanwhile, and ends where it began', async () => {
  await using temp = tempStore();
  const store = temp.open();
  await store.log.append(Array.from({ length: 1200 }, (_, i) => container(`e${i}`, `x${i}`)));
  const seen: string[] = [];
  for (const event of store.log.replay(new Map([['docker.container', 0]]))) {
    seen.push(event.id);
    if (seen.length === 3) await store.log.append([container('late'), memory('m')]);
  }
  expect(seen).toHaveLength(1200);
  expect(seen.at(-1)).toBe('e1199');
});

test('latest gives the newest event of every entity of a kind', async () => {
  await using temp = tempStore();
  const store = temp.open();
  await store.log.append([container('a1', 'a'), container('b1', 'b'), memory('a', 'a'), container('a2', 'a')]);
  await store.log.append([container('b1', 'b'), container('c1', 'c'), container('b2', 'b')]);
  expect(idsOf(store.log.latest('docker.container'))).toEqual(['a2', 'c1', 'b2']);
  expect(idsOf(store.log.latest('host.disk'))).toEqual([]);
});

test('entities of one name on two boxes are two, for latest and for prune, until one of the boxes is watched no more', async () => {
  await using temp = tempStore();
  const store = temp.open();
  const at = (host: string, id: string): AnyEvent => ({ ...container(id), host });
  await store.log.append([at('box', 'old'), at('box', 'here'), at('box-2', 'there')]);
  temp.clock.now += 1000;
  expect(store.log.prune(temp.clock.now)).toBe(1);
  expect(idsOf(store.log.latest('docker.container'))).toEqual(['here', 'there']);
  store.log.forgetHosts(['box-2', 'box-3']);
  expect(idsOf(store.log.latest('docker.container'))).toEqual(['here']);
  expect(store.log.get('there')?.host).toBe('box-2');
});

test('recent gives the newest first, of all kinds or of one', async () => {
  await using temp = tempStore();
  const store = temp.open();
  await store.log.append([container('a'), memory('b'), container('c')]);
  expect(idsOf(store.log.recent({ limit: 2 }))).toEqual(['c', 'b']);
  expect(idsOf(store.log.recent({ kind: 'docker.container', limit: 9 }))).toEqual(['c', 'a']);
});

test('prune drops what is old in bounded steps and keeps the newest of every entity', async () => {
  await using temp = tempStore();
  const store = temp.open();
  for (let i = 0; i < 5; i += 1) {
    temp.clock.now += 1000;
    await store.log.append(Array.from({ length: 1500 }, (_, n) => container(`e${i}-${n}`, `x${n % 700}`)));
  }
  await store.log.append([container('other', 'y')]);
  temp.clock.now += 1000;
  await store.log.append([container('fresh', 'y')]);
  const steps: number[] = [];
  for (let went = store.log.prune(temp.clock.now); ; went = store.log.prune(temp.clock.now)) {
    if (went === 0) break;
    steps.push(went);
  }
  expect(Math.max(...steps)).toBeLessThanOrEqual(2000);
  expect(steps.reduce((a, b) => a + b)).toBe(5 * 1500 + 1 - 700);
  expect(store.log.count()).toBe(701);
  expect(store.log.get('e4-1499')?.subject).toBe('x99');
  expect(store.log.get('other')).toBeNull();
  expect(idsOf(store.log.replay(new Map([['docker.container', temp.clock.now]])))).toEqual(['fresh']);
});

test('what was kept as the newest goes once it is no longer', async () => {
  await using temp = tempStore();
  const store = temp.open();
  await store.log.append([container('old', 'x')]);
  temp.clock.now += 1000;
  expect(store.log.prune(temp.clock.now)).toBe(0);
  await store.log.append([container('new', 'x')]);
  expect(store.log.prune(temp.clock.now)).toBe(1);
  expect(idsOf(store.log.latest('docker.container'))).toEqual(['new']);
});

test('a row from another version reads with defaults for the fields it lacks, and not at all when its kind is unknown', async () => {
  await using temp = tempStore();
  const first = temp.open();
  await first.log.append([container('a', 'a', { exit_code: 3 }), container('b', 'b')]);
  await first.close();
  const raw = new DatabaseSync(temp.path);
  raw.exec(`UPDATE events SET data = json_remove(data, '$.labels', '$.oom') WHERE id = 'a'`);
  raw.exec(`UPDATE events SET kind = 'docker.sidecar' WHERE id = 'b'`);
  raw.close();
  const { log } = temp.open();
  expect(log.get('a')?.data).toEqual(container('a', 'a', { exit_code: 3 }).data);
  expect(log.get('b')).toBeNull();
  expect(idsOf(log.recent({ limit: 9 }))).toEqual(['a']);
});
