import { expect, test } from 'vitest';
import { inParallel } from '../../../src/core/in-parallel.ts';

/** Work that ends when it is told to, in any order. */
function createWork() {
  const begun: number[] = [];
  const ends = new Map<number, PromiseWithResolvers<string>>();
  return {
    begun,
    work: async (item: number): Promise<string> => {
      begun.push(item);
      const end = Promise.withResolvers<string>();
      ends.set(item, end);
      return end.promise;
    },
    end: async (item: number): Promise<void> => {
      ends.get(item)?.resolve(`did ${item}`);
      await settle();
    },
    fail: async (item: number): Promise<void> => {
      ends.get(item)?.reject(new Error(`broke ${item}`));
      await settle();
    },
  };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('only so many are begun at a time, and the results are in the order of the items', async () => {
  const { begun, work, end } = createWork();
  const done = inParallel([1, 2, 3], 2, work);
  expect(begun).toEqual([1, 2]);
  await end(2);
  expect(begun).toEqual([1, 2, 3]);
  await end(3);
  await end(1);
  expect(await done).toEqual(['did 1', 'did 2', 'did 3']);
});

test('after a failure nothing new is begun, and it is the one that is told', async () => {
  const { begun, work, end, fail } = createWork();
  const done = inParallel([1, 2, 3, 4], 2, work);
  const told = done.catch(String);
  await fail(1);
  await end(2);
  expect(await told).toBe('Error: broke 1');
  expect(begun).toEqual([1, 2]);
});

test('nothing to do is done', async () => {
  expect(await inParallel([], 4, async () => 'never')).toEqual([]);
});
