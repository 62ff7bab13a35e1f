import { describe, expect, test } from 'vitest';
import { toEvent } from '../../../../src/core/event.ts';
import { DAY, HOUR, MINUTE, SECOND, toIso } from '../../../../src/core/time.ts';
import { logOf } from '../../../support/run-source.ts';
import { openWork, type WorkWorld } from './world.ts';

const TREE = '/tmp/harb-worktree-42';

function putTree({ place, clock }: WorkWorld, at = clock.now() - HOUR): void {
  place.folder(TREE, clock.now() - 9 * DAY);
  place.put(`${TREE}/.git`, 'gitdir: /repo/.git/worktrees/harb-worktree-42\n', clock.now());
  place.put(`${TREE}/package.json`, '', at - HOUR);
  place.put('/repo/.git/worktrees/harb-worktree-42/HEAD', 'ref: refs/heads/fix/issue-42\n', at - HOUR);
  place.put('/repo/.git/worktrees/harb-worktree-42/index', '', at);
}

describe('a worktree', () => {
  test('is as old as the last activity in it, not as its folder', async () => {
    const world = openWork();
    putTree(world);
    await using source = await world.start({ agents: { sessionIn: (place, path) => `${place}dev in ${path}` } });
    expect(source.said('worktree')).toEqual([
      {
        host: 'box',
        place: '',
        path: TREE,
        name: 'harb-worktree-42',
        exists: true,
        role: 'dev',
        project: 'harb',
        repo: 'johba/harb',
        issue: 42,
        pr: 0,
        branch: 'fix/issue-42',
        active_at: toIso(world.clock.now() - HOUR),
        idle_s: 3600,
        preserved: false,
        preserved_reason: '',
        process: 'no',
        session: `dev in ${TREE}`,
      },
    ]);
    await world.clock.advance(50 * MINUTE);
    expect(source.said('worktree')).toEqual([]);
    await world.clock.advance(11 * MINUTE);
    expect(source.said('worktree')).toMatchObject([{ idle_s: 7200 }]);
  });

  test('in which somebody works is said again, and gone when it is removed', async () => {
    const world = openWork();
    putTree(world);
    await using source = await world.start();
    source.said('worktree');
    world.place.put(`${TREE}/new.ts`, '', world.clock.now());
    await world.clock.advance(10 * SECOND);
    expect(source.said('worktree')).toMatchObject([{ active_at: toIso(world.clock.now() - 10 * SECOND) }]);
    world.place.remove(TREE);
    await world.clock.advance(10 * SECOND);
    expect(source.said('worktree')).toMatchObject([{ path: TREE, exists: false }]);
  });

  test('that is preserved says why', async () => {
    const world = openWork();
    putTree(world);
    world.place.put(`${TREE}/.worktree-preserved`, 'crashed (exit 1)\nmore', 0);
    await using source = await world.start();
    expect(source.said('worktree')).toMatchObject([{ preserved: true, preserved_reason: 'crashed (exit 1)' }]);
  });

  test.each([
    ['in it', [{ pid: 5, folder: TREE }], new Set<number>(), 'yes'],
    ['below it', [{ pid: 5, folder: `${TREE}/src` }], new Set<number>(), 'yes'],
    ['in one whose name begins like it', [{ pid: 5, folder: `${TREE}3` }], new Set<number>(), 'no'],
    ['hidden, of the user it belongs to', [], new Set([1000]), 'unknown'],
    ['hidden, of somebody else', [], new Set([33]), 'no'],
  ])('with a process %s', async (_, seen, hidden, process) => {
    const world = openWork();
    putTree(world);
    world.place.folders.seen.push(...seen);
    const folders = { seen: world.place.folders.seen, hiddenUsers: hidden };
    await using source = await world.start({
      place: { ...world.place, machine: { ...world.place.machine, workingFolders: async () => folders } },
    });
    expect(source.said('worktree')).toMatchObject([{ process }]);
  });

  test('may be lived in where nobody can say in which folders processes work', async () => {
    const world = openWork();
    putTree(world);
    const machine = { ...world.place.machine, workingFolders: async () => null };
    await using source = await world.start({ place: { ...world.place, machine } });
    expect(source.said('worktree')).toMatchObject([{ process: 'unknown' }]);
  });

  test('of a folder that is not there is not gone', async () => {
    const world = openWork();
    putTree(world);
    await using source = await world.start();
    const heard = source.events.length;
    world.place.remove('/tmp');
    await world.clock.advance(MINUTE);
    expect(source.events.slice(heard)).toEqual([]);
    expect(source.reports.at(-1)).toEqual(['unavailable', '/tmp: no such folder']);
  });

  test('that cannot be looked into may be preserved, and may be somebody’s: nobody says that it is not', async () => {
    const world = openWork();
    putTree(world);
    world.place.refused.set(TREE, `${TREE}: not allowed to read it`);
    await using source = await world.start();
    expect(source.said('worktree')).toMatchObject([{ path: TREE, preserved: false, process: 'unknown' }]);
  });

  test('in a folder that other containers may write has processes that nobody here can rule out', async () => {
    const world = openWork();
    putTree(world);
    world.place.view = { own: true, initial: false };
    world.place.proc.set(
      'self/mountinfo',
      '1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 8:2 /x /tmp rw - ext4 /dev/sdb1 rw',
    );
    await using source = await world.start();
    expect(source.said('worktree')).toMatchObject([{ process: 'unknown' }]);
  });

  test('of a name that is not the factory’s is none', async () => {
    const world = openWork();
    world.place.folder('/tmp/mine');
    world.place.put('/tmp/harb-review-7', 'a file', 0);
    await using source = await world.start();
    expect(source.said('worktree')).toEqual([]);
  });
});

describe('logs, guards, locks, evidence and what is left', () => {
  test('a log is read again when it grew, and says how many polls found nothing', async () => {
    const world = openWork();
    const line = '[2026-01-01 00:00:00 UTC] poll: no ready issues\n';
    world.place.put('/logs/dev/dev-agent-harb.log', line, world.clock.now());
    world.place.put('/logs/dev/dev-agent.log.old', line, 0);
    await using source = await world.start();
    expect(source.said('agent.log')).toMatchObject([
      {
        agent: 'dev',
        project: 'harb',
        no_ready_polls: 1,
        signal: 'no_ready_issues',
        last_line_at: '2026-01-01T00:00:00.000Z',
        exists: true,
      },
    ]);
    await world.clock.advance(20 * SECOND);
    expect(source.said('agent.log')).toEqual([]);
    expect(world.place.reads).toEqual(['/logs/dev/dev-agent-harb.log']);
    world.place.put('/logs/dev/dev-agent-harb.log', line.repeat(6), world.clock.now());
    await world.clock.advance(2 * SECOND);
    expect(source.said('agent.log')).toMatchObject([{ no_ready_polls: 6 }]);
  });

  test('the size of a log is given in MB', async () => {
    const world = openWork();
    world.place.put('/logs/review/review.log', 'x'.repeat(1_600_000), 0);
    await using source = await world.start();
    expect(source.said('agent.log')).toMatchObject([{ agent: 'review', size_mb: 1.5, last_line_at: '', signal: '' }]);
  });

  test('a guard says that its agent may run, and its absence that it may not', async () => {
    const world = openWork();
    world.place.put('/factory/state/.dev-active', '', 0);
    world.place.put('/factory/state/.action-active', '', 0);
    await using source = await world.start();
    const active = source.said('agent.guard').map(({ agent, active: is }) => `${agent} ${is}`);
    expect(active.toSorted()).toEqual([
      'action true',
      'architect false',
      'dev true',
      'gardener false',
      'planner false',
      'predictor false',
      'reviewer false',
      'supervisor false',
    ]);
    world.place.remove('/factory/state/.dev-active');
    await world.clock.advance(2 * SECOND);
    expect(source.said('agent.guard')).toMatchObject([
      { agent: 'dev', active: false, path: '/factory/state/.dev-active' },
    ]);
  });

  test('a factory that is not here has no guards, and none is said to be off', async () => {
    const world = openWork();
    await using source = await world.start();
    expect(source.said('agent.guard')).toEqual([]);
    expect(source.reports).toEqual([['available', 'looking at worktrees, repositories, logs and guards']]);
  });

  test('the holder of a stack lock lives as long as its heart beats', async () => {
    const world = openWork();
    const beat = (at: number): string => JSON.stringify({ holder: 'dev-harb', since: toIso(0), heartbeat: toIso(at) });
    world.place.put('/locks/harb-stack.lock', beat(world.clock.now()), 0);
    await using source = await world.start();
    expect(source.said('lock.file')).toMatchObject([
      { name: 'harb-stack.lock', owner: 'alive', holder: 'dev-harb', heartbeat_at: toIso(world.clock.now()), pid: 0 },
    ]);
    await world.clock.advance(10 * MINUTE);
    expect(source.said('lock.file').every((lock) => lock.owner === 'alive')).toBe(true);
    await world.clock.advance(4 * SECOND);
    expect(source.said('lock.file')).toMatchObject([{ owner: 'dead', age_s: 602 }]);
    world.place.put('/locks/harb-stack.lock', 'half a wri', 0);
    await world.clock.advance(2 * SECOND);
    expect(source.said('lock.file')).toMatchObject([{ owner: 'unknown', holder: '', heartbeat_at: '' }]);
  });

  test('the newest page of an area is the one whose name says so, not the file that was written last', async () => {
    const world = openWork();
    world.place.put('/ops/evidence/engagement/2025-12-31.json', '{}', 5);
    world.place.put('/ops/evidence/engagement/2025-12-30.json', '{}', 9);
    world.place.put('/ops/evidence/engagement/2025-02-30.json', '{}', 9);
    world.place.put('/ops/evidence/red-team/2025-11-01-run.md', '', 0);
    await using source = await world.start();
    expect(source.said('evidence.file')).toMatchObject([
      {
        area: 'engagement',
        date: '2025-12-31',
        dated_at: '2025-12-31T00:00:00.000Z',
        age_s: DAY / SECOND,
        exists: true,
      },
      { area: 'red-team', date: '2025-11-01', exists: true },
    ]);
  });

  test('evidence in a folder that cannot be looked into is not missing', async () => {
    const world = openWork();
    world.place.put('/ops/evidence/engagement/2025-12-31.json', '{}', 5);
    world.place.put('/ops/evidence/red-team/2025-12-31.json', '{}', 5);
    world.place.refused.set('/ops/evidence/engagement', '/ops/evidence/engagement: not allowed to read it');
    await using source = await world.start();
    expect(source.said('evidence.file').map((data) => data.area)).toEqual(['red-team']);
    expect(source.reports.at(-1)).toEqual(['degraded', '/ops/evidence/engagement: not allowed to read it']);
  });

  test('evidence that is collected daily is missing even before its first page', async () => {
    const world = openWork();
    world.place.folder('/ops/evidence');
    await using source = await world.start();
    expect(source.said('evidence.file')).toMatchObject([{ area: 'engagement', exists: false, date: '', dated_at: '' }]);
  });

  test('files beside a phase file are counted by session', async () => {
    const world = openWork();
    for (const name of ['dev-impl-summary-harb-42.txt', 'ci-result-harb-42.txt', 'dev-thread-harb-423']) {
      world.place.put(`/tmp/${name}`, '', 1000);
    }
    await using source = await world.start();
    expect(source.said('session.files')).toMatchObject([
      { session: 'dev-harb-42', count: 2, issue: 42, newest_at: toIso(1000), exists: true },
      { session: 'dev-harb-423', count: 1 },
    ]);
  });
});

describe('how well it sees', () => {
  test('a folder that cannot be read leaves its things as they were, and the others are looked at all the same', async () => {
    const world = openWork();
    world.place.put('/logs/review/review.log', '', 0);
    world.place.put('/factory/state/.dev-active', '', 0);
    await using source = await world.start();
    source.said('agent.log');
    source.said('agent.guard');
    world.place.refused.set('/logs', '/logs: not allowed to read it');
    world.place.remove('/factory/state/.dev-active');
    await world.clock.advance(2 * SECOND);
    expect(source.said('agent.log')).toEqual([]);
    expect(source.said('agent.guard')).toHaveLength(1);
    expect(source.reports.at(-1)).toEqual(['degraded', '/logs: not allowed to read it']);
  });

  test.each([
    ['its folder of worktrees', '/tmp'],
    ['its folder of guards', '/factory/state'],
  ])('%s that cannot be read is said, and nothing in it is gone', async (_, folder) => {
    const world = openWork();
    putTree(world);
    world.place.put('/tmp/ci-result-harb-42.txt', '', 1000);
    world.place.put('/factory/state/.dev-active', '', 0);
    await using source = await world.start();
    const heard = source.events.length;
    world.place.refused.set(folder, `${folder}: not allowed to read it`);
    await world.clock.advance(MINUTE);
    expect(source.events.slice(heard)).toEqual([]);
    expect(source.reports.at(-1)).toEqual(['degraded', `${folder}: not allowed to read it`]);
  });

  test('a log that cannot be read is not gone, and a folder of clones takes no clone with it', async () => {
    const world = openWork();
    const log = '/logs/review/review.log';
    world.place.put(log, 'one\n', 0);
    world.place.put('/clones/harb/.git/HEAD', 'ref: refs/heads/main\n', 0);
    await using source = await world.start({ cloneFolders: ['/clones'] });
    expect(source.said('agent.log')).toHaveLength(1);
    const heard = source.events.length;
    world.place.put(log, 'one\ntwo\n', 1);
    world.place.refused.set(log, 'it was written to during the reading');
    world.place.refused.set('/clones', '/clones: not allowed to read it');
    await world.clock.advance(2 * SECOND);
    expect(source.events.slice(heard)).toEqual([]);
    expect(source.reports.at(-1)?.[0]).toBe('degraded');
    expect(source.reports.at(-1)?.[1]).toContain(`${log}: it was written to during the reading`);
    expect(source.reports.at(-1)?.[1]).toContain('/clones: not allowed to read it');
  });

  test('what another source says of the same kinds is left to it', async () => {
    const world = openWork();
    const head = { time: 0, host: 'box' };
    const clone = { id: 'a', source: 'ops://box/johba/harb-ops', subject: 'forge://x/johba/harb-ops', ...head };
    const lock = { id: 'b', source: 'work://box/tmp/dev-agent.lock', subject: '/tmp/dev-agent.lock', ...head };
    const others = [
      toEvent('git.repo', clone, { path: clone.subject, exists: true }),
      toEvent('lock.file', lock, { path: lock.subject, name: 'dev-agent.lock', exists: true }),
    ];
    await using source = await world.start({ latest: logOf(others) });
    expect(source.events.filter((event) => event.kind === 'git.repo' || event.kind === 'lock.file')).toEqual([]);
  });

  test('a folder that somebody named and that is not there is said, with the setting; any other may be missing', async () => {
    const world = openWork();
    await using source = await world.start({
      logFolders: ['/logs', '/data/logs'],
      namedBy: new Map([['/logs', 'DISINTO_LOG_DIR']]),
    });
    expect(source.reports).toEqual([['degraded', 'there is no /logs, which DISINTO_LOG_DIR names']]);
    world.place.put('/logs/review/review.log', '', 0);
    await world.clock.advance(2 * SECOND);
    expect(source.reports.at(-1)?.[0]).toBe('available');
  });

  test('a place where nothing answers is unavailable', async () => {
    const world = openWork();
    const folders = ['/tmp', '/logs', '/factory/state', '/locks'];
    for (const folder of folders) world.place.refused.set(folder, 'the shell ended early');
    await using source = await world.start();
    expect(source.reports).toEqual([['unavailable', 'the shell ended early']]);
    expect(source.events).toEqual([]);
  });

  test('a sweep looks at every part, whatever its time', async () => {
    const world = openWork();
    await using source = await world.start();
    putTree(world);
    await world.clock.advance(2 * SECOND);
    expect(source.said('worktree')).toEqual([]);
    await world.sweep();
    expect(source.said('worktree')).toHaveLength(1);
  });
});
