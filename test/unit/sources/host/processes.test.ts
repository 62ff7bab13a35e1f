import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE, SECOND, toIso } from '../../../../src/core/time.ts';
import { classify, parseContainer, parseTimes } from '../../../../src/sources/host/process.ts';
import { processesSource } from '../../../../src/sources/host/processes.ts';
import { fakeClock, type FakeClock } from '../../../support/fake-clock.ts';
import { fakePlace, type FakePlace } from '../../../support/fake-place.ts';
import { logOf, runSource, SILENT_LOG, type RunningSource } from '../../../support/run-source.ts';

const argv = (...args: readonly string[]): string => `${args.join('\u0000')}\u0000`;

describe('a command line', () => {
  test.each([
    [argv('claude', '-p', 'fix the secret bug'), 0, 'agent_oneshot'],
    [argv('/usr/local/bin/claude', '--print', 'x'), 5, 'agent_oneshot'],
    [argv('node', '/usr/lib/node_modules/@anthropic-ai/claude-code/cli.js', '-p', 'x'), 0, 'agent_oneshot'],
    [argv('/usr/bin/node', '--max-old-space-size=4096', '/usr/local/bin/claude', '-p', 'x'), 0, 'agent_oneshot'],
    [argv('claude', '--dangerously-skip-permissions'), 34_816, 'agent_interactive'],
    [argv('claude', 'tell me about -p'), 34_816, 'agent_interactive'],
    [argv('claude'), 34_816, 'agent_interactive'],
    [argv('claude'), 0, 'agent_oneshot'],
    [argv('claude', '--resume'), 0, 'agent_interactive'],
    [argv('bash', '-c', 'claude -p x'), 0, null],
    [argv('vim', 'claude'), 0, null],
    [argv('node', 'server.js', 'claude', '-p'), 0, null],
    [argv('grep', 'claude'), 0, null],
    [argv('claudette', '-p'), 0, null],
    ['', 0, null],
  ])('%j at terminal %i is %s', (cmdline, tty, found) => {
    expect(classify(cmdline, tty)).toBe(found);
  });
});

const stat = (tty: number, cpu: number, start: number): string =>
  `5 (na (me) x) S 1 5 5 ${tty} -1 0 0 0 0 0 ${cpu} ${cpu} 0 0 20 0 1 0 ${start} 0 0`;

test('times are read behind the name, which may hold brackets', () => {
  expect(parseTimes(stat(34_816, 150, 4242))).toEqual({ tty: 34_816, cpuS: 3, start: 4242 });
  expect(parseTimes('')).toBeNull();
  expect(parseTimes('5 (x) S 1')).toBeNull();
});

test.each([
  [`0::/system.slice/docker-${'a'.repeat(64)}.scope`, 'a'.repeat(12)],
  [`12:cpu:/docker/${'b'.repeat(64)}\n11:memory:/docker/${'b'.repeat(64)}`, 'b'.repeat(12)],
  [`0::/kubepods/besteffort/pod1/cri-containerd-${'c'.repeat(64)}.scope`, 'c'.repeat(12)],
  ['0::/user.slice/user-1000.slice/session-1.scope', ''],
  ['0::/', ''],
])('%s is the container %j', (cgroup, id) => {
  expect(parseContainer(cgroup)).toBe(id);
});

interface World {
  readonly clock: FakeClock;
  readonly place: FakePlace;
  process(
    pid: number,
    over?: { cmdline?: string; rssMb?: number; start?: number; folder?: string; cgroup?: string },
  ): void;
  start(): Promise<RunningSource>;
}

function openProcesses(name = ''): World {
  const clock = fakeClock();
  const place = fakePlace(name);
  place.proc.set('meminfo', 'MemTotal: 16384000 kB\nMemAvailable: 8192000 kB\n');
  return {
    clock,
    place,
    process(
      pid,
      { cmdline = argv('claude', '-p', 'secret words'), rssMb = 300, start = 100, folder = '/', cgroup = '0::/' } = {},
    ) {
      place.processes.set(pid, { seen: 'running', startedAt: clock.now() - HOUR, command: 'x' });
      place.proc.set(`${pid}/cmdline`, cmdline);
      place.proc.set(`${pid}/stat`, stat(0, 200, start));
      place.proc.set(`${pid}/status`, `Name:\tnode\nVmRSS:\t${rssMb * 1024} kB\n`);
      place.proc.set(`${pid}/cgroup`, cgroup);
      place.folders.seen.push({ pid, folder });
    },
    start() {
      const agents = { isManaged: (id: string) => id === 'a'.repeat(12) };
      const options = { host: 'box', place, agents, clock, log: SILENT_LOG, latest: logOf([]), every: 10 * SECOND };
      return runSource(processesSource(options), clock);
    },
  };
}

describe('a process', () => {
  test('that has ended, or hides, is none that runs, whatever still stands of it in /proc', async () => {
    const world = openProcesses();
    for (const pid of [57, 58, 59]) world.process(pid);
    world.place.processes.set(58, { seen: 'ended' });
    world.place.processes.set(59, { seen: 'hidden', reason: 'not allowed to read it' });
    await using source = await world.start();
    expect(source.said('host.process').map(({ pid }) => pid)).toEqual([57]);
  });

  test('of an agent is said once with whose it is, and never what it was told', async () => {
    const world = openProcesses();
    world.process(57, { folder: '/tmp/harb-worktree-42/src' });
    await using source = await world.start();
    expect(source.said('host.process')).toEqual([
      {
        host: 'box',
        place: '',
        pid: 57,
        exists: true,
        class: 'agent_oneshot',
        program: 'claude',
        container: '',
        started_at: toIso(world.clock.now() - HOUR),
        age_s: 3600,
        rss_mb: 300,
        cpu_s: 4,
        folder: '/tmp/harb-worktree-42/src',
        worktree: 'harb-worktree-42',
        session: 'dev-harb-42',
        project: 'harb',
        issue: 42,
        pr: 0,
        managed: true,
      },
    ]);
    expect(JSON.stringify(source.events)).not.toContain('secret');
    await world.clock.advance(30 * MINUTE);
    expect(source.said('host.process')).toEqual([]);
  });

  test('that ended is gone, and another one of its number is another one', async () => {
    const world = openProcesses();
    world.process(57);
    await using source = await world.start();
    source.said('host.process');
    world.process(57, { start: 999 });
    await world.clock.advance(10 * SECOND);
    expect(source.said('host.process')).toHaveLength(1);
    world.place.processes.delete(57);
    await world.clock.advance(10 * SECOND);
    expect(source.said('host.process')).toMatchObject([{ pid: 57, exists: false }]);
  });

  test('is said again when its size moved by more than a quarter, and when its age crosses a limit', async () => {
    const world = openProcesses();
    world.process(57);
    await using source = await world.start();
    source.said('host.process');
    for (const [rssMb, said] of [
      [370, 0],
      [230, 0],
      [380, 1],
      [300, 0],
    ] as const) {
      world.place.proc.set('57/status', `Name:\tnode\nVmRSS:\t${rssMb * 1024} kB\n`);
      await world.clock.advance(10 * SECOND);
      expect(source.said('host.process')).toHaveLength(said);
    }
    await world.clock.advance(HOUR);
    expect(source.said('host.process')).toMatchObject([{ age_s: 7200 }]);
  });

  test('of a person is told apart, and belongs to nobody', async () => {
    const world = openProcesses();
    world.process(57, { cmdline: argv('claude', '--resume'), folder: '/home/me/src' });
    await using source = await world.start();
    expect(source.said('host.process')).toMatchObject([
      { class: 'agent_interactive', session: '', worktree: '', managed: false },
    ]);
  });

  test('in a container of the factory is the factory’s', async () => {
    const world = openProcesses();
    world.process(57, { cgroup: `0::/system.slice/docker-${'a'.repeat(64)}.scope` });
    world.process(58, { cgroup: `0::/system.slice/docker-${'b'.repeat(64)}.scope` });
    await using source = await world.start();
    const managed = source.said('host.process').map((data) => [data.container[0], data.managed]);
    expect(managed).toEqual([
      ['a', true],
      ['b', false],
    ]);
  });

  test('that is large is said by its program alone, above a tenth of memory, the ten largest', async () => {
    const world = openProcesses();
    const cmdline = argv('/usr/bin/anvil', '--key', 'secret');
    for (let pid = 1; pid <= 12; pid += 1) world.process(pid, { cmdline, rssMb: 2000 + pid });
    world.process(90, { cmdline: argv('small'), rssMb: 1500 });
    await using source = await world.start();
    const large = source.said('host.process');
    expect(large).toHaveLength(10);
    expect(large.every((data) => data.class === 'large' && data.program === 'anvil' && data.rss_mb > 2002)).toBe(true);
    expect(JSON.stringify(source.events)).not.toContain('secret');
  });

  test('is not counted by its size where only a container is seen', async () => {
    const world = openProcesses('disinto-agents');
    world.process(57, { cmdline: argv('anvil'), rssMb: 5000 });
    world.process(58, {});
    await using source = await world.start();
    expect(source.said('host.process')).toMatchObject([{ place: 'disinto-agents', pid: 58, managed: true }]);
  });
});

test('a place whose processes cannot be seen is unavailable, and nothing in it has ended', async () => {
  const world = openProcesses();
  world.process(57);
  await using source = await world.start();
  source.said('host.process');
  Object.assign(world.place.machine, { pidsOf: async () => null });
  await world.clock.advance(10 * SECOND);
  expect(source.said('host.process')).toEqual([]);
  expect(source.reports.at(-1)?.[0]).toBe('unavailable');
});
