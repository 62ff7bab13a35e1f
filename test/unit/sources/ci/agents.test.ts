import { describe, expect, test } from 'vitest';
import { toEvent } from '../../../../src/core/event.ts';
import { HOUR, MINUTE, SECOND, toIso } from '../../../../src/core/time.ts';
import { isGrpcError } from '../../../../src/sources/ci/grpc.ts';
import { USER } from '../../../support/fake-woodpecker.ts';
import type { Json } from '../../../support/fake-woodpecker-api.ts';
import { boxEvent, openWorld, type World, type WorldOptions } from './world.ts';

const GRPC = '{"level":"error","message":"grpc error: report_health(): code: Unavailable"}';

/** A world with one agent that speaks, in one healthy container. */
function factory(options: WorldOptions = {}, more: Json = {}): World {
  const world = openWorld(options);
  addAgent(world, { id: 2, name: 'box', ...more });
  world.boxes.apply(boxEvent());
  return world;
}

function addAgent(world: World, more: Json): void {
  world.fake.world.agents.push({
    id: 1,
    name: 'agent',
    created: 1,
    last_contact: world.seconds(),
    version: '3.17.0',
    token: 't',
    ...more,
  });
}

const setAgent = (world: World, more: Json): void => {
  world.fake.world.agents = world.fake.world.agents.map((agent) => ({ ...agent, ...more }));
};

const last = (world: World) => world.agents().at(-1);

/** Keeps the agent in contact while time goes by. */
async function inContact(world: World, minutes: number): Promise<void> {
  for (let n = 0; n < minutes; n += 1) {
    setAgent(world, { last_contact: world.seconds() + 50 });
    await world.advance(MINUTE);
  }
}

test('an agent is said once, with its container, and is healthy when that is', async () => {
  const world = factory();
  await world.start();
  expect(world.agents()).toEqual([
    {
      host: 'box',
      name: 'box',
      number: 2,
      action: 'observed',
      exists: true,
      health: 'healthy',
      evidence: 'its container is running, healthy; the server hears of it',
      unhealthy_since: '',
      last_contact: '2026-07-01T12:00:00.000Z',
      contact_age_s: 0,
      superseded: false,
      no_schedule: false,
      version: '3.17.0',
      container: 'disinto-woodpecker-agent',
      container_host: 'box',
      container_state: 'running',
      container_health: 'healthy',
      grpc_errors: 0,
      fast_failures: 0,
      fast_failures_in_a_row: 0,
    },
  ]);
  expect(world.log[0]).toMatchObject({ source: 'ci://ci:8000', subject: 'box/2' });
  await inContact(world, 60);
  expect(world.agents()).toHaveLength(1);
  await world.stop();
});

describe('a container that is', () => {
  test.each([
    ['running', 'healthy', 'healthy'],
    ['running', 'starting', 'healthy'],
    ['running', 'none', 'healthy'],
    ['running', 'unhealthy', 'unhealthy'],
    ['exited', 'none', 'unhealthy'],
    ['restarting', 'none', 'unhealthy'],
    ['paused', 'healthy', 'unhealthy'],
    ['created', 'none', 'unhealthy'],
    ['dead', 'none', 'unhealthy'],
  ])('%s and %s makes the agent %s', async (state, health, wanted) => {
    const world = factory();
    world.boxes.apply(boxEvent({ state, health }));
    await world.start();
    expect(last(world)?.health).toBe(wanted);
    await world.stop();
  });

  test('stopped is found without waiting for the next look', async () => {
    const world = factory();
    await world.start();
    world.boxes.apply(boxEvent({ state: 'exited', health: 'none' }));
    world.source.reconsider();
    await world.clock.settle();
    expect(last(world)).toMatchObject({ action: 'changed', health: 'unhealthy', evidence: 'its container is exited' });
    await world.stop();
  });

  test('on an engine that is away is as it was last seen, and says so', async () => {
    const world = factory();
    await world.start();
    world.boxes.apply(toEvent('docker.daemon', boxEvent(), { action: 'disconnected' }));
    world.source.reconsider();
    addAgent(world, { id: 3, name: 'agent-3' });
    await inContact(world, 2);
    expect(world.agents().find(({ number }) => number === 2)).toMatchObject({
      container_state: 'running',
      health: 'healthy',
    });
    await world.stop();
  });

  test('nobody has any more leaves the agent to the server', async () => {
    const world = factory();
    await world.start();
    world.boxes.apply(boxEvent({ state: 'removed', exists: false }));
    world.source.reconsider();
    await world.clock.settle();
    expect(last(world)).toMatchObject({ container: '', container_state: '', grpc_errors: -1, health: 'healthy' });
    await world.stop();
  });
});

describe('gRPC errors in its log', () => {
  test('are found within seconds, three are too many, and they are forgotten after 20 minutes', async () => {
    const world = factory();
    world.write(GRPC);
    await world.start();
    expect(last(world)).toMatchObject({ grpc_errors: 1, health: 'healthy' });
    await world.advance(MINUTE / 2);
    world.write('fine', GRPC, 'fine');
    await world.advance(2 * SECOND);
    expect(last(world)).toMatchObject({ grpc_errors: 2, health: 'healthy' });
    world.write(GRPC);
    await world.advance(2 * SECOND);
    expect(last(world)).toMatchObject({ grpc_errors: 3, health: 'unhealthy', evidence: '3 gRPC errors in 20 min' });
    await inContact(world, 19);
    expect(world.agents()).toHaveLength(3);
    await inContact(world, 2);
    expect(last(world)).toMatchObject({ grpc_errors: 0, health: 'healthy' });
    await world.stop();
  });

  test('in a storm are said in steps', async () => {
    const world = factory();
    await world.start();
    for (let n = 0; n < 100; n += 1) {
      world.write(...Array.from({ length: 20 }, () => GRPC));
      await world.advance(2 * SECOND);
    }
    expect(world.agents().map((agent) => agent.grpc_errors)).toEqual([0, 20, 60, 100, 200, 500, 1_000]);
    await world.stop();
  });

  test('that cannot be read are not none', async () => {
    const world = factory();
    world.logs = 'proxy says no';
    await world.start();
    expect(last(world)).toMatchObject({ grpc_errors: -1, health: 'healthy' });
    expect(world.reports.at(-1)).toEqual(['degraded', `agent logs: disinto-woodpecker-agent: proxy says no`]);
    await world.stop();
  });

  test.each([
    ['{"level":"warn","error":"rpc error: code = Unavailable desc = keepalive ping failed","message":"x"}', 1],
    ['2:49AM ERR client_grpc.go:93 > grpc error: done(): code: Unavailable', 1],
    ['grpc error: wait(): code: Unknown: rpc error: code = Unknown desc = queue: task cancelled', 0],
    ['rpc error: code = Canceled desc = context canceled', 0],
    ['starting Woodpecker agent with version 3.17.0', 0],
    ['using grpc keepalive', 0],
  ])('%s counts %i', (line, count) => {
    expect(isGrpcError(line)).toBe(count === 1);
  });
});

describe('an agent that the server no longer hears', () => {
  test('is unhealthy after five minutes, and is said again on steps', async () => {
    const world = factory();
    world.boxes.apply(boxEvent({ state: 'removed', exists: false }));
    await world.start();
    await world.advance(5 * MINUTE - SECOND);
    expect(world.agents()).toHaveLength(1);
    await world.advance(56 * MINUTE);
    expect(world.agents().map((agent) => [Math.floor(agent.contact_age_s / 300) * 5, agent.health])).toEqual([
      [0, 'healthy'],
      [5, 'unhealthy'],
      [10, 'unhealthy'],
      [20, 'unhealthy'],
      [30, 'unhealthy'],
      [60, 'unhealthy'],
    ]);
    setAgent(world, { last_contact: world.seconds() });
    await world.advance(MINUTE);
    expect(last(world)?.health).toBe('healthy');
    await world.stop();
  });

  test('is unhealthy since five minutes after it last spoke, or since it was for another reason before that', async () => {
    const world = factory({}, { name: 'disinto-woodpecker-agent' });
    addAgent(world, { id: 3, name: 'agent-3' });
    await world.start();
    const spoke = world.seconds() * SECOND;
    await world.advance(2 * MINUTE);
    world.boxes.apply(boxEvent({ state: 'exited', health: 'none' }));
    world.source.reconsider();
    await world.clock.settle();
    const stopped = world.clock.now();
    expect(last(world)).toMatchObject({ number: 2, health: 'unhealthy', unhealthy_since: '' });
    await world.advance(5 * MINUTE);
    const since = (number: number) => world.agents().findLast((agent) => agent.number === number)?.unhealthy_since;
    expect([since(2), since(3)]).toEqual([toIso(stopped), toIso(spoke + 5 * MINUTE)]);
    setAgent(world, { last_contact: world.seconds() });
    await world.advance(MINUTE);
    expect(since(3)).toBe('');
    await world.stop();
  });

  test('is not silent because the server is', async () => {
    const world = factory();
    await world.start();
    world.fake.fail(() => 'reset');
    await world.advance(2 * HOUR);
    expect(world.agents()).toHaveLength(1);
    expect(world.reports.at(-1)?.[0]).toBe('unavailable');
    await world.stop();
  });

  test.each<readonly [string, Json, Json, boolean]>([
    ['one of the same name that spoke later', { name: 'box' }, { name: 'box' }, true],
    ['one in a newer container', { name: 'c0ffee123456' }, { name: 'beef00123456', created: 2_000_000_000 }, true],
    ['one of another name that was always there', { name: 'arm' }, { name: 'amd' }, false],
    ['one in a container that was always there', { name: 'c0ffee123456' }, { name: 'beef00123456' }, false],
  ])('has been replaced by %s', async (_, old, other, wanted) => {
    const world = openWorld();
    addAgent(world, { id: 1, ...old, last_contact: world.seconds() - 9_000 });
    addAgent(world, { id: 2, ...other });
    await world.start();
    const first = world.agents().find(({ number }) => number === 1);
    expect([first?.superseded, first?.health]).toEqual([wanted, wanted ? 'unknown' : 'unhealthy']);
    await world.stop();
  });
});

test('two agents of one name that both speak are two agents', async () => {
  const world = openWorld();
  addAgent(world, { id: 1, name: 'box', last_contact: world.seconds() - 8 });
  addAgent(world, { id: 2, name: 'box' });
  await world.start();
  expect(world.agents()).toMatchObject([
    { number: 1, superseded: false, health: 'healthy' },
    { number: 2, superseded: false, health: 'healthy' },
  ]);
  await world.stop();
});

describe('pipelines that fail at once', () => {
  const run = (world: World, status: string, seconds: number, agent = 2): void => {
    const finished = world.seconds();
    const workflows = [{ name: 'w', state: status, agent_id: agent, children: [] }];
    world.fake.start(world.repoId, { status, started: finished - seconds, finished, workflows, branch: 'x' });
  };

  test('three in a row make its agent unhealthy; a good one ends the row, and a quarter of an hour the count', async () => {
    const world = factory();
    await world.start();
    for (let n = 0; n < 3; n += 1) run(world, 'failure', 20);
    await inContact(world, 1);
    expect(last(world)).toMatchObject({ fast_failures: 3, fast_failures_in_a_row: 3, health: 'unhealthy' });
    run(world, 'success', 200);
    await inContact(world, 1);
    expect(last(world)).toMatchObject({ fast_failures: 3, fast_failures_in_a_row: 0, health: 'healthy' });
    await inContact(world, 15);
    expect(last(world)).toMatchObject({ fast_failures: 0 });
    await world.stop();
  });

  test.each<readonly [string, string, number]>([
    ['took a minute', 'failure', 60],
    ['somebody killed', 'killed', 5],
    ['were canceled', 'canceled', 5],
    ['passed', 'success', 5],
  ])('do not count when they %s', async (_, status, seconds) => {
    const world = factory();
    await world.start();
    for (let n = 0; n < 5; n += 1) run(world, status, seconds);
    await inContact(world, 1);
    expect(last(world)).toMatchObject({ fast_failures: 0, health: 'healthy' });
    await world.stop();
  });

  test('never began when their configuration is wrong', async () => {
    const world = factory();
    await world.start();
    for (let n = 0; n < 5; n += 1) {
      world.fake.start(world.repoId, { status: 'error', started: 0, finished: world.seconds(), branch: 'x' });
    }
    await inContact(world, 1);
    expect(last(world)).toMatchObject({ fast_failures: 0, health: 'healthy' });
    await world.stop();
  });

  test('are those of the agent that ran them', async () => {
    const world = factory();
    addAgent(world, { id: 3, name: 'other' });
    await world.start();
    for (let n = 0; n < 3; n += 1) run(world, 'failure', 20, 3);
    await inContact(world, 1);
    const health = new Map(world.agents().map((agent) => [agent.number, agent.health]));
    expect([health.get(2), health.get(3)]).toEqual(['healthy', 'unhealthy']);
    await world.stop();
  });
});

describe('which container an agent is in', () => {
  const containers = async (
    agents: readonly Json[],
    boxes: readonly Parameters<typeof boxEvent>[0][],
  ): Promise<readonly (readonly [string, string])[]> => {
    const world = openWorld();
    for (const agent of agents) addAgent(world, agent);
    for (const box of boxes) world.boxes.apply(boxEvent(box));
    await world.start();
    await world.stop();
    return world.agents().map(({ name, container }) => [name, container]);
  };
  const A = { id: 'a1b2c3d4e5f6'.padEnd(64, '0'), name: 'agent-a' };
  const B = { id: 'b1b2c3d4e5f6'.padEnd(64, '0'), name: 'agent-b' };

  test('is told by the id that its host name is', async () => {
    const agents = [
      { id: 1, name: 'b1b2c3d4e5f6' },
      { id: 2, name: 'a1b2c3d4e5f6' },
    ];
    expect(await containers(agents, [A, B])).toEqual([
      ['b1b2c3d4e5f6', 'agent-b'],
      ['a1b2c3d4e5f6', 'agent-a'],
    ]);
  });

  test('is told by its name', async () => {
    expect(await containers([{ id: 1, name: 'agent-b' }], [A, B])).toEqual([
      ['agent-b', 'agent-b'],
      ['agent-a', 'agent-a'],
    ]);
  });

  test('is guessed when there is one of each, and not when there are more', async () => {
    expect(await containers([{ id: 1, name: 'box' }], [A])).toEqual([['box', 'agent-a']]);
    const two = [
      { id: 1, name: 'x' },
      { id: 2, name: 'y' },
    ];
    expect(await containers(two, [A])).toEqual([
      ['x', ''],
      ['y', ''],
      ['agent-a', 'agent-a'],
    ]);
  });

  test('is known without the server, to whose agents only admins are let', async () => {
    const world = factory({ token: USER });
    await world.start();
    expect(world.agents()).toMatchObject([
      { name: 'disinto-woodpecker-agent', number: 0, health: 'healthy', contact_age_s: -1, container_state: 'running' },
    ]);
    await world.stop();
  });
});

test('an agent that an admin paused is paused, not unhealthy', async () => {
  const world = factory({}, { no_schedule: true });
  await world.start();
  expect(last(world)).toMatchObject({ no_schedule: true, health: 'healthy' });
  expect(last(world)?.evidence).toContain('an admin has paused it');
  await world.stop();
});

test('an agent that was deleted is gone, once; one that may not be asked about any more is not', async () => {
  const world = factory();
  world.boxes.apply(boxEvent({ state: 'removed', exists: false }));
  await world.start();
  world.fake.fail((path) => (path === '/api/agents' ? { status: 403, body: '' } : null));
  await world.advance(10 * MINUTE);
  expect(world.agents()).toHaveLength(1);
  world.fake.fail(() => null);
  world.fake.world.agents = [];
  await world.advance(10 * MINUTE);
  expect(world.agents().slice(1)).toMatchObject([{ action: 'gone', exists: false, number: 2, health: 'unknown' }]);
  await world.stop();
});
