import { expect, test } from 'vitest';
import type { AnyEvent } from '../../../../src/core/event.ts';
import { MINUTE, SECOND } from '../../../../src/core/time.ts';
import type { FilesystemFigures, Host } from '../../../../src/ports/host.ts';
import { hostSource } from '../../../../src/sources/host/index.ts';
import { readHostSummary } from '../../../../src/sources/host/read.ts';
import { fakeClock } from '../../../support/fake-clock.ts';

const meminfo = (availableMb: number): string =>
  `MemTotal: 16384000 kB\nMemAvailable: ${availableMb * 1024} kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n`;
const FIGURES = { blockSize: 4096, blocks: 1000, blocksFree: 500, blocksAvailable: 500, inodes: 10, inodesFree: 5 };

function openMachine() {
  const clock = fakeClock();
  const events: AnyEvent[] = [];
  const reports: (readonly [string, string])[] = [];
  const warnings: string[] = [];
  const texts = new Map<string, string>([
    ['meminfo', meminfo(9000)],
    ['loadavg', '0.10 0.20 0.30 1/100 1\n'],
    ['stat', 'cpu  1\ncpu0 1\ncpu1 1\n'],
    ['self/mountinfo', '27 1 254:0 / / rw - ext4 /dev/vda rw\n28 27 8:1 / /data rw - xfs /dev/sdb1 rw\n'],
  ]);
  const figures = new Map<string, FilesystemFigures | 'silent'>([
    ['/', FIGURES],
    ['/data', FIGURES],
  ]);
  const state = { pids: [] as readonly number[], refuse: false };
  const machine: Host = {
    proc: async (path) => texts.get(path) ?? null,
    pids: async () => state.pids,
    process: async () => ({ seen: 'absent' }),
    pidView: async () => ({ own: true, initial: true }),
    pidsOf: async () => [],
    workingFolders: async () => null,
    filesystem: async (path) => figures.get(path) ?? null,
  };
  const log = { debug() {}, info() {}, error() {}, warn: (_: object, message: string) => void warnings.push(message) };
  const source = hostSource({ host: 'box', machine, clock, log });
  return {
    clock,
    texts,
    figures,
    state,
    machine,
    source,
    events,
    reports,
    warnings,
    said: () => events.splice(0).map((event) => ({ kind: event.kind, ...event.data })),
    async start() {
      const stop = new AbortController();
      const done = source.run({
        signal: stop.signal,
        report: (sight, reason) => void reports.push([sight, reason]),
        emit: async (batch) => {
          if (state.refuse) throw new Error('disk full');
          events.push(...batch);
          return { stored: batch.length, known: 0 };
        },
      });
      await clock.settle();
      return async () => {
        stop.abort();
        await done;
      };
    },
  };
}

test('everything is said once at start, then as the discipline has it', async () => {
  const machine = openMachine();
  const stop = await machine.start();
  expect(machine.said()).toMatchObject([
    { kind: 'host.memory', host: 'box', available_mb: 9000, total_mb: 16000, psi_some_avg10: -1, top_rss: '' },
    { kind: 'host.load', load1: 0.1, cpus: 2 },
    { kind: 'host.disk', fs_id: '254:0', mount: '/', used_pct: 50 },
    { kind: 'host.disk', fs_id: '8:1', mount: '/data', used_pct: 50 },
  ]);
  expect(machine.reports.at(-1)?.[0]).toBe('available');
  await machine.clock.advance(59 * SECOND);
  expect(machine.said()).toEqual([]);
  await machine.clock.advance(SECOND);
  expect(machine.said()).toMatchObject([{ kind: 'host.memory' }]);
  await stop();
  expect(machine.clock.pending()).toBe(0);
});

test('memory that falls below a limit is said within five seconds, with the largest processes', async () => {
  const machine = openMachine();
  machine.state.pids = [1, 2, 3, 4, 5, 6, 7, 8];
  for (const pid of machine.state.pids) {
    machine.texts.set(`${pid}/status`, `Name:\tMainThread\nVmRSS:\t${pid * 102400} kB\n`);
    machine.texts.set(`${pid}/cmdline`, `/usr/bin/agent${pid}\u0000--token\u0000secret\u0000`);
  }
  machine.texts.set('8/status', 'Name:\tkthreadd\n');
  machine.texts.delete('7/cmdline');
  const stop = await machine.start();
  machine.said();
  machine.texts.set('meminfo', meminfo(450));
  await machine.clock.advance(5 * SECOND);
  expect(machine.said()).toMatchObject([
    { available_mb: 450, top_rss: 'MainThread 700 MB, agent6 600 MB, agent5 500 MB, agent4 400 MB, agent3 300 MB' },
  ]);
  await stop();
});

test('a part that cannot be read is degraded, all of it unavailable, and no figure is made up', async () => {
  const machine = openMachine();
  machine.texts.delete('meminfo');
  const stop = await machine.start();
  expect(machine.reports.at(-1)).toEqual(['degraded', 'memory: /proc does not tell']);
  expect(machine.said().map((data) => data.kind)).toEqual(['host.load', 'host.disk', 'host.disk']);
  machine.texts.clear();
  await machine.clock.advance(30 * SECOND);
  expect(machine.reports.at(-1)?.[0]).toBe('unavailable');
  expect(machine.said()).toEqual([]);
  await stop();
});

test('a disk that does not answer is named, and the others are still said', async () => {
  const machine = openMachine();
  machine.figures.set('/data', 'silent');
  const stop = await machine.start();
  expect(machine.reports.at(-1)).toEqual(['degraded', 'disks: /data does not answer']);
  expect(machine.reports.map(([sight]) => sight)).not.toContain('available');
  expect(machine.said().filter((data) => data.kind === 'host.disk')).toMatchObject([{ mount: '/' }]);
  machine.figures.set('/data', FIGURES);
  await machine.clock.advance(30 * SECOND);
  expect(machine.reports.at(-1)?.[0]).toBe('available');
  expect(machine.said()).toMatchObject([{ mount: '/data' }]);
  await stop();
});

test('a sweep says every figure, under ids of its own', async () => {
  const machine = openMachine();
  const stop = await machine.start();
  await machine.source.sweep?.('asked');
  const ids = machine.events.map((event) => event.id);
  expect(ids).toHaveLength(8);
  expect(new Set(ids).size).toBe(8);
  await stop();
});

test('what the log did not take is said at the next look, and complained of once', async () => {
  const machine = openMachine();
  machine.state.refuse = true;
  const stop = await machine.start();
  await machine.clock.advance(MINUTE);
  expect(machine.warnings).toEqual(['host figures were not stored, trying again']);
  machine.state.refuse = false;
  await machine.clock.advance(30 * SECOND);
  expect(new Set(machine.said().map((data) => data.kind))).toEqual(new Set(['host.memory', 'host.load', 'host.disk']));
  await stop();
});

test('the summary tells what it could not read', async () => {
  const machine = openMachine();
  machine.texts.delete('loadavg');
  machine.figures.set('/', 'silent');
  const summary = await readHostSummary(machine.machine);
  expect(summary.load).toBeNull();
  expect(summary.memory).toMatchObject({ available_mb: 9000 });
  expect(summary.disks).toMatchObject({ seen: [{ mount: '/data' }], silent: ['/'] });
});
