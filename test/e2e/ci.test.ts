import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ADMIN,
  fakeWoodpecker,
  serveWoodpecker,
  type FakeWoodpecker,
  type Served,
} from '../support/fake-woodpecker.ts';
import { missingForDocker, startDockerd, type Dockerd } from '../support/dockerd.ts';
import { startReactor, type Reactor } from '../support/reactor.ts';

const now = (): number => Math.floor(Date.now() / 1_000);
const MINUTES = 60;

const REPO = 'acme/widget';

function environment(server: string, more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return { WOODPECKER_SERVER: server, WOODPECKER_TOKEN: ADMIN, FORGE_REPO: REPO, ...more };
}

const pipelines = (reactor: Reactor): readonly string[] =>
  reactor.eventsOf('ci.pipeline').map(({ number, status, action }) => `${number} ${status} ${action}`);

describe('a reactor beside a CI server', () => {
  let fake: FakeWoodpecker;
  let served: Served;
  let repoId: number;
  beforeAll(async () => {
    fake = fakeWoodpecker(() => Date.now());
    repoId = fake.addRepo(REPO);
    served = await serveWoodpecker(fake);
  });
  afterAll(() => served[Symbol.asyncDispose]());

  test('finds a pipeline that runs too long, at once when it starts late; and that it ended while nobody looked', async () => {
    const stuck = fake.start(repoId, {
      status: 'running',
      created: now() - 45 * MINUTES,
      started: now() - 40 * MINUTES,
    });
    await using reactor = await startReactor({ env: environment(served.url) });
    const found = await reactor.waitFor('the finding', () => reactor.findings('ci-running-long')[0]);
    expect([found.state, found.text]).toEqual(['firing', expect.stringContaining(`${REPO}#${stuck} running since`)]);

    await reactor.idle();
    await reactor.stop();
    fake.change(repoId, stuck, { status: 'killed', finished: now() });
    await reactor.start();
    await reactor.waitFor('its end', () => reactor.findings('ci-running-long')[0]?.state === 'resolved');
    expect(pipelines(reactor)).toEqual([`${stuck} running observed`, `${stuck} killed changed`]);

    await reactor.idle();
    await reactor.restart();
    await reactor.waitFor('the third look', () => pipelines(reactor).length === 3);
    expect(pipelines(reactor).at(-1)).toBe(`${stuck} killed observed`);
    expect(reactor.findings('ci-running-long')).toHaveLength(1);
  });

  test('hears of a change within a second, and of one that a step tells about while the stream is cut', async () => {
    const secret = 'notice-secret';
    const env = environment(served.url, { WOODPECKER_WEBHOOK_SECRET: secret });
    await using reactor = await startReactor({ env });
    await reactor.waitFor('the stream', () => fake.listeners() > 0);
    const begun = performance.now();
    const number = fake.start(repoId, { status: 'running', started: now() });
    await reactor.waitFor('the start', () => pipelines(reactor).includes(`${number} running changed`));
    expect(performance.now() - begun).toBeLessThan(1_500);

    fake.cut();
    const body = new URLSearchParams({ repo: REPO, number: String(number), status: 'failure' });
    const headers = { authorization: `Bearer ${secret}` };
    const answer = await reactor.fetch('/webhooks/woodpecker', { method: 'POST', body, headers });
    expect([answer.status, await answer.json()]).toEqual([
      202,
      { looking: `pipeline ${number} of ${REPO} is being read` },
    ]);
    fake.change(repoId, number, { status: 'failure', finished: now() });
    await reactor.waitFor('its end', () => pipelines(reactor).includes(`${number} failure changed`));
    fake.mend();
  });

  test('says that it cannot see CI when it cannot, and what to set', async () => {
    const env = environment(served.url, { WOODPECKER_TOKEN: 'wrong-t0ken' });
    await using reactor = await startReactor({ env });
    const said = await reactor.waitFor('the report', () =>
      reactor.eventsOf('reactor.source').find(({ source, state }) => source === 'ci' && state === 'unavailable'),
    );
    expect(said.reason).toContain('set WOODPECKER_TOKEN to a new one');
    expect(JSON.stringify(reactor.events()) + reactor.stderr() + reactor.stdout()).not.toContain('wrong-t0ken');
  });
});

test('without a CI server, what a step tells is all there is', async () => {
  await using reactor = await startReactor();
  const body = JSON.stringify({ repo: REPO, number: 57, status: 'failure', branch: 'fix/issue-42', pr: 12 });
  const headers = { 'content-type': 'application/json' };
  const answer = await reactor.fetch('/webhooks/woodpecker', { method: 'POST', body, headers });
  expect([answer.status, reactor.eventsOf('reactor.source').some(({ source }) => source === 'ci')]).toEqual([
    202,
    false,
  ]);
  expect(reactor.eventsOf('ci.pipeline')).toMatchObject([
    { number: 57, status: 'failure', action: 'notified', pr: 12, issue: 42 },
  ]);
});

describe.skipIf(missingForDocker() !== null)('the container of an agent', () => {
  let engine: Dockerd;
  beforeAll(async () => {
    engine = await startDockerd();
  });
  afterAll(() => engine[Symbol.asyncDispose]());

  test('is looked at, and its log: healthy is healthy, three errors are too many, and stopped is stopped', async () => {
    const fake = fakeWoodpecker(() => Date.now());
    fake.addRepo(REPO);
    await using served = await serveWoodpecker(fake);
    const name = 'disinto-woodpecker-agent';
    const cmd =
      'trap "exit 0" TERM; for n in 1 2 3; do echo "grpc error: done(): code: Unavailable" >&2; done; sleep 1000 & wait';
    const health = ['--health-cmd', 'true', '--health-interval', '1s'];
    const id = await engine.runContainer({ name, cmd: 'trap "exit 0" TERM; sleep 1000 & wait', options: health });
    fake.world.agents.push({ id: 2, name: id.slice(0, 12), created: now(), last_contact: now(), version: '3.17.0' });
    await using reactor = await startReactor({ env: environment(served.url, { DOCKER_HOST: engine.url }) });
    const agent = (): ReturnType<typeof last> => last(reactor);

    await reactor.waitFor('its health', () => agent()?.container_health === 'healthy');
    expect(agent()).toMatchObject({
      name: id.slice(0, 12),
      container: name,
      health: 'healthy',
      container_state: 'running',
    });

    const begun = performance.now();
    await engine.docker('stop', name);
    await reactor.waitFor('its end', () => agent()?.container_state === 'exited');
    expect(agent()).toMatchObject({ health: 'unhealthy', evidence: 'its container is exited' });
    expect(performance.now() - begun).toBeLessThan(4_000);

    await engine.docker('rm', name);
    await engine.runContainer({ name, cmd });
    await reactor.waitFor('its errors', () => agent()?.grpc_errors === 3, 90_000);
    expect(agent()).toMatchObject({ health: 'unhealthy', evidence: '3 gRPC errors in 20 min' });
  });
});

const last = (reactor: Reactor) => reactor.eventsOf('ci.agent').at(-1);
