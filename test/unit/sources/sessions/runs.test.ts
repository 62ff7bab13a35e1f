import { describe, expect, test } from 'vitest';
import { toEvent } from '../../../../src/core/event.ts';
import { MINUTE, SECOND, toIso } from '../../../../src/core/time.ts';
import { openSessions } from './world.ts';

const SID = '11111111-2222-3333-4444-555555555555';
const status = (at: number, text: string): string => `[${toIso(at).slice(0, 19).replace('T', ' ')} UTC] ${text}\n`;

describe('a run', () => {
  test('is known by its session id and by the status of its agent, and never by the id itself', async () => {
    const world = openSessions();
    const now = world.clock.now();
    world.place.put('/tmp/dev-session-harb-42.sid', SID, now - 30 * MINUTE);
    world.place.put('/tmp/dev-agent-status-harb', status(now - 10 * MINUTE, 'dev-agent #42: waiting for CI'), now);
    world.lock({ name: 'dev-agent-harb.lock', owner: 'alive', pid: 57, evidence: 'process 57 runs' });
    await using source = await world.start();
    expect(source.said('session.run')).toEqual([
      {
        host: 'box',
        place: '',
        session: 'dev-harb-42',
        role: 'dev',
        project: 'harb',
        repo: 'johba/harb',
        number: 42,
        issue: 42,
        pr: 0,
        exists: true,
        runner: 'alive',
        pid: 57,
        pid_alive: true,
        evidence: 'its lock: process 57 runs',
        started_at: toIso(now - 30 * MINUTE),
        status_text: 'waiting for CI',
        status_since: toIso(now - 10 * MINUTE),
        waits_for: 'ci',
        active_at: toIso(now - 10 * MINUTE),
        last_result: '',
        last_result_at: '',
        last_error: '',
        marker: '',
        marker_at: '',
      },
    ]);
    expect(JSON.stringify(source.events)).not.toContain(SID);
    await world.clock.advance(MINUTE);
    expect(source.said('session.run')).toEqual([]);
  });

  test('is known by its status alone, and gone with it', async () => {
    const world = openSessions();
    world.place.put('/tmp/dev-agent-status-harb', status(world.clock.now(), 'dev-agent #42: starting'), 0);
    await using source = await world.start();
    expect(source.said('session.run')).toMatchObject([
      { session: 'dev-harb-42', started_at: '', status_text: 'starting' },
    ]);
    world.place.remove('/tmp/dev-agent-status-harb');
    await world.clock.advance(2 * SECOND);
    expect(source.said('session.run')).toMatchObject([{ session: 'dev-harb-42', exists: false }]);
  });

  test('is not another one whose number begins like its own', async () => {
    const world = openSessions();
    world.place.put('/tmp/dev-session-harb-423.sid', SID, 0);
    world.place.put('/tmp/dev-agent-status-harb', status(world.clock.now(), 'dev-agent #42: at work'), 0);
    await using source = await world.start();
    expect(source.said('session.run')).toMatchObject([
      { session: 'dev-harb-423', status_text: '' },
      { session: 'dev-harb-42', status_text: 'at work', started_at: '' },
    ]);
  });

  test('without a number in its status is the only one of its agent', async () => {
    const world = openSessions();
    world.place.put('/tmp/review-session-harb-7.sid', SID, 0);
    world.place.put('/tmp/harb-review-status', status(world.clock.now(), 'review: reading'), 0);
    await using source = await world.start();
    expect(source.said('session.run')).toMatchObject([
      { session: 'review-harb-7', pr: 7, issue: 0, status_text: 'reading' },
    ]);
  });

  test('without a number in its status is none of several', async () => {
    const world = openSessions();
    for (const issue of [42, 43]) world.place.put(`/tmp/dev-session-harb-${issue}.sid`, SID, 0);
    world.place.put('/tmp/dev-agent-status-harb', status(world.clock.now(), 'dev-agent: reading'), 0);
    await using source = await world.start();
    expect(source.said('session.run').map((run) => [run.session, run.status_text])).toEqual([
      ['dev-harb-42', ''],
      ['dev-harb-43', ''],
      ['dev-harb', 'reading'],
    ]);
  });

  test('with a status that makes no sense has none: it is not 56 years old', async () => {
    const world = openSessions();
    world.place.put('/tmp/dev-session-harb-42.sid', SID, world.clock.now());
    world.place.put('/tmp/dev-agent-status-harb', '', 0);
    await using source = await world.start();
    expect(source.said('session.run')).toMatchObject([
      { status_text: '', status_since: '', active_at: toIso(world.clock.now()) },
    ]);
  });

  test('shows that it works by its transcript', async () => {
    const world = openSessions();
    const now = world.clock.now();
    world.place.put('/tmp/dev-session-harb-42.sid', SID, now - 40 * MINUTE);
    world.place.put(`/home/agent/.claude/projects/-tmp-harb-worktree-42/${SID}.jsonl`, '', now - MINUTE);
    world.place.put('/home/agent/.claude/projects/-tmp-harb-worktree-42/another.jsonl', '', now);
    await using source = await world.start();
    expect(source.said('session.run')).toMatchObject([{ active_at: toIso(now - MINUTE) }]);
  });

  test('has the last result of its own session, not of the one before', async () => {
    const world = openSessions();
    world.place.put('/tmp/dev-session-harb-42.sid', SID, 0);
    const result = { type: 'result', subtype: 'error_max_turns', session_id: 'another-one-00' };
    world.place.put('/logs/dev/agent-run-last.json', JSON.stringify(result), 0);
    await using source = await world.start();
    expect(source.said('session.run')).toMatchObject([{ last_result: '' }]);
    const at = world.clock.now();
    world.place.put('/logs/dev/agent-run-last.json', JSON.stringify({ ...result, session_id: SID }), at);
    await world.clock.advance(2 * SECOND);
    expect(source.said('session.run')).toMatchObject([
      { last_result: 'error', last_error: 'error_max_turns', last_result_at: toIso(at) },
    ]);
  });

  test('carries the marker that its hooks left', async () => {
    const world = openSessions();
    world.place.put('/tmp/dev-session-harb-42.sid', SID, 0);
    world.place.put('/tmp/claude-exited-dev-harb-42.ts', '1767261600 prompt_input_exit', 0);
    await using source = await world.start();
    expect(source.said('session.run')).toMatchObject([{ marker: 'exited', marker_at: '2026-01-01T10:00:00.000Z' }]);
  });
});

describe('who carries it out', () => {
  test('is dead when the lock of the run that the status names is', async () => {
    const world = openSessions();
    world.place.put('/tmp/dev-agent-status-harb', status(world.clock.now(), 'dev-agent #42: at work'), 0);
    world.lock({ name: 'dev-agent-harb.lock', owner: 'dead', pid: 57, evidence: 'there is no process 57' });
    await using source = await world.start();
    expect(source.said('session.run')).toMatchObject([{ runner: 'dead', pid: 57, pid_alive: false }]);
  });

  test('of a run that looks given up is said at the second look: its lock may not have been looked at before', async () => {
    const world = openSessions();
    const old = world.clock.now() - 4 * 60 * MINUTE;
    world.place.put('/tmp/dev-agent-status-harb', status(old, 'dev-agent #42: at work'), old);
    world.place.put('/tmp/harb-review-status', status(old, 'review-agent #7: reading'), old);
    await using source = await world.start();
    expect(source.said('session.run')).toEqual([]);
    world.lock({ name: 'dev-agent-harb.lock', owner: 'dead', pid: 57, evidence: 'there is no process 57' });
    await world.clock.advance(2 * SECOND);
    expect(source.said('session.run')).toMatchObject([
      { session: 'dev-harb-42', runner: 'dead' },
      { session: 'review-harb-7', runner: 'unknown' },
    ]);
  });

  test('of a run that looked given up before a restart is not taken back by it', async () => {
    const world = openSessions();
    const old = world.clock.now() - 4 * 60 * MINUTE;
    world.place.put('/tmp/harb-review-status', status(old, 'review-agent #7: reading'), old);
    const head = { id: '1', source: 'x', subject: 'review-harb-7', time: old, host: 'box' };
    const before = toEvent('session.run', head, { session: 'review-harb-7', exists: true, runner: 'unknown' });
    await using source = await world.start([before]);
    expect(source.said('session.run')).toMatchObject([{ session: 'review-harb-7', exists: true }]);
  });

  test('is not told by the lock of the project for a session that nobody names any more', async () => {
    const world = openSessions();
    world.place.put('/tmp/dev-session-harb-42.sid', SID, 0);
    world.lock({ name: 'dev-agent-harb.lock', owner: 'dead', pid: 57, evidence: 'gone' });
    await using source = await world.start();
    expect(source.said('session.run')).toMatchObject([{ runner: 'unknown', pid: 0 }]);
  });

  test('is alive when a one-shot agent works in its worktree, whatever the lock says', async () => {
    const world = openSessions();
    world.place.put('/tmp/dev-agent-status-harb', status(world.clock.now(), 'dev-agent #42: at work'), 0);
    world.lock({ name: 'dev-agent-harb.lock', owner: 'dead', pid: 57, evidence: 'gone' });
    const head = { id: '1', source: 'x', subject: '99', time: 0, host: 'box' };
    world.agents.apply(
      toEvent('host.process', head, { pid: 99, exists: true, class: 'agent_oneshot', session: 'dev-harb-42' }),
    );
    await using source = await world.start();
    expect(source.said('session.run')).toMatchObject([{ runner: 'alive', pid: 99, pid_alive: true }]);
  });

  test('is not known when that of its lock is not: nobody takes it for dead', async () => {
    const world = openSessions();
    world.place.put('/tmp/planner-session-harb.sid', SID, 0);
    world.lock({ name: 'planner-run.lock', owner: 'unknown', pid: 8, evidence: 'in another PID namespace' });
    await using source = await world.start();
    expect(source.said('session.run')).toMatchObject([{ runner: 'unknown', pid: 8, pid_alive: false }]);
  });

  test.each([
    ['review-session-harb-7.sid', 'harb-review.lock'],
    ['planner-session-harb.sid', 'planner-run.lock'],
    ['action-session-harb-5.sid', 'action-agent-5.lock'],
  ])('of %s is told by %s', async (file, lock) => {
    const world = openSessions();
    world.place.put(`/tmp/${file}`, SID, 0);
    world.lock({ name: lock, owner: 'alive', pid: 8, evidence: 'runs' });
    await using source = await world.start();
    expect(source.said('session.run')).toMatchObject([{ runner: 'alive', pid: 8 }]);
  });
});

test('a run whose files cannot be read is not gone, and the source says which file that is', async () => {
  const world = openSessions();
  const sid = '/tmp/dev-session-harb-42.sid';
  world.place.put(sid, 'abc-123', world.clock.now());
  await using source = await world.start();
  expect(source.said('session.run')).toHaveLength(1);
  world.place.put(sid, 'abc-124', world.clock.now());
  world.place.refused.set(sid, 'not allowed to read it');
  await world.clock.advance(4 * SECOND);
  expect(source.said('session.run')).toEqual([]);
  expect(source.reports.at(-1)).toEqual(['degraded', expect.stringContaining(`${sid}: not allowed to read it`)]);
  world.place.remove(sid);
  await world.clock.advance(4 * SECOND);
  expect(source.said('session.run')).toMatchObject([{ exists: false }]);
});
