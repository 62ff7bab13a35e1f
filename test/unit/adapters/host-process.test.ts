import { expect, test } from 'vitest';
import {
  canCompareStarts,
  hasEnded,
  parseBootTime,
  parseProcessStat,
  startOf,
} from '../../../src/adapters/host-process.ts';

const stat = (name: string, state = 'S', threads = 1): string =>
  `18602 (${name}) ${state} 18580 18580 6257 0 -1 4194304 100 0 0 0 0 0 0 0 20 0 ${threads} 0 152301 3133440 359 18446744073709551615 1`;

test.each(['cat', 'a b', 'evil) R 1 (x', ''])('a process named %j is read from its last bracket on', (name) => {
  expect(parseProcessStat(stat(name))).toEqual({ state: 'S', threads: 1, startTicks: 152301 });
});

test.each(['', '18602 (cat', '18602 (cat) S 1 2 3'])('%j is no process', (text) => {
  expect(parseProcessStat(text)).toBeNull();
});

test.each([
  ['Z', 1, true],
  ['Z', 0, true],
  ['Z', 4, false],
  ['X', 0, true],
  ['S', 1, false],
  ['D', 1, false],
])('state %s with %d threads has ended: %s', (state, threads, ended) => {
  expect(hasEnded({ state, threads, startTicks: 1 })).toBe(ended);
});

test('a start is the boot time and the ticks since', () => {
  const boot = parseBootTime('cpu  1 2\nbtime 1795237185\nprocesses 1\n');
  expect(boot).toBe(1_795_237_185_000);
  expect(startOf(1_795_237_185_000, { state: 'S', threads: 1, startTicks: 250 })).toBe(1_795_237_187_500);
  expect(parseBootTime('cpu 1\n')).toBeNull();
});

test.each([
  ['as the clock says', 0, true],
  ['when a shell waited before it became us', -60_000, true],
  ['when the clock was set forward since we started', 3_600_000, false],
  ['when the boot time is that of a container and the ticks are those of its machine', 86_400_000, false],
])('starts can be compared %s', (_, error, can) => {
  const self = { state: 'R', threads: 1, startTicks: 100_000 };
  const ourStart = 1_800_000_000_000;
  expect(canCompareStarts(ourStart - 1_000_000 + error, self, ourStart)).toBe(can);
});
