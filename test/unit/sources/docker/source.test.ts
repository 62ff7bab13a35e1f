import { expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../../../src/core/time.ts';
import { toNanos } from '../../../../src/sources/docker/nanos.ts';
import { seenContainer, SILENCE } from '../../../support/fake-docker.ts';
import { rig, settle } from './running.ts';

const web = seenContainer({ name: 'web' });

test('at the very first start everything is observed once, and the past is left alone', async () => {
  await using box = rig();
  box.docker.log('start', web);
  await box.clock.advance(SECOND);
  box.docker.show(web);
  box.docker.show(seenContainer({ name: 'old', state: 'exited', exitCode: 1, finishedAt: '1700000002000000000' }));
  await box.start();
  expect(box.told()).toEqual(['observed web', 'observed old']);
  expect(box.told('docker.daemon')).toEqual(['connected box']);
  expect(box.reports).toEqual(['available connected']);
});

test('looks without news say nothing, and a look with news says what was missed', async () => {
  await using box = rig();
  box.docker.show(web);
  await box.start();
  await box.clock.advance(10 * MINUTE);
  expect(box.told()).toEqual(['observed web']);
  const finishedAt = toNanos(box.clock.now());
  await box.clock.advance(SECOND);
  box.docker.show({ ...web, state: 'exited', finishedAt, exitCode: 3 });
  await box.clock.advance(MINUTE);
  await settle(box.clock);
  expect(box.told()).toEqual(['observed web', 'die web']);
  expect(box.events.at(-1)?.data).toMatchObject({ synthetic: true, exit_code: 3, state: 'exited' });
});

test('an exit that the stream tells after a snapshot showed it is told once', async () => {
  await using box = rig();
  box.docker.show(web);
  await box.start();
  await box.clock.advance(SECOND);
  box.docker.show({ ...web, state: 'exited', finishedAt: toNanos(box.clock.now()), exitCode: 3 });
  await box.clock.advance(20);
  await box.sweep();
  box.docker.log('die', web, { exitCode: '3' });
  await settle(box.clock);
  expect(box.told()).toEqual(['observed web', 'die web']);
});

test('an exit that the engine can replay is taken from there and not made up', async () => {
  await using box = rig();
  box.docker.show(web);
  await box.start();
  await box.clock.advance(MINUTE);
  await box.stop();
  const finishedAt = toNanos(box.clock.now());
  await box.clock.advance(20);
  box.docker.log('kill', web, { signal: '15' });
  box.docker.log('die', web, { exitCode: '137' });
  box.docker.show({ ...web, state: 'exited', finishedAt, exitCode: 137 });
  await box.clock.advance(SECOND);
  await box.start();
  const die = box.events.find((event) => event.kind === 'docker.container' && event.data.action === 'die');
  expect(die?.data).toMatchObject({ synthetic: false, requested: true });
  expect(box.told().filter((said) => said === 'die web')).toHaveLength(1);
});

test('containers that die while the reactor is stopped are found once, also when it starts again and again', async () => {
  await using box = rig();
  const names = ['a1', 'b1', 'c1', 'd1'];
  for (const name of names) box.docker.show(seenContainer({ name }));
  await box.start();
  await box.stop();
  await box.clock.advance(MINUTE);
  for (const name of names) {
    box.docker.show(seenContainer({ name, state: 'exited', finishedAt: toNanos(box.clock.now()), exitCode: 1 }));
  }
  await box.clock.advance(MINUTE);
  for (let run = 0; run < 3; run += 1) {
    await box.start();
    await box.clock.advance(SECOND);
    await box.stop();
  }
  expect(box.told().filter((said) => said.startsWith('die'))).toEqual(['die a1', 'die b1', 'die c1', 'die d1']);
  const gaps = box.events.filter((event) => event.kind === 'docker.daemon' && event.data.action === 'gap');
  expect(gaps.map((gap) => ('missed' in gap.data ? gap.data.missed : -1))).toEqual([4, 0, 0]);
});

test('a subscription starts two seconds before the last thing that was stored', async () => {
  await using box = rig();
  box.docker.show(web);
  await box.start();
  await box.clock.advance(5 * SECOND);
  box.docker.log('pause', web);
  await settle(box.clock);
  await box.stop();
  await box.clock.advance(MINUTE);
  await box.start();
  expect(box.docker.opened().since).toBe(`${Date.UTC(2026, 0, 1, 0, 0, 3) / 1_000}.000000000`);
  expect(box.told().filter((said) => said === 'pause web')).toHaveLength(1);
});

test('the cursor stays where it was when the log refuses, and the next run takes it in', async () => {
  await using box = rig();
  box.docker.show(web);
  await box.start();
  const before = box.cursors.get('docker:box');
  await box.clock.advance(5 * SECOND);
  box.refuse(true);
  box.docker.log('die', web, { exitCode: '1' });
  await settle(box.clock);
  expect(box.failure()).toEqual(new Error('the disk is full'));
  expect(box.cursors.get('docker:box')).toBe(before);
  box.refuse(false);
  box.docker.show({ ...web, state: 'exited', finishedAt: toNanos(box.clock.now()), exitCode: 1 });
  await box.clock.advance(SECOND);
  await box.start();
  expect(box.told().filter((said) => said.startsWith('die'))).toEqual(['die web']);
});

test('a stop writes down the last line that was stored, however fresh', async () => {
  await using box = rig();
  await box.start();
  await box.clock.advance(5 * SECOND);
  box.docker.log('pause', web);
  await settle(box.clock);
  await box.clock.advance(300);
  box.docker.log('unpause', web);
  await settle(box.clock);
  await box.stop();
  expect(box.cursors.get('docker:box')).toBe(toNanos(box.clock.now()));
});

test('a cursor that is no number is none: it is the first start', async () => {
  await using box = rig();
  box.cursors.set('docker:box', 'seq 12');
  box.cursors.set('docker:box:heard', 'seq 12');
  box.docker.show(web);
  await box.start();
  expect(box.told()).toEqual(['observed web']);
  expect(box.told('docker.daemon')).toEqual(['connected box']);
});

test('an engine that was away when the reactor came does not hide that the reactor had been away', async () => {
  await using box = rig();
  await box.start();
  await box.stop();
  await box.clock.advance(MINUTE);
  box.docker.fail('no Docker socket');
  await box.start();
  await box.clock.advance(10 * SECOND);
  box.docker.fail(null);
  await box.clock.advance(2 * SECOND);
  await settle(box.clock);
  expect(box.events.at(-1)?.data).toMatchObject({
    action: 'gap',
    reason: 'the reactor was not running',
    gap_from: '2026-01-01T00:00:00.000Z',
    gap_s: 71,
  });
});

test('while the engine is away a socket is tried every two seconds, and the reason is said', async () => {
  await using box = rig();
  box.docker.fail('no Docker socket');
  await box.start();
  expect(box.reports).toEqual(['unavailable no Docker socket']);
  await box.clock.advance(5 * MINUTE);
  box.docker.fail(null);
  await box.clock.advance(2 * SECOND);
  await settle(box.clock);
  expect(box.reports.at(-1)).toBe('available connected');
});

test('an engine on another machine is tried less and less often', async () => {
  await using box = rig({ isLocal: false });
  box.docker.fail('no route');
  await box.start();
  await box.clock.advance(5 * MINUTE);
  expect(box.docker.asked()).toBeGreaterThan(10);
  expect(box.docker.asked()).toBeLessThan(18);
});

test('a stream that breaks is said, the gap is told, and everything is observed anew', async () => {
  await using box = rig();
  box.docker.show(web);
  await box.start();
  await box.clock.advance(MINUTE);
  box.docker.cut();
  await settle(box.clock);
  await box.clock.advance(SECOND);
  expect(box.told('docker.daemon')).toEqual(['connected box', 'disconnected box', 'connected box', 'gap box']);
  expect(box.told()).toEqual(['observed web', 'observed web']);
  expect(box.reports).toEqual(['available connected']);
});

test('an engine that answers no ping for ten seconds is taken for lost', async () => {
  await using box = rig();
  await box.start();
  box.docker.fail(SILENCE);
  await box.clock.advance(41 * SECOND);
  expect(box.told('docker.daemon')).toContain('disconnected box');
});

test('a stream that is quiet for nine minutes is opened anew, without a word when nothing was lost', async () => {
  await using box = rig();
  box.docker.show(web);
  await box.start();
  await box.clock.advance(9 * MINUTE - SECOND);
  expect(box.docker.opened().times).toBe(1);
  await box.clock.advance(2 * SECOND);
  await settle(box.clock);
  expect(box.docker.opened().times).toBe(2);
  expect(box.told('docker.daemon')).toEqual(['connected box']);
  expect(box.told()).toEqual(['observed web']);
});

test('lines that were dropped are a gap, and bring a look', async () => {
  await using box = rig();
  box.docker.show(web);
  await box.start();
  await box.clock.advance(SECOND);
  box.docker.show({ ...web, state: 'exited', finishedAt: toNanos(box.clock.now()), exitCode: 1 });
  box.docker.drop(12);
  await settle(box.clock);
  expect(box.told()).toEqual(['observed web', 'die web']);
  expect(box.events.at(-1)?.data).toMatchObject({
    action: 'gap',
    missed: 1,
    reason: 'fell behind: 12 lines were dropped',
  });
});

test('an exit that the engine logs in the very millisecond of the look is not made up', async () => {
  await using box = rig();
  box.docker.show(web);
  await box.start();
  await box.stop();
  await box.clock.advance(MINUTE);
  box.docker.log('die', web, { exitCode: '1' });
  box.docker.show({ ...web, state: 'exited', finishedAt: toNanos(box.clock.now()), exitCode: 1 });
  await box.start();
  const dies = box.events.filter((event) => event.kind === 'docker.container' && event.data.action === 'die');
  expect(dies.map((die) => 'synthetic' in die.data && die.data.synthetic)).toEqual([false]);
});

test('an exit right after the snapshot does not hide the one that the snapshot shows', async () => {
  await using box = rig();
  const looping = { ...web, policy: { name: 'always', maxRetries: 0 } as const };
  box.docker.show(looping);
  await box.start();
  await box.stop();
  await box.clock.advance(MINUTE);
  const finishedAt = toNanos(box.clock.now());
  await box.clock.advance(SECOND);
  box.docker.show({ ...looping, finishedAt, startedAt: toNanos(box.clock.now()), restartCount: 1 });
  await box.clock.advance(SECOND);
  box.docker.afterLook(() => box.docker.log('die', web, { exitCode: '9' }), 5);
  await box.start();
  await settle(box.clock);
  const dies = box.events.filter((event) => event.kind === 'docker.container' && event.data.action === 'die');
  expect(dies.map((die) => 'exit_code' in die.data && die.data.exit_code)).toEqual([-1, 9]);
});

test('a log that takes nothing ends the source, which does not go on as if it had been heard', async () => {
  await using box = rig();
  box.refuse(true);
  await box.start();
  expect(box.failure()).toEqual(new Error('the disk is full'));
  expect(box.reports).toEqual([]);
});

test('a container that is gone is removed once, and an older look does not bring it back', async () => {
  await using box = rig();
  box.docker.show(web);
  await box.start();
  await box.clock.advance(SECOND);
  box.docker.log('destroy', web);
  await settle(box.clock);
  await box.sweep();
  box.docker.hide(web.id);
  await box.sweep();
  await box.clock.advance(20 * MINUTE);
  expect(box.told()).toEqual(['observed web', 'destroy web']);
});

test('a container made and lost while nobody looked is told from birth to death', async () => {
  await using box = rig();
  await box.start();
  await box.stop();
  await box.clock.advance(MINUTE);
  const now = box.clock.now();
  const job = seenContainer({
    name: 'job',
    state: 'exited',
    exitCode: 9,
    createdAt: toNanos(now),
    startedAt: toNanos(now + 100),
    finishedAt: toNanos(now + 200),
  });
  box.docker.show(job);
  await box.clock.advance(MINUTE);
  await box.start();
  expect(box.told()).toEqual(['create job', 'start job', 'die job']);
});

test('a container outside Compose that is renamed leaves its old name behind', async () => {
  await using box = rig();
  box.docker.show(web);
  await box.start();
  await box.clock.advance(SECOND);
  const renamed = { ...web, name: 'shop' };
  box.docker.log('rename', renamed, { oldName: '/web' });
  box.docker.show(renamed);
  await settle(box.clock);
  await box.stop();
  await box.clock.advance(SECOND);
  await box.start();
  const stories = box.events.flatMap((event) => (event.kind === 'docker.container' ? [event] : []));
  expect(stories.map(({ subject, data }) => [data.action, subject, data.exists])).toEqual([
    ['observed', 'web', true],
    ['rename', 'web', false],
    ['rename', 'shop', true],
    ['observed', 'shop', true],
  ]);
});

test('what is denied is said by name, and containers that cannot be seen are not taken for gone', async () => {
  await using box = rig();
  box.docker.show(web);
  await box.start();
  box.docker.deny('containers');
  box.docker.deny('images');
  await box.sweep();
  expect(box.reports.at(-1)).toBe('degraded proxy denies GET /containers; proxy denies GET /images');
  await box.clock.advance(10 * MINUTE);
  expect(box.told()).toEqual(['observed web']);
});
