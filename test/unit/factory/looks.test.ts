import { expect, test } from 'vitest';
import { createLooks } from '../../../src/factory/looks.ts';
import { createMemo } from '../../../src/factory/memo.ts';
import { fakeClock } from '../../support/fake-clock.ts';

test('one look at a time, every so often, and one more when asked', async () => {
  const clock = fakeClock();
  const stop = new AbortController();
  const looks = createLooks((span, signal) => clock.sleep(span, signal));
  let running = 0;
  let most = 0;
  let count = 0;
  const look = async (): Promise<void> => {
    running += 1;
    most = Math.max(most, running);
    await clock.sleep(10);
    count += 1;
    running -= 1;
  };
  const done = looks.run(look, 1000, stop.signal);
  const asked = looks.again();
  await clock.advance(30);
  await asked;
  expect([count, most]).toEqual([2, 1]);
  await clock.advance(1010);
  expect(count).toBe(3);
  stop.abort();
  await done;
  await looks.again();
  expect(count).toBe(3);
});

test('a look that throws ends the run', async () => {
  const clock = fakeClock();
  const looks = createLooks((span, signal) => clock.sleep(span, signal));
  const look = async (): Promise<void> => {
    throw new Error('bug');
  };
  const run = looks.run(look, 1000, new AbortController().signal);
  await expect(run).rejects.toThrow('bug');
});

test('a memo reads a version once, and a reading that failed again', async () => {
  const memo = createMemo<string>();
  let reads = 0;
  const read = (value: string | null) => async () => {
    reads += 1;
    return value;
  };
  expect(await memo.of('/a', '1', read(null))).toBeNull();
  expect(await memo.of('/a', '1', read('one'))).toBe('one');
  expect(await memo.of('/a', '1', read('other'))).toBe('one');
  expect(await memo.of('/a', '2', read('two'))).toBe('two');
  expect(reads).toBe(3);
  memo.keep(new Set());
  expect(await memo.of('/a', '2', read('three'))).toBe('three');
});
