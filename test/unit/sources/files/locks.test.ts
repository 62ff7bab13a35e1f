import { expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../../../src/core/time.ts';
import { openWorld } from './world.ts';

const LOCK = 'dev-agent-harb.lock';

test('an owner that dies is found within six seconds, without any change to the file', async () => {
  const world = openWorld();
  world.put(LOCK, '57\n', { age: 5 * SECOND });
  world.processes.set(57, { seen: 'running', startedAt: world.clock.now() - 6 * SECOND, command: 'bash dev-agent.sh' });
  const stop = await world.start();
  expect(world.said()).toMatchObject([
    { kind: 'lock.file', name: LOCK, pid: 57, owner: 'alive', age_s: 5, exists: true },
  ]);
  world.processes.delete(57);
  await world.clock.advance(6 * SECOND);
  expect(world.said()).toMatchObject([{ owner: 'dead', evidence: 'there is no process 57' }]);
  await stop();
});

test('a dead lock is said again as it ages, so that a rule about its age comes true', async () => {
  const world = openWorld();
  world.put(LOCK, '57\n', { age: 0 });
  const stop = await world.start();
  await world.clock.advance(6 * MINUTE);
  const ages = world.events.map((event) => (event.kind === 'lock.file' ? event.data.age_s : -1));
  expect(ages.length).toBeLessThanOrEqual(7);
  expect(ages.at(-1)).toBeGreaterThan(300);
  await stop();
});

test('an empty lock is unknown after half a second, and alive when the process id comes', async () => {
  const world = openWorld();
  world.processes.set(57, { seen: 'running', startedAt: world.clock.now(), command: 'bash' });
  const stop = await world.start();
  world.write(LOCK, '');
  await world.clock.advance(400);
  expect(world.said()).toEqual([]);
  await world.clock.advance(100);
  expect(world.said()).toMatchObject([{ pid: 0, owner: 'unknown', evidence: 'the lock is empty' }]);
  world.write(LOCK, '57\n');
  await world.clock.advance(100);
  expect(world.said()).toMatchObject([{ pid: 57, owner: 'alive' }]);
  await stop();
});

test('a lock that is released and taken again is said with its new owner', async () => {
  const world = openWorld();
  world.processes.set(58, { seen: 'running', startedAt: world.clock.now(), command: 'bash' });
  world.put(LOCK, '57\n');
  const stop = await world.start();
  world.said();
  world.remove(LOCK);
  await world.clock.advance(40);
  world.write(LOCK, '58\n');
  await world.clock.advance(60);
  expect(world.said()).toMatchObject([{ pid: 58, owner: 'alive', exists: true }]);
  world.remove(LOCK);
  await world.clock.advance(100);
  expect(world.said()).toMatchObject([{ pid: 58, exists: false }]);
  await stop();
});

test('in a folder that containers write, a process id that is not here proves nothing', async () => {
  const world = openWorld({ pidNamespace: 'unknown' });
  world.put(LOCK, '57\n', { age: 10 * MINUTE });
  const stop = await world.start();
  expect(world.said()).toMatchObject([{ owner: 'unknown', evidence: expect.stringMatching(/another PID namespace/) }]);
  await stop();
});

test.each([
  ['', 'unknown'],
  ['27 1 254:0 / / rw - ext4 /dev/vda rw', 'dead'],
  ['27 1 254:0 / / rw - ext4 /dev/vda rw\n31 27 254:0 /volumes/agents /tmp rw - ext4 /dev/vda rw', 'unknown'],
])('when it is not declared, the mount table %j makes the owner %s', async (mounts, owner) => {
  const world = openWorld({ findNamespace: true });
  world.state.mounts = mounts;
  world.put(LOCK, '57\n');
  const stop = await world.start();
  expect(world.said()).toMatchObject([{ owner }]);
  await stop();
});
