import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type TestContext } from 'vitest';
import type { Store } from '../../../src/ports/store.ts';
import { openStore } from '../../../src/store/store.ts';
import { mountSmallDisk, type SmallDisk } from '../../support/small-disk.ts';
import { container, finding, order, START, tempStore } from './support.ts';

const RESERVE = 2 * 1024 * 1024;

function diskFor(context: TestContext): SmallDisk {
  const disk = mountSmallDisk(32);
  if (disk === null) return context.skip();
  return disk;
}

const openOn = (disk: SmallDisk): Store =>
  openStore({ path: join(disk.path, 'reactor.db'), now: () => START, reserve: RESERVE });

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Appends until the disk is full, which nothing but SQLite's own growth finds out. */
async function appendUntilFull(store: Store, disk: SmallDisk): Promise<unknown> {
  disk.fill();
  for (let i = 0; i < 10_000; i += 1) {
    try {
      await store.log.append([container(`e${i}`, 'harb/anvil/1', { name: 'x'.repeat(2_000) })]);
    } catch (error) {
      return error;
    }
  }
  throw new Error('the disk never was full');
}

test('on a full disk the log takes nothing, and what people must know still fits', async (context) => {
  using disk = diskFor(context);
  const store = openOn(disk);
  const told: boolean[] = [];
  store.room.onChange((full) => told.push(full));
  expect(await appendUntilFull(store, disk)).toMatchObject({ code: 'STORE_FULL' });
  expect(store.room.isFull()).toBe(true);
  await turn();
  expect(told).toEqual([true]);
  disk.fill();
  expect(disk.left()).toBe(0);

  const known = store.log.count();
  await expect(store.log.append([container('another')])).rejects.toMatchObject({ code: 'STORE_FULL' });
  expect(store.log.count()).toBe(known);
  for (let i = 0; i < 200; i += 1) {
    store.transact(() => {
      store.findings.save([finding(`f${i}`)]);
      store.outbox.add([order(`o${i}`)]);
    });
    store.outbox.begin(`o${i}`, START);
    store.outbox.settle(`o${i}`, { state: 'done', ref: '$1', reason: '', at: START });
  }
  expect(store.outbox.counts().done).toBe(200);

  store.room.look();
  expect([store.room.isFull(), told]).toEqual([true, [true]]);
  disk.free();
  store.room.look();
  expect([store.room.isFull(), told]).toEqual([false, [true, false]]);
  expect(existsSync(join(disk.path, 'reactor.db.reserve'))).toBe(true);
  expect(await store.log.append([container('another')])).toHaveLength(1);
  await store.close();
});

test('a state whose disk is full is opened again, with all it held, and is full from the start', async (context) => {
  using disk = diskFor(context);
  const before = openOn(disk);
  before.findings.save([finding('f')]);
  await before.close();
  disk.fill();
  const store = openOn(disk);
  const told: boolean[] = [];
  expect(await appendUntilFull(store, disk)).toMatchObject({ code: 'STORE_FULL' });
  await turn();
  disk.fill();
  await store.close();
  const after = openOn(disk);
  after.room.onChange((full) => told.push(full));
  expect(told).toEqual([true]);
  expect(after.findings.list()).toEqual([finding('f')]);
  after.findings.save([finding('g')]);
  expect(after.findings.list()).toHaveLength(2);
  await after.close();
});

test('without a reserve nothing lies beside the state', async () => {
  await using temp = tempStore();
  const store = temp.open();
  store.room.look();
  expect(store.room.isFull()).toBe(false);
  expect(existsSync(`${temp.path}.reserve`)).toBe(false);
});
