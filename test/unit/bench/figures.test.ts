import { describe, expect, test } from 'vitest';
import { compare, judge, median, percentile, type Row } from '../../../bench/harness/figures.ts';
import { takeTurns } from '../../../bench/harness/rounds.ts';
import { toLines } from '../../../bench/harness/table.ts';

const row = (more: Partial<Row>): Row => ({
  bench: 'engine',
  name: 'figure',
  unit: 'ms',
  ours: 50,
  floor: 100,
  ratio: 0.5,
  target: null,
  ...more,
});

describe('medians', () => {
  test.each([
    ['an odd count takes the middle', [9, 1, 5], 5],
    ['an even count takes the mean of the middle two', [1, 2, 3, 10], 2.5],
    ['one number is its own median', [7], 7],
    ['numbers are compared as numbers', [10, 9, 100], 10],
  ])('%s', (_, values, expected) => {
    expect(median(values)).toBe(expected);
  });

  test('a percentile lies between two numbers in proportion', () => {
    expect(percentile([0, 10, 20, 30, 40], 90)).toBe(36);
  });

  test('no numbers have no median', () => {
    expect(() => median([])).toThrow('no numbers');
  });
});

describe('a comparison', () => {
  test('takes the ratio round by round, so that a machine that slows down for both changes nothing', () => {
    const ours = [{ per_s: 90 }, { per_s: 45 }, { per_s: 9 }];
    const floor = [{ per_s: 100 }, { per_s: 50 }, { per_s: 10 }];
    expect(compare(ours, floor, 'per_s')).toEqual({ ours: 45, floor: 50, ratio: 0.9 });
  });

  test('is refused for a figure that one of the two did not measure', () => {
    expect(() => compare([{ per_s: 1 }], [{ per_s: 1 }], 'p50_ms')).toThrow('no numbers');
    expect(() => compare([{ per_s: 1 }], [], 'per_s')).toThrow('1 times against 0');
  });
});

describe('a target', () => {
  test.each([
    ['a ratio that is reached', { of: 'ratio', atLeast: 0.5 }, 'pass'],
    ['a ratio that is not reached', { of: 'ratio', atLeast: 0.51 }, 'miss'],
    ['a figure below its limit', { of: 'ours', atMost: 50 }, 'pass'],
    ['a figure above its limit', { of: 'ours', atMost: 49 }, 'miss'],
    ['a distance to the floor that is kept', { of: 'above', atMost: -50 }, 'pass'],
    ['a distance to the floor that is too long', { of: 'above', atMost: -51 }, 'miss'],
  ] as const)('%s', (_, target, verdict) => {
    expect(judge(row({ target })).verdict).toBe(verdict);
  });

  test('is missed by a figure that is no number', () => {
    expect(judge(row({ ours: Number.NaN, target: { of: 'ours', atMost: 50 } })).verdict).toBe('miss');
  });

  test('that is not there is neither met nor missed', () => {
    expect(judge(row({})).verdict).toBe('told');
  });
});

test('contenders take turns, and warm-up rounds are thrown away', async () => {
  const order: string[] = [];
  const contender = (name: string) => ({ name, round: () => ({ turn: order.push(name) }) });
  const samples = await takeTurns([contender('a'), contender('b')], { warmUp: 1, rounds: 2 });
  expect(order.join('')).toBe('ababab');
  expect(samples).toEqual([
    [{ turn: 3 }, { turn: 5 }],
    [{ turn: 4 }, { turn: 6 }],
  ]);
});

test('a table says the target and whether it was met', () => {
  const rows = [
    judge(row({ target: { of: 'ratio', atLeast: 0.8 } })),
    judge(row({ ours: 12_345.6, target: { of: 'above', atMost: 20 } })),
  ];
  expect(toLines(rows)).toEqual([
    'bench   figure       ours   floor  ratio  target',
    'engine  figure      50 ms  100 ms   0.50  ratio ≥ 0.8      miss',
    'engine  figure  12,346 ms  100 ms   0.50  ≤ floor + 20 ms  miss',
  ]);
});
