import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE, SECOND, toIso } from '../../../../src/core/time.ts';
import { ASKING, BUSY, IDLE, openSessions } from './world.ts';

const SESSION = 'dev-harb-42';

describe('a terminal', () => {
  test('is said once with everything that is known of it, and then no more while nothing changes', async () => {
    const world = openSessions();
    const activity = world.clock.now() - MINUTE;
    world.panes.push({ session: SESSION, screen: IDLE, activity, attached: true });
    await using source = await world.start();
    expect(source.said('session.terminal')).toEqual([
      {
        host: 'box',
        place: '',
        session: SESSION,
        role: 'dev',
        project: 'harb',
        repo: 'johba/harb',
        number: 42,
        issue: 42,
        pr: 0,
        exists: true,
        state: 'idle',
        state_since: toIso(activity),
        decided_by: 'pane',
        evidence: 'an input line between two rules, empty',
        attached: true,
        interactive: false,
        active_at: toIso(activity),
        quiet_s: 60,
        started_at: toIso(activity - 3_600_000),
        windows: 2,
        command: 'claude',
        folder: '/tmp/harb-worktree-42',
      },
    ]);
    expect(source.reports).toEqual([['available', 'looking at tmux, and at session ids and status lines in /tmp']]);
    await world.clock.advance(MINUTE);
    expect(source.said('session.terminal')).toEqual([]);
  });

  test('is said again when its state changes, with the time from which it holds', async () => {
    const world = openSessions();
    world.panes.push({ session: SESSION, screen: BUSY, activity: world.clock.now() });
    await using source = await world.start();
    expect(source.said('session.terminal')).toMatchObject([{ state: 'busy', state_since: toIso(world.clock.now()) }]);
    await world.clock.advance(10 * SECOND);
    const asked = world.clock.now();
    world.panes[0] = { session: SESSION, screen: ASKING, activity: asked };
    await world.clock.advance(2 * SECOND);
    expect(source.said('session.terminal')).toMatchObject([{ state: 'waiting_human', state_since: toIso(asked) }]);
  });

  test('that falls quiet is said when the silence crosses a limit', async () => {
    const world = openSessions();
    world.panes.push({ session: SESSION, screen: IDLE, activity: world.clock.now() });
    await using source = await world.start();
    source.said('session.terminal');
    await world.clock.advance(3 * MINUTE - SECOND);
    expect(source.said('session.terminal')).toEqual([]);
    await world.clock.advance(2 * SECOND);
    expect(source.said('session.terminal')).toMatchObject([{ quiet_s: 180 }]);
  });

  test('that goes on working is said every 5 min, and once when it has stopped', async () => {
    const world = openSessions();
    world.panes.push({ session: SESSION, screen: BUSY, activity: world.clock.now(), started: 0 });
    await using source = await world.start();
    source.said('session.terminal');
    for (let half = 0; half < 22; half += 1) {
      await world.clock.advance(30 * SECOND);
      world.panes[0] = { session: SESSION, screen: BUSY, activity: world.clock.now(), started: 0 };
    }
    const worked = source.said('session.terminal').map((data) => data.active_at);
    expect(worked).toHaveLength(2);
    const last = world.clock.now();
    await world.clock.advance(2 * MINUTE);
    expect(source.said('session.terminal').at(-1)).toMatchObject({ active_at: toIso(last) });
  });

  test.each([
    ['when tmux says when that was, since then', 90 * SECOND, 90 * SECOND],
    ['and with a tmux that does not say when, since its last output', null, 2 * HOUR],
  ])('that was silent for long and whose program has ended is dead %s', async (_, ended, since) => {
    const world = openSessions();
    const now = world.clock.now();
    const endedAt = ended === null ? {} : { endedAt: now - ended };
    world.panes.push({ session: SESSION, screen: IDLE, activity: now - 2 * HOUR, ended: true, ...endedAt });
    await using source = await world.start();
    expect(source.said('session.terminal')).toMatchObject([{ state: 'dead', state_since: toIso(now - since) }]);
  });

  test('that is gone is said to be gone', async () => {
    const world = openSessions();
    world.panes.push({ session: SESSION, screen: IDLE, activity: world.clock.now() });
    await using source = await world.start();
    source.said('session.terminal');
    world.panes.pop();
    await world.clock.advance(2 * SECOND);
    expect(source.said('session.terminal')).toMatchObject([{ session: SESSION, exists: false, state: 'idle' }]);
    await world.clock.advance(10 * SECOND);
    expect(source.said('session.terminal')).toEqual([]);
  });

  test('takes its state from its phase file when the screen tells nothing', async () => {
    const world = openSessions();
    world.panes.push({ session: SESSION, screen: '', activity: world.clock.now() - MINUTE });
    world.phase(SESSION, 'awaiting_review', world.clock.now() - MINUTE);
    await using source = await world.start();
    expect(source.said('session.terminal')).toMatchObject([{ state: 'idle', decided_by: 'phase' }]);
  });

  test('takes its state from the hook of its own name only', async () => {
    const world = openSessions();
    world.panes.push({ session: SESSION, screen: '', activity: world.clock.now() - MINUTE });
    world.place.put('/tmp/claude-idle-dev-harb-421.ts', '', world.clock.now());
    await using source = await world.start();
    expect(source.said('session.terminal')).toMatchObject([{ state: 'unknown' }]);
    world.place.put(`/tmp/claude-idle-${SESSION}.ts`, '', world.clock.now());
    await world.clock.advance(2 * SECOND);
    expect(source.said('session.terminal')).toMatchObject([{ state: 'idle', decided_by: 'hook' }]);
  });

  test('takes its state from the newest transcript of its folder', async () => {
    const world = openSessions();
    const folder = '/home/agent/.claude/projects/-tmp-harb-worktree-42';
    const now = world.clock.now();
    world.place.put(
      `${folder}/old.jsonl`,
      '{"type":"assistant","message":{"content":[{"type":"tool_use"}]}}\n',
      now - 2 * MINUTE,
    );
    world.place.put(
      `${folder}/new.jsonl`,
      '{"type":"assistant","message":{"stop_reason":"end_turn","content":[]}}\n',
      now - MINUTE,
    );
    world.panes.push({ session: SESSION, screen: '', activity: now - MINUTE });
    await using source = await world.start();
    expect(source.said('session.terminal')).toMatchObject([{ state: 'idle', decided_by: 'transcript' }]);
  });

  test('has its own screen, and not that of another server’s pane of the same number', async () => {
    const world = openSessions();
    const activity = world.clock.now() - MINUTE;
    world.panes.push({ session: SESSION, screen: BUSY, activity, socket: '/tmp/tmux-0/default' });
    world.panes.push({ session: 'dev-harb-43', screen: IDLE, activity, socket: '/tmp/tmux-1000/default' });
    await using source = await world.start();
    expect(source.said('session.terminal')).toMatchObject([
      { session: SESSION, state: 'busy' },
      { session: 'dev-harb-43', state: 'idle' },
    ]);
  });

  test('is shown again only when it was drawn on', async () => {
    const world = openSessions();
    world.panes.push({ session: SESSION, screen: IDLE, activity: world.clock.now() - MINUTE });
    await using _ = await world.start();
    const shows = () => world.place.ran.filter((line) => line.includes('capture-pane')).length;
    await world.clock.advance(MINUTE);
    expect(shows()).toBe(1);
    // Drawn within the same second as the first look at it: what came after that look would be missed.
    world.panes[0] = { session: SESSION, screen: BUSY, activity: world.clock.now() + SECOND };
    await world.clock.advance(MINUTE);
    expect(shows()).toBe(3);
  });
});

describe('what cannot be seen', () => {
  test('leaves a session as it was known, and says so', async () => {
    const world = openSessions();
    world.panes.push({ session: SESSION, screen: IDLE, activity: world.clock.now() });
    await using source = await world.start();
    source.said('session.terminal');
    world.complaint = 'error connecting to s (Permission denied)';
    await world.clock.advance(10 * SECOND);
    expect(source.said('session.terminal')).toEqual([]);
    expect(source.reports.at(-1)).toEqual(['degraded', 'tmux at s: error connecting to s (Permission denied)']);
  });

  test.each([
    ['nobody shows it', { ran: false, reason: 'it did not answer within 15 s', missing: false } as const],
    ['half of it was shown', { ran: true, code: 0, stdout: '', stderr: '' } as const],
  ])('is a screen: when %s, it is no empty one, and it is asked for again', async (_, shows) => {
    const world = openSessions();
    const asked = world.clock.now();
    world.panes.push({ session: SESSION, screen: BUSY, activity: asked - MINUTE });
    await using source = await world.start();
    source.said('session.terminal');
    world.shows = shows;
    world.panes[0] = { session: SESSION, screen: ASKING, activity: asked };
    world.panes.push({ session: 'dev-harb-43', screen: IDLE, activity: asked });
    await world.clock.advance(10 * SECOND);
    expect(source.said('session.terminal')).toEqual([]);
    expect(source.reports.at(-1)?.[0]).toBe('degraded');
    world.shows = null;
    await world.clock.advance(2 * SECOND);
    expect(source.said('session.terminal')).toMatchObject([{ state: 'waiting_human' }, { state: 'idle' }]);
    expect(source.reports.at(-1)?.[0]).toBe('available');
  });

  test('is unavailable when neither programs nor the folder answer', async () => {
    const world = openSessions();
    world.place.answers.length = 0;
    world.place.refused.set('/tmp', 'not allowed');
    await using source = await world.start();
    expect(source.reports).toEqual([['unavailable', 'not allowed; sh is not installed']]);
    expect(source.events).toEqual([]);
  });

  test('is said again when the event log did not take it', async () => {
    const world = openSessions();
    world.panes.push({ session: SESSION, screen: IDLE, activity: world.clock.now() });
    await using source = await world.start();
    source.said('session.terminal');
    source.refuse = true;
    world.panes.pop();
    await world.clock.advance(4 * SECOND);
    source.refuse = false;
    await world.clock.advance(2 * SECOND);
    expect(source.said('session.terminal')).toMatchObject([{ exists: false }]);
  });
});

describe('after a restart', () => {
  test('a session is said once, with the time its state began, and one that ended meanwhile is gone', async () => {
    const first = openSessions();
    first.panes.push({ session: SESSION, screen: ASKING, activity: first.clock.now() });
    first.panes.push({ session: 'review-harb-7', screen: IDLE, activity: first.clock.now() });
    const running = await first.start();
    await running[Symbol.asyncDispose]();
    const began = toIso(first.clock.now());

    const second = openSessions();
    await second.clock.advance(20 * MINUTE);
    second.panes.push({ session: SESSION, screen: ASKING, activity: second.clock.now() });
    await using source = await second.start(running.events);
    expect(source.said('session.terminal')).toMatchObject([
      { session: 'review-harb-7', exists: false },
      { session: SESSION, exists: true, state: 'waiting_human', state_since: began },
    ]);
    const ids = [...running.events, ...source.events].map((event) => event.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('what another place or box said is left alone', async () => {
    const other = openSessions({}, 'disinto-agents');
    other.panes.push({ session: SESSION, screen: IDLE, activity: other.clock.now() });
    const running = await other.start();
    await running[Symbol.asyncDispose]();
    expect(running.events[0]?.subject).toBe(`disinto-agents:${SESSION}`);
    const here = openSessions();
    await using source = await here.start(running.events);
    expect(source.events).toEqual([]);
  });
});
