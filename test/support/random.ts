/** Random numbers that can be had again: the seed is printed when the test fails. */

import { onTestFailed } from 'vitest';

export interface Random {
  /** 0 ≤ n < 1. */
  next(): number;
  /** from ≤ n < to, whole. */
  between(from: number, to: number): number;
  shuffle<T>(items: readonly T[]): readonly T[];
}

/** A generator (mulberry32) with the seed of REACTOR_TEST_SEED, else the one that is given, else a new one each time. Call it inside a test. */
export function seededRandom(usual = Math.floor(Math.random() * 2 ** 32)): Random {
  const asked = process.env['REACTOR_TEST_SEED'];
  const seed = asked === undefined ? usual : Number(asked);
  onTestFailed(() => void process.stderr.write(`\nAgain with the same choices: REACTOR_TEST_SEED=${seed}\n`));
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (from: number, to: number): number => from + Math.floor(next() * (to - from));
  return {
    next,
    between,
    shuffle: (items) =>
      items
        .map((item) => ({ item, at: next() }))
        .toSorted((a, b) => a.at - b.at)
        .map(({ item }) => item),
  };
}
