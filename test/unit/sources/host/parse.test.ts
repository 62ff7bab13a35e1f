import { describe, expect, test } from 'vitest';
import { parseLoad, parseMemory, parseProcessMemory, parseProgram } from '../../../../src/sources/host/parse.ts';

const MEMINFO = `MemTotal:       16307916 kB
MemFree:          412000 kB
MemAvailable:    1024000 kB
Buffers:          102400 kB
Cached:           512000 kB
SwapCached:            4 kB
SwapTotal:       4194304 kB
SwapFree:        1048576 kB
HugePages_Total:       0
`;
const PRESSURE = `some avg10=12.34 avg60=3.00 avg300=1.00 total=123456
full avg10=0.50 avg60=0.10 avg300=0.00 total=4567
`;

describe('memory', () => {
  test('is read in megabytes', () => {
    expect(parseMemory(MEMINFO, PRESSURE)).toEqual({
      available_mb: 1000,
      total_mb: 15926,
      swap_used_mb: 3072,
      swap_total_mb: 4096,
      psi_some_avg10: 12.34,
      psi_full_avg10: 0.5,
    });
  });

  test.each([null, '', 'some avg10=', 'memory pressure is off'])('pressure %j is not zero but -1', (pressure) => {
    expect(parseMemory(MEMINFO, pressure)).toMatchObject({ psi_some_avg10: -1, psi_full_avg10: -1 });
  });

  test('kernels that tell no full pressure leave only that at -1', () => {
    expect(parseMemory(MEMINFO, 'some avg10=1.00 avg60=0.00 avg300=0.00 total=1\n')).toMatchObject({
      psi_some_avg10: 1,
      psi_full_avg10: -1,
    });
  });

  test('an old kernel without MemAvailable is read from what is free, buffered and cached', () => {
    const old = MEMINFO.replace(/MemAvailable.*\n/, '');
    expect(parseMemory(old, null)).toMatchObject({ available_mb: Math.round((412000 + 102400 + 512000) / 1024) });
  });

  test('a container without swap lines has none', () => {
    const bare = 'MemTotal: 2048 kB\nMemAvailable: 1024 kB\n';
    expect(parseMemory(bare, null)).toMatchObject({ total_mb: 2, available_mb: 1, swap_used_mb: 0, swap_total_mb: 0 });
  });

  test('a view that counts more free swap than there is shows none in use', () => {
    const odd = 'MemTotal: 2048 kB\nMemAvailable: 1024 kB\nSwapTotal: 1024 kB\nSwapFree: 4096 kB\n';
    expect(parseMemory(odd, null)).toMatchObject({ swap_used_mb: 0 });
  });

  test.each(['', 'MemTotal: 2048 kB\n', 'MemAvailable: 10 kB\n', 'MemTotal: many kB\nMemAvailable: 1 kB\n'])(
    '%j is not memory, and not zero',
    (text) => {
      expect(parseMemory(text, null)).toBeNull();
    },
  );
});

describe('load', () => {
  test('is read with the number of processors', () => {
    expect(parseLoad('2.65 1.75 0.95 3/106 18604\n', 'cpu  1 2\ncpu0 1 2\ncpu1 1 2\nbtime 1795237185\n')).toEqual({
      load1: 2.65,
      load5: 1.75,
      load15: 0.95,
      running: 3,
      threads: 106,
      newest_pid: 18_604,
      cpus: 2,
    });
  });

  test.each([
    ['', 'cpu0 1\n'],
    ['2.65 1.75\n', 'cpu0 1\n'],
    ['2.65 1.75 0.95 3/106 1\n', 'cpu  1\n'],
  ])('%j with %j makes no sense', (loadavg, stat) => {
    expect(parseLoad(loadavg, stat)).toBeNull();
  });
});

describe('a process', () => {
  test('has a name and a resident size', () => {
    expect(parseProcessMemory('Name:\tclaude\nUmask:\t0022\nVmRSS:\t  831488 kB\n')).toEqual({
      name: 'claude',
      rssMb: 812,
    });
  });

  test('of the kernel has no size', () => {
    expect(parseProcessMemory('Name:\tkthreadd\nThreads:\t1\n')).toBeNull();
  });

  test.each([
    ['/usr/bin/node\u0000server.js\u0000--token=secret\u0000', 'node'],
    ['claude\u0000-p\u0000', 'claude'],
    ['nginx: worker process', 'nginx:'],
    ['/opt/x\u001b[2J\u0000', 'x [2J'],
    ['', ''],
  ])('is called by its program and never by its arguments: %j', (cmdline, program) => {
    expect(parseProgram(cmdline)).toBe(program);
  });
});
