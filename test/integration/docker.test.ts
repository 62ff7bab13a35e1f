import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { composeLabels, missingForDocker, startDockerd, type Dockerd } from '../support/dockerd.ts';
import { openWatch } from '../support/docker-watch.ts';

const anvil = composeLabels('harb', 'anvil');

describe.skipIf(missingForDocker() !== null)('on a real engine', () => {
  let engine: Dockerd;

  beforeAll(async () => {
    engine = await startDockerd();
  });
  afterAll(async () => {
    await engine[Symbol.asyncDispose]();
  });

  test('a crash-looping container of a sibling dies unrequested, with its owner, within milliseconds', async () => {
    await using watch = await openWatch({ url: engine.url });
    await watch.start();
    await engine.runContainer({ name: 'harb-anvil-1', labels: anvil, cmd: 'exit 7', restart: 'always' });
    await watch.until('three dies', () => watch.of('die', 'harb-anvil-1').length >= 3);
    await engine.docker('rm', '-f', 'harb-anvil-1');
    const dies = watch.of('die', 'harb-anvil-1').slice(0, 3);
    for (const die of dies) {
      expect(die).toMatchObject({ subject: 'harb/anvil/1', source: 'docker://box' });
      expect(die.data).toMatchObject({
        stack: 'harb',
        service: 'anvil',
        number: 1,
        stack_owner: 'johba',
        stack_owner_room: 'harb-ops',
        managed: false,
        requested: false,
        exit_code: 7,
        synthetic: false,
      });
      expect((watch.takenAt.get(die.id) ?? 0) - die.time).toBeLessThan(250);
    }
    expect(new Set(dies.map((die) => die.id)).size).toBe(3);
  });

  test('a stop, a restart and a kill by a person are requested exits; a message to the process is not', async () => {
    await using watch = await openWatch({ url: engine.url });
    await watch.start();
    await engine.runContainer({ name: 'asked', labels: anvil });
    await engine.docker('stop', 'asked');
    await engine.docker('start', 'asked');
    await engine.docker('restart', 'asked');
    await engine.docker('kill', 'asked');
    await watch.until('three exits', () => watch.of('die', 'asked').length === 3);
    await engine.runContainer({ name: 'told', cmd: 'trap "exit 3" HUP; sleep 1000 & wait' });
    await engine.docker('kill', '--signal', 'HUP', 'told');
    await watch.until('its exit', () => watch.of('die', 'told').length === 1);
    await engine.docker('rm', '-f', 'asked', 'told');
    expect(watch.of('die', 'asked').map((die) => die.data.requested)).toEqual([true, true, true]);
    expect(watch.of('die', 'told')[0]?.data).toMatchObject({ requested: false, exit_code: 3 });
  });

  test('a crash right after a restart is not excused by it', async () => {
    await using watch = await openWatch({ url: engine.url });
    await watch.start();
    await engine.runContainer({
      name: 'fragile',
      cmd: 'test -f /second && exit 9; touch /second; trap "exit 0" TERM; sleep 1000 & wait',
    });
    await sleep(100);
    await engine.docker('restart', 'fragile');
    await watch.until('both exits', () => watch.of('die', 'fragile').length === 2);
    await engine.docker('rm', '-f', 'fragile');
    expect(watch.of('die', 'fragile').map((die) => [die.data.exit_code, die.data.requested])).toEqual([
      [0, true],
      [9, false],
    ]);
  });

  test('health is told when it changes, and the probes themselves never arrive', async () => {
    await using watch = await openWatch({ url: engine.url });
    await watch.start();
    const options = ['--health-cmd', 'test ! -f /sick', '--health-interval', '300ms', '--health-retries', '1'];
    await engine.runContainer({ name: 'patient', options });
    await watch.until('healthy', () => watch.of('health', 'patient').length === 1);
    await engine.docker('exec', 'patient', 'touch', '/sick');
    await watch.until('unhealthy', () => watch.of('health', 'patient').length === 2);
    await engine.docker('rm', '-f', 'patient');
    await watch.until('it is gone', () => watch.of('destroy', 'patient').length === 1);
    expect(watch.of('health', 'patient').map((event) => event.data.health)).toEqual(['healthy', 'unhealthy']);
    const actions = watch.events.map((event) => ('action' in event.data ? event.data.action : ''));
    expect(actions.filter((action) => action.includes('exec'))).toEqual([]);
  });

  test('running out of memory is part of the exit', async () => {
    await using watch = await openWatch({ url: engine.url });
    await watch.start();
    await engine.runContainer({
      name: 'hog',
      cmd: 'tail /dev/zero',
      options: ['--memory', '8m', '--memory-swap', '8m'],
    });
    await watch.until('its exit', () => watch.of('die', 'hog').length === 1);
    await engine.docker('rm', '-f', 'hog');
    expect(watch.of('die', 'hog')[0]?.data).toMatchObject({ oom: true, requested: false });
  });

  test('four containers that die while nobody looks are found once, with their exit codes, also at the start after', async () => {
    await using watch = await openWatch({ url: engine.url });
    const names = ['one', 'two', 'three', 'four'];
    for (const name of names) await engine.runContainer({ name: `lost-${name}`, cmd: CRASHES_WHEN_TOLD });
    await watch.start();
    await watch.stop();
    for (const name of names) await crash(engine, `lost-${name}`);
    await engine.docker('wait', ...names.map((name) => `lost-${name}`));
    await forgetBacklog(engine);
    await watch.start();
    const dies = watch.of('die').filter((die) => die.data.name.startsWith('lost-'));
    expect(dies.map((die) => [die.data.name, die.data.exit_code, die.data.requested, die.data.synthetic])).toEqual(
      expect.arrayContaining(names.map((name) => [`lost-${name}`, 5, false, true])),
    );
    expect(dies).toHaveLength(4);
    expect(watch.events.filter((event) => event.kind === 'docker.daemon' && event.data.action === 'gap')).toMatchObject(
      [{ data: { missed: 4, reason: 'the reactor was not running' } }],
    );
    await watch.stop();
    await watch.start();
    expect(watch.of('die').filter((die) => die.data.name.startsWith('lost-'))).toHaveLength(4);
    await engine.docker('rm', '-f', ...names.map((name) => `lost-${name}`));
  });

  test('what the engine can still replay is taken as it happened, and nothing is made up', async () => {
    await using watch = await openWatch({ url: engine.url });
    await engine.runContainer({ name: 'replayed', cmd: CRASHES_WHEN_TOLD });
    await watch.start();
    await watch.stop();
    await crash(engine, 'replayed');
    await engine.docker('wait', 'replayed');
    await engine.docker('start', 'replayed');
    await engine.docker('stop', 'replayed');
    await watch.start();
    await engine.docker('rm', '-f', 'replayed');
    expect(
      watch.of('die', 'replayed').map((die) => [die.data.exit_code, die.data.requested, die.data.synthetic]),
    ).toEqual([
      [5, false, false],
      [0, true, false],
    ]);
  });

  test('restarts by the policy while nobody looks are counted', async () => {
    await using watch = await openWatch({ url: engine.url });
    await watch.start();
    await watch.stop();
    await engine.runContainer({ name: 'looping', cmd: 'sleep 0.05; exit 4', restart: 'on-failure:3' });
    await engine.docker('wait', 'looping');
    await sleep(3_000);
    await forgetBacklog(engine);
    await watch.start();
    await engine.docker('rm', '-f', 'looping');
    const dies = watch.of('die', 'looping');
    expect(dies).toHaveLength(4);
    expect(dies.every((die) => die.data.synthetic && !die.data.requested)).toBe(true);
    expect(dies.at(-1)?.data).toMatchObject({ exit_code: 4, restart_count: 3, state: 'exited' });
  });

  test('a container that is removed and made anew while nobody looks is the same entity, and there', async () => {
    await using watch = await openWatch({ url: engine.url });
    await engine.runContainer({ name: 'harb-web-1', labels: composeLabels('harb', 'web') });
    await watch.start();
    await watch.stop();
    await engine.docker('rm', '-f', 'harb-web-1');
    await engine.runContainer({ name: 'harb-web-1', labels: composeLabels('harb', 'web') });
    await forgetBacklog(engine);
    await watch.start();
    const last = watch.events.findLast((event) => event.subject === 'harb/web/1');
    expect(last?.data).toMatchObject({ state: 'running', exists: true });
    expect(watch.of('destroy', 'harb-web-1')).toHaveLength(1);
    expect(watch.of('die', 'harb-web-1')).toHaveLength(0);
    await engine.docker('rm', '-f', 'harb-web-1');
  });

  test('a one-off of a service is not the service', async () => {
    await using watch = await openWatch({ url: engine.url });
    await watch.start();
    const labels = { ...anvil, 'com.docker.compose.oneoff': 'True' };
    await engine.runContainer({ name: 'harb-anvil-run-1a2b', labels, cmd: 'exit 1' });
    await watch.until('its exit', () => watch.of('die', 'harb-anvil-run-1a2b').length === 1);
    await engine.docker('rm', '-f', 'harb-anvil-run-1a2b');
    expect(watch.of('die', 'harb-anvil-run-1a2b')[0]).toMatchObject({
      subject: 'harb/harb-anvil-run-1a2b',
      data: { stack: 'harb', service: 'harb-anvil-run-1a2b' },
    });
  });

  test('images, volumes and networks are said with their stack, and gone when they are', async () => {
    await using watch = await openWatch({ url: engine.url });
    await watch.start();
    await engine.docker('volume', 'create', '--label', 'com.docker.compose.project=harb', 'harb_data');
    await engine.docker('network', 'create', '--label', 'com.docker.compose.project=harb', 'harb_net');
    const observed = (kind: string): boolean =>
      watch.events.some((event) => event.kind === kind && 'stack' in event.data && event.data.stack === 'harb');
    await watch.until(
      'volume and network with their stack',
      () => observed('docker.volume') && observed('docker.network'),
    );
    await engine.docker('volume', 'rm', 'harb_data');
    await engine.docker('network', 'rm', 'harb_net');
    await watch.until('the network is gone', () =>
      watch.events.some(
        (event) => event.kind === 'docker.network' && event.data.name === 'harb_net' && !event.data.exists,
      ),
    );
    expect(watch.events.findLast((event) => event.kind === 'docker.volume')?.data).toMatchObject({
      action: 'destroy',
      name: 'harb_data',
      exists: false,
      stack: 'harb',
      stack_owner: 'johba',
    });
    expect(watch.events.some((event) => event.kind === 'docker.image' && event.data.name === 'bb:1')).toBe(true);
  });

  test('an event loop that stands still for two seconds loses nothing', async () => {
    await using watch = await openWatch({ url: engine.url });
    await engine.runContainer({ name: 'still' });
    await watch.start();
    const renaming = renameOften(engine, 'still', 20);
    await sleep(150);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_000);
    await renaming;
    await watch.until('the last name', () => watch.of('rename', 'still-19').length > 0);
    await engine.docker('rm', '-f', 'still-19');
    const names = watch
      .of('rename')
      .filter((event) => event.data.exists)
      .map((event) => event.data.name);
    expect(names).toEqual(Array.from({ length: 20 }, (_, i) => `still-${i}`));
  });
});

async function renameOften(engine: Dockerd, name: string, times: number): Promise<void> {
  for (let i = 0; i < times; i += 1) await engine.docker('rename', i === 0 ? name : `${name}-${i - 1}`, `${name}-${i}`);
}

const CRASHES_WHEN_TOLD = 'trap "exit 5" USR1; trap "exit 0" TERM; sleep 1000 & wait';

/** From inside, so that the engine sees an exit that nobody asked for. */
async function crash(engine: Dockerd, name: string): Promise<void> {
  await engine.docker('exec', '-d', name, 'kill', '-USR1', '1');
}

/** Pushes everything out of the 256 events that the engine can replay. */
async function forgetBacklog(engine: Dockerd): Promise<void> {
  const script =
    'i=0; while [ $i -lt 135 ]; do docker volume create forget >/dev/null; docker volume rm forget >/dev/null; i=$((i+1)); done';
  await promisify(execFile)('sh', ['-c', script], { env: { ...process.env, DOCKER_HOST: engine.url } });
}
