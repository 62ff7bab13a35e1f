import { describe, expect, test } from 'vitest';
import { cpuPctOf, rssMbOf, type StatsJson } from '../../../src/adapters/docker-stats.ts';

const MB = 1024 * 1024;

/** As Docker 20.10 answered on a machine with cgroup v1. */
const V1: StatsJson = {
  cpu_stats: {
    cpu_usage: { total_usage: 4_127_322_315, percpu_usage: [2_301_767_130, 1_825_555_185] },
    system_cpu_usage: 24_130_800_000_000,
    online_cpus: 2,
  },
  precpu_stats: {
    cpu_usage: { total_usage: 3_178_978_164, percpu_usage: [1_516_486_036, 1_662_492_128] },
    system_cpu_usage: 24_128_800_000_000,
    online_cpus: 2,
  },
  memory_stats: { usage: 335_872, stats: { cache: 0, rss: 61_440, inactive_file: 0, total_rss: 61_440 } },
};

/** The same on cgroup v2: no `rss`, no processor by processor. */
const V2: StatsJson = {
  cpu_stats: { cpu_usage: { total_usage: 900 }, system_cpu_usage: 4_000, online_cpus: 4 },
  precpu_stats: { cpu_usage: { total_usage: 400 }, system_cpu_usage: 2_000, online_cpus: 4 },
  memory_stats: { usage: 300 * MB, stats: { anon: 80 * MB, file: 200 * MB, inactive_file: 150 * MB } },
};

describe('processor', () => {
  test('is what was used of what passed, a hundred a processor', () => {
    expect(cpuPctOf(V1)).toBeCloseTo(94.83, 2);
    expect(cpuPctOf(V2)).toBe(100);
  });

  test('is counted by its processors where their number is not told', () => {
    const { online_cpus: _now, ...cpu } = V1.cpu_stats ?? {};
    expect(cpuPctOf({ ...V1, cpu_stats: cpu })).toBeCloseTo(94.83, 2);
  });

  test.each<readonly [string, StatsJson]>([
    ['one reading', { ...V1, precpu_stats: { cpu_usage: { total_usage: 0 } } }],
    ['a first reading of zeros', { ...V1, precpu_stats: { cpu_usage: { total_usage: 0 }, system_cpu_usage: 0 } }],
    ['two readings of the same moment', { ...V1, precpu_stats: V1.cpu_stats ?? {} }],
    ['no readings, as of a container that is down', { cpu_stats: { cpu_usage: { total_usage: 0 } } }],
    ['nothing', {}],
  ])('is not known from %s', (_, stats) => {
    expect(cpuPctOf(stats)).toBeNull();
  });
});

describe('memory', () => {
  test.each<readonly [string, StatsJson, number | null]>([
    ['cgroup v1', V1, 61_440 / MB],
    ['cgroup v2, without what is cached', V2, 80],
    ['neither: what is used but for the cache', { memory_stats: { usage: 5 * MB, stats: { inactive_file: MB } } }, 4],
    ['nothing', { memory_stats: {} }, null],
    ['no answer', {}, null],
  ])('by %s', (_, stats, mb) => {
    expect(rssMbOf(stats)).toBe(mb);
  });

  test('1.5 GiB are 1536 MB', () => {
    expect(rssMbOf({ memory_stats: { stats: { anon: 1.5 * 1024 * MB } } })).toBe(1536);
  });
});
