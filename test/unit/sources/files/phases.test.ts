import { expect, test } from 'vitest';
import { HOUR, toIso } from '../../../../src/core/time.ts';
import { asStored, openWorld } from './world.ts';

const FILE = 'dev-session-harb-42.phase';

test('a phase file that was there before is said once, with its own time and the state of its issue', async () => {
  const world = openWorld();
  world.issue(42, 'open');
  world.put(FILE, 'PHASE:escalate\nReason: ci_exhausted\n', { age: 25 * HOUR });
  const stop = await world.start();
  expect(world.said()).toEqual([
    {
      kind: 'session.phase',
      host: 'box',
      place: '',
      session: 'dev-harb-42',
      role: 'dev',
      project: 'harb',
      repo: 'johba/harb',
      number: 42,
      issue: 42,
      pr: 0,
      path: `/tmp/${FILE}`,
      exists: true,
      phase: 'escalate',
      phase_since: toIso(world.clock.now() - 25 * HOUR),
      reason: 'ci_exhausted',
      issue_state: 'open',
      issue_closed_at: '',
      reviewed_before: false,
      unreadable: false,
    },
  ]);
  await world.clock.advance(5 * 60_000);
  expect(world.said()).toEqual([]);
  await stop();
  expect(world.clock.pending()).toBe(0);
  expect(world.listeners.size).toBe(0);
});

test('a change is said after 100 ms, and what changed within them is said once, as it ended', async () => {
  const world = openWorld();
  const stop = await world.start();
  world.write(FILE, 'PHASE:working\n');
  await world.clock.advance(60);
  world.write(FILE, 'PHASE:awaiting_ci\n');
  await world.clock.advance(39);
  expect(world.said()).toEqual([]);
  await world.clock.advance(1);
  expect(world.said()).toMatchObject([{ phase: 'awaiting_ci' }]);
  await world.clock.advance(200);
  expect(world.said()).toEqual([]);
  await stop();
});

test('a rename at the very end of the settle time does not lose the final state', async () => {
  const world = openWorld();
  const stop = await world.start();
  world.write(FILE, 'PHASE:working\n');
  await world.clock.advance(100);
  world.write(FILE, 'PHASE:awaiting_ci\n');
  await world.clock.advance(100);
  expect(world.said()).toMatchObject([{ phase: 'working' }, { phase: 'awaiting_ci' }]);
  await stop();
});

test('a file that is written twice within one tick of the file clock is read right', async () => {
  const world = openWorld();
  const stop = await world.start();
  world.put(FILE, 'PHASE:merged\n', { age: -90, ino: 7 });
  world.hint();
  await world.clock.advance(100);
  expect(world.said()).toMatchObject([{ phase: 'merged' }]);
  world.disk.set(FILE, { text: 'PHASE:failed\n', modified: world.clock.now() - 10, ino: 7 });
  await world.clock.advance(100);
  expect(world.said()).toMatchObject([{ phase: 'failed' }]);
  await stop();
});

test('a file caught between truncating and writing keeps its phase', async () => {
  const world = openWorld();
  world.put(FILE, 'PHASE:escalate\n');
  const stop = await world.start();
  world.said();
  world.write(FILE, '');
  await world.clock.advance(300);
  world.write(FILE, 'PHASE:working\n');
  await world.clock.advance(100);
  expect(world.said()).toMatchObject([{ phase: 'working', unreadable: false }]);
  await stop();
});

test('an empty file is a session without a phase, once it has been empty for half a second', async () => {
  const world = openWorld();
  const stop = await world.start();
  world.write(FILE, '');
  await world.clock.advance(499);
  expect(world.said()).toEqual([]);
  await world.clock.advance(1);
  expect(world.said()).toMatchObject([{ session: 'dev-harb-42', phase: 'none', exists: true, unreadable: false }]);
  await stop();
});

test('an empty file that is old is believed at the first look, and one whose clock is ahead in the end', async () => {
  const world = openWorld();
  world.put(FILE, '', { age: HOUR });
  world.put('dev-session-harb-43.phase', '', { age: -HOUR });
  const stop = await world.start();
  expect(world.said()).toMatchObject([{ session: 'dev-harb-42', phase: 'none' }]);
  await world.clock.advance(500);
  expect(world.said()).toMatchObject([{ session: 'dev-harb-43', phase: 'none' }]);
  const reads = world.state.reads;
  await world.clock.advance(1000);
  expect(world.state.reads).toBe(reads);
  await stop();
});

test('a broken file keeps its last good phase and is unreadable after three tries, and only then', async () => {
  const world = openWorld();
  world.put(FILE, 'PHASE:escalate\nReason: help\n', { age: HOUR });
  const stop = await world.start();
  const [before] = world.said();
  world.write(FILE, 'PHASE:esc');
  await world.clock.advance(200);
  expect(world.said()).toEqual([]);
  await world.clock.advance(100);
  expect(world.said()).toEqual([{ ...before, unreadable: true }]);
  await world.clock.advance(120_000);
  expect(world.said()).toEqual([]);
  world.write(FILE, 'PHASE:done\n');
  await world.clock.advance(100);
  expect(world.said()).toMatchObject([{ phase: 'done', unreadable: false }]);
  await stop();
});

test('an empty file that is then caught half-written has its three tries too', async () => {
  const world = openWorld();
  world.put(FILE, '');
  const stop = await world.start();
  expect(world.said()).toMatchObject([{ phase: 'none' }]);
  world.write(FILE, 'PHASE:');
  await world.clock.advance(200);
  world.write(FILE, 'PHASE:working\n');
  await world.clock.advance(100);
  expect(world.said()).toMatchObject([{ phase: 'working', unreadable: false }]);
  await stop();
});

test('a file that never made sense is unreadable, and so is one that may not be read', async () => {
  const world = openWorld();
  world.put(FILE, 'hello\n');
  world.put('review-session-harb-7.phase', 'DENIED');
  const stop = await world.start();
  await world.clock.advance(300);
  expect(world.said()).toMatchObject([
    { session: 'dev-harb-42', phase: 'unreadable', unreadable: true },
    { session: 'review-harb-7', phase: 'unreadable', unreadable: true, pr: 7, issue_state: '' },
  ]);
  await stop();
});

test('a file that goes away is said to be gone, with its last phase, and comes back as news', async () => {
  const world = openWorld();
  world.put(FILE, 'PHASE:done\n', { age: HOUR, ino: 7 });
  const kept = world.disk.get(FILE);
  const stop = await world.start();
  world.remove(FILE);
  await world.clock.advance(100);
  if (kept !== undefined) world.disk.set(FILE, kept);
  world.hint();
  await world.clock.advance(100);
  expect(world.events.map((event) => event.data)).toMatchObject([
    { exists: true, phase: 'done' },
    { exists: false, phase: 'done' },
    { exists: true, phase: 'done' },
  ]);
  expect(new Set(world.events.map((event) => event.id)).size).toBe(3);
  await stop();
});

test('the same name in the middle of another is another session', async () => {
  const world = openWorld();
  world.put('dev-session-app-2-17.phase', 'PHASE:working\n');
  world.put('planner-session-app-2.phase', 'PHASE:working\n');
  world.put('notes.txt', 'PHASE:working\n');
  const stop = await world.start();
  expect(world.said()).toMatchObject([
    { session: 'dev-app-2-17', project: 'app-2', repo: 'johba/app-2', issue: 17 },
    { session: 'planner-app-2', project: 'app-2', repo: 'johba/app-2', number: 0 },
  ]);
  await stop();
});

test('an issue that closes is said at once when asked, else within seconds, each time it turns', async () => {
  const world = openWorld();
  world.issue(42, 'open');
  world.put(FILE, 'PHASE:escalate\n', { age: HOUR });
  const stop = await world.start();
  world.issue(42, 'closed', '2026-01-01T00:00:00.000Z');
  world.source.reconsider();
  await world.clock.advance(100);
  expect(world.events).toHaveLength(2);
  world.issue(42, 'open');
  await world.clock.advance(11_000);
  expect(world.events.map((event) => event.data)).toMatchObject([
    { issue_state: 'open', issue_closed_at: '' },
    { issue_state: 'closed', issue_closed_at: '2026-01-01T00:00:00.000Z' },
    { issue_state: 'open', issue_closed_at: '' },
  ]);
  expect(new Set(world.events.map((event) => event.id)).size).toBe(3);
  await stop();
});

test('each run says everything once more under new ids, for the engine may replay less than the log holds', async () => {
  const world = openWorld();
  world.put(FILE, 'PHASE:escalate\n', { age: HOUR });
  await (
    await world.start()
  )();
  await world.clock.advance(60_000);
  await (
    await world.start()
  )();
  const [first, second, ...more] = world.events;
  expect(more).toEqual([]);
  expect(second?.data).toEqual(first?.data);
  expect(second?.id).not.toBe(first?.id);
});

test('what went away while nobody looked is said to be gone, and other boxes and folders are left alone', async () => {
  const before = openWorld();
  before.put(FILE, 'PHASE:escalate\n', { age: HOUR });
  await (
    await before.start()
  )();
  const [event] = before.events.map(asStored);
  if (event?.kind !== 'session.phase') throw new Error('nothing was said');
  const foreign = { ...event, host: 'other', data: { ...event.data, path: '/tmp/dev-session-harb-43.phase' } };
  const elsewhere = { ...event, data: { ...event.data, path: '/srv/dev-session-harb-42.phase' } };
  const world = openWorld({
    dir: '/tmp/',
    latest: (kind) => (kind === 'session.phase' ? [event, foreign, elsewhere] : []),
  });
  const stop = await world.start();
  expect(world.said()).toMatchObject([{ path: `/tmp/${FILE}`, exists: false, phase: 'escalate' }]);
  await stop();
});

test('a file that is broken at start keeps the phase it had before the restart', async () => {
  const before = openWorld();
  before.put(FILE, 'PHASE:escalate\n', { age: HOUR });
  await (
    await before.start()
  )();
  const latest = before.events.map(asStored);
  const world = openWorld({ latest: (kind) => (kind === 'session.phase' ? latest : []) });
  world.put(FILE, 'PHASE:');
  const stop = await world.start();
  expect(world.said()).toEqual([]);
  await world.clock.advance(300);
  expect(world.said()).toMatchObject([{ phase: 'escalate', unreadable: true, exists: true }]);
  await stop();
});
