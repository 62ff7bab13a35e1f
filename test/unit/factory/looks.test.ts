import { expect, test } from 'vitest';
import type { AnyEvent } from '../../../src/core/event.ts';
import { openLedger, toFact } from '../../../src/factory/ledger.ts';
import { createLooks, createSay } from '../../../src/factory/looks.ts';
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

test('what the log does not take is said at the next look, and complained of once', async () => {
  const warnings: string[] = [];
  const taken: AnyEvent[] = [];
  let isFull = true;
  const say = createSay({
    ledger: openLedger({ host: 'box', scheme: 'work', run: '1', before: [] }),
    context: {
      emit: async (events) => {
        if (isFull) throw new Error('the disk is full');
        taken.push(...events);
        return { stored: events.length, known: 0 };
      },
    },
    warn: (_, message) => warnings.push(message),
  });
  const facts = [toFact('worktree', { path: '/tmp/w', exists: true })];
  for (const now of [1, 2]) await say(facts, () => true, now);
  isFull = false;
  for (const now of [3, 4]) await say(facts, () => true, now);
  expect(taken.map(({ time }) => time)).toEqual([3]);
  expect(warnings).toEqual(['events were not stored, trying again']);
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
