import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/clock.ts';
import { openHost } from '../../src/adapters/host.ts';
import type { AnyEvent } from '../../src/core/event.ts';
import { hostSource } from '../../src/sources/host/index.ts';
import { readHostSummary, readTop } from '../../src/sources/host/read.ts';

function printed(column: string, mount: string): number {
  const [, answer = ''] = spawnSync('df', [`--output=${column}`, mount])
    .stdout.toString()
    .split('\n');
  return Number.parseInt(answer, 10) || 0;
}

test('disks are full to the percent that df prints', async () => {
  const { disks } = await readHostSummary(openHost());
  for (const disk of disks?.seen ?? []) {
    expect(Math.abs(disk.used_pct - printed('pcent', disk.mount))).toBeLessThanOrEqual(1);
    expect(Math.abs(disk.inodes_used_pct - printed('ipcent', disk.mount))).toBeLessThanOrEqual(1);
  }
  expect(disks?.silent).toEqual([]);
});

test('memory and load are those of this machine', async () => {
  const { memory, load } = await readHostSummary(openHost());
  expect(memory?.total_mb).toBeGreaterThan(100);
  expect(memory?.available_mb).toBeLessThanOrEqual(memory?.total_mb ?? 0);
  expect(load?.cpus).toBeGreaterThan(0);
  expect(await readTop(openHost())).toMatch(/^\S.* \d+ MB(, \S.* \d+ MB){0,4}$/);
});

test('our own process runs since it started, and a process that is not there is absent', async () => {
  const machine = openHost();
  const sight = await machine.process(process.pid);
  if (sight.seen !== 'running' || sight.startedAt === null) throw new Error(`unexpected: ${JSON.stringify(sight)}`);
  expect(Math.abs(sight.startedAt - performance.timeOrigin)).toBeLessThan(10_000);
  expect(await machine.process(9_999_999)).toEqual({ seen: 'absent' });
  expect(await machine.pidView()).toMatchObject({ own: true });
});

test('a proc filesystem that is not ours and hides processes makes them hidden, not absent', async () => {
  const root = await mkdtemp(join(tmpdir(), 'reactor-proc-'));
  try {
    expect(await openHost(root).process(57)).toMatchObject({ seen: 'hidden' });
    await mkdir(join(root, '1'));
    await writeFile(join(root, '1/stat'), '1 (init) S 0');
    expect(await openHost(root).process(57)).toEqual({ seen: 'absent' });
    expect(await readHostSummary(openHost(root))).toEqual({ memory: null, load: null, disks: null });
  } finally {
    await rm(root, { recursive: true });
  }
});

test('the source says memory, load and disks at once and ends when it is told', async () => {
  const stop = new AbortController();
  const events: AnyEvent[] = [];
  const reports: string[] = [];
  const source = hostSource({ host: 'box', machine: openHost(), clock: systemClock, log: console });
  const done = source.run({
    signal: stop.signal,
    report: (state) => void reports.push(state),
    emit: async (batch) => {
      events.push(...batch);
      if (new Set(events.map((event) => event.kind)).size >= 2 && reports.length > 0) stop.abort();
      return { stored: batch.length, known: 0 };
    },
  });
  const patience = setTimeout(() => stop.abort(), 10_000);
  await done;
  clearTimeout(patience);
  expect(events.map((event) => event.kind)).toEqual(expect.arrayContaining(['host.memory', 'host.load']));
  expect(reports).toEqual(['available']);
});

test('a wait for an instant that is past still waits for its turn, and a cancelled one never comes', async () => {
  const seen: string[] = [];
  await new Promise<void>((resolve) => {
    systemClock.callAt(0, () => {
      seen.push('past');
      resolve();
    });
    const cancel = systemClock.callAt(Date.now() + 5, () => seen.push('cancelled'));
    cancel();
    seen.push('first');
  });
  await systemClock.sleep(20);
  expect(seen).toEqual(['first', 'past']);
});

test('a call never comes before its instant', async () => {
  for (let i = 0; i < 20; i += 1) {
    const at = Date.now() + 3;
    await new Promise<void>((resolve) => void systemClock.callAt(at, resolve));
    expect(Date.now()).toBeGreaterThanOrEqual(at);
  }
});

test('a sleep ends when it is told to, and waits out a span that no timer can hold', async () => {
  const stop = new AbortController();
  const long = systemClock.sleep(2 ** 31 + 5, stop.signal).then(() => 'slept');
  expect(await Promise.race([long, systemClock.sleep(20).then(() => 'still asleep')])).toBe('still asleep');
  stop.abort();
  expect(await long).toBe('slept');
  await systemClock.sleep(60_000, stop.signal);
});
