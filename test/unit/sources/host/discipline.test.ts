import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../../../src/core/time.ts';
import { isShort, shallSayDisk, shallSayLoad, shallSayMemory } from '../../../../src/sources/host/discipline.ts';
import type { MemoryFigures } from '../../../../src/sources/host/parse.ts';

const calm: MemoryFigures = {
  available_mb: 9000,
  total_mb: 16000,
  swap_used_mb: 0,
  swap_total_mb: 4096,
  psi_some_avg10: 0,
  psi_full_avg10: 0,
};
const said = (figures: MemoryFigures) => ({ figures, at: 0 });

function eventsOfDay(figures: MemoryFigures): number {
  let last: { figures: MemoryFigures; at: number } | null = null;
  let count = 0;
  for (let at = 0; at < 24 * HOUR; at += 5 * SECOND) {
    if (!shallSayMemory(last, figures, at).pass) continue;
    last = { figures, at };
    count += 1;
  }
  return count;
}

describe('memory', () => {
  test('is said at the first look', () => {
    expect(shallSayMemory(null, calm, 0).pass).toBe(true);
  });

  test.each<[string, Partial<MemoryFigures>, number, boolean]>([
    ['calm, a little later', { available_mb: 8000 }, 55 * SECOND, false],
    ['calm, a minute later', {}, MINUTE, true],
    ['below a quarter of the total', { available_mb: 3999 }, 5 * SECOND, true],
    ['below 500 MB', { available_mb: 499 }, 5 * SECOND, true],
    ['swap over 3 GB', { swap_used_mb: 3073 }, 5 * SECOND, true],
    ['tasks wait for memory', { psi_some_avg10: 10.5 }, 5 * SECOND, true],
  ])('%s', (_, change, at, pass) => {
    expect(shallSayMemory(said(calm), { ...calm, ...change }, at).pass).toBe(pass);
  });

  test.each<[string, Partial<MemoryFigures>]>([
    ['little is available', { available_mb: 1800 }],
    ['swap is in use', { swap_used_mb: 1500 }],
    ['pressure is high', { psi_some_avg10: 15 }],
  ])('near a limit (%s) it is said every 15 s', (_, change) => {
    const near = { ...calm, ...change };
    expect(shallSayMemory(said(near), near, 14 * SECOND).pass).toBe(false);
    expect(shallSayMemory(said(near), near, 15 * SECOND).pass).toBe(true);
  });

  test.each([500, 700, 1000, 2000])('from %d MB to one less is news, and so is the way back', (edge) => {
    const at = { ...calm, available_mb: edge };
    const below = { ...calm, available_mb: edge - 1 };
    const above = { ...calm, available_mb: edge + 1 };
    expect(shallSayMemory(said(at), below, SECOND).pass).toBe(true);
    expect(shallSayMemory(said(at), above, SECOND).pass).toBe(true);
    expect(shallSayMemory(said(below), above, SECOND).pass).toBe(true);
  });

  test('a calm day is 1,440 events, a day near a limit 5,760', () => {
    expect(eventsOfDay(calm)).toBe(1440);
    expect(eventsOfDay({ ...calm, available_mb: 1800 })).toBe(5760);
  });

  test.each([
    [1999, 16_000, true],
    [2000, 16_000, false],
    [9000, 100_000, true],
    [10_000, 100_000, false],
  ])('with %d of %d MB the largest processes are read: %s', (available, total, short) => {
    expect(isShort({ ...calm, available_mb: available, total_mb: total })).toBe(short);
  });
});

test('a disk is said when its figures change by a percent, or every ten minutes', () => {
  const disk = {
    fs_id: '8:1',
    mount: '/',
    fs_type: 'ext4',
    used_pct: 80,
    free_mb: 900,
    total_mb: 9000,
    inodes_used_pct: 1,
  };
  const last = { figures: disk, at: 0 };
  expect(shallSayDisk(null, disk, 0).pass).toBe(true);
  expect(shallSayDisk(last, { ...disk, free_mb: 890 }, MINUTE).pass).toBe(false);
  expect(shallSayDisk(last, { ...disk, used_pct: 81 }, 30 * SECOND).pass).toBe(true);
  expect(shallSayDisk(last, { ...disk, inodes_used_pct: 2 }, 30 * SECOND).pass).toBe(true);
  expect(shallSayDisk(last, disk, 10 * MINUTE).pass).toBe(true);
});

test('load is said when it passes the number of processors, or every five minutes', () => {
  const load = { load1: 1, load5: 1, load15: 1, running: 1, threads: 9, newest_pid: 99, cpus: 2 };
  const last = { figures: load, at: 0 };
  expect(shallSayLoad(null, load, 0).pass).toBe(true);
  expect(shallSayLoad(last, { ...load, load1: 1.9 }, MINUTE).pass).toBe(false);
  expect(shallSayLoad(last, { ...load, load1: 2.1 }, 30 * SECOND).pass).toBe(true);
  expect(shallSayLoad(last, load, 5 * MINUTE).pass).toBe(true);
});
