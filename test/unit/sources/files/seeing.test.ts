import { expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../../../src/core/time.ts';
import { openWorld } from './world.ts';

const FILE = 'dev-session-harb-42.phase';

test('a folder that is missing is unavailable, not empty, and is found when it appears', async () => {
  const world = openWorld();
  world.put(FILE, 'PHASE:working\n');
  world.state.missing = true;
  const stop = await world.start();
  await world.clock.advance(5 * SECOND);
  expect(world.events).toEqual([]);
  expect(world.reports.at(-1)).toEqual(['unavailable', '/tmp: no such folder']);
  world.state.missing = false;
  await world.clock.advance(2 * SECOND);
  expect(world.said()).toMatchObject([{ phase: 'working' }]);
  expect(world.reports.at(-1)).toEqual(['available', 'watching /tmp']);
  world.write(FILE, 'PHASE:done\n');
  await world.clock.advance(100);
  expect(world.said()).toMatchObject([{ phase: 'done' }]);
  await stop();
});

test('a folder that vanishes takes nothing with it; what is missing when it is back is gone', async () => {
  const world = openWorld();
  world.put(FILE, 'PHASE:working\n');
  world.put('dev-session-harb-43.phase', 'PHASE:working\n');
  const stop = await world.start();
  world.said();
  world.state.missing = true;
  world.hint();
  await world.clock.advance(MINUTE);
  expect(world.said()).toEqual([]);
  world.disk.delete(FILE);
  world.state.missing = false;
  world.state.folder = '1:2';
  await world.clock.advance(2 * SECOND);
  expect(world.said()).toMatchObject([{ session: 'dev-harb-42', exists: false }]);
  await stop();
});

test('a folder that is replaced is watched anew', async () => {
  const world = openWorld();
  const stop = await world.start();
  const [old] = world.listeners;
  world.state.folder = '1:2';
  world.put(FILE, 'PHASE:working\n');
  world.hint();
  await world.clock.advance(100);
  expect(world.said()).toMatchObject([{ phase: 'working' }]);
  expect(world.listeners.size).toBe(1);
  expect([...world.listeners][0]).not.toBe(old);
  await stop();
});

test('without change notices it looks every five seconds and says so; with them again it is well', async () => {
  const world = openWorld();
  world.state.watchFails = 'the limit fs.inotify.max_user_watches is reached (ENOSPC)';
  const stop = await world.start();
  expect(world.reports.at(-1)).toEqual([
    'degraded',
    'no change notices, looking every 5 s: the limit fs.inotify.max_user_watches is reached (ENOSPC)',
  ]);
  world.put(FILE, 'PHASE:working\n');
  await world.clock.advance(6 * SECOND);
  expect(world.said()).toMatchObject([{ phase: 'working' }]);
  world.state.watchFails = '';
  await world.clock.advance(6 * SECOND);
  expect(world.reports.at(-1)?.[0]).toBe('available');
  for (const listener of world.listeners) listener.lost('EMFILE');
  world.state.watchFails = 'EMFILE';
  await world.clock.advance(11 * SECOND);
  expect(world.reports.at(-1)?.[0]).toBe('degraded');
  await stop();
});

test('a change without a notice is found by the next look, and one that even hides its version by the rescan', async () => {
  const world = openWorld();
  world.put(FILE, 'PHASE:merged\n', { ino: 7 });
  const kept = world.disk.get(FILE);
  const stop = await world.start();
  world.said();
  if (kept !== undefined) world.disk.set(FILE, { ...kept, text: 'PHASE:failed\n' });
  await world.clock.advance(30 * SECOND);
  expect(world.said()).toEqual([]);
  await world.clock.advance(31 * SECOND);
  expect(world.said()).toMatchObject([{ phase: 'failed' }]);
  await stop();
});

test('after the event loop stood still everything is read again', async () => {
  const world = openWorld();
  world.put(FILE, 'PHASE:merged\n', { ino: 7 });
  const stop = await world.start();
  await world.clock.advance(SECOND);
  const before = world.state.reads;
  await world.clock.advance(3 * SECOND);
  expect(world.state.reads).toBe(before);
  await world.clock.jump(3 * SECOND);
  expect(world.state.reads).toBe(before + 1);
  await stop();
});

test('a sweep reads everything now and resolves when it was taken in', async () => {
  const world = openWorld();
  await world.source.sweep('nobody runs it yet');
  const stop = await world.start();
  world.put(FILE, 'PHASE:working\n');
  await world.source.sweep('asked');
  expect(world.said()).toMatchObject([{ phase: 'working' }]);
  await stop();
});

test('what the log did not take is said again, and complained of once', async () => {
  const world = openWorld();
  world.put(FILE, 'PHASE:working\n');
  world.state.refuse = true;
  const stop = await world.start();
  await world.clock.advance(25 * SECOND);
  expect(world.warnings).toEqual(['file events were not stored, trying again']);
  world.state.refuse = false;
  await world.clock.advance(11 * SECOND);
  expect(world.said()).toMatchObject([{ phase: 'working' }]);
  await stop();
});

test('a busy folder is looked at ten times a second at most', async () => {
  const world = openWorld();
  const stop = await world.start();
  const before = world.state.lists;
  for (let i = 0; i < 100; i += 1) {
    world.hint();
    await world.clock.advance(10);
  }
  expect(world.state.lists - before).toBeLessThanOrEqual(11);
  await stop();
});
