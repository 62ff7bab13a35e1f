import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDocker } from '../../src/adapters/docker.ts';
import type { EventData } from '../../src/core/catalog/catalog.ts';
import { startDockerProxy } from '../support/docker-proxy.ts';
import { openWatch, type DockerWatch } from '../support/docker-watch.ts';
import { composeLabels, missingForDocker, startDockerd, type Dockerd } from '../support/dockerd.ts';

describe.skipIf(missingForDocker() !== null)('the connection to a real engine', () => {
  let engine: Dockerd;

  beforeAll(async () => {
    engine = await startDockerd();
  });
  afterAll(async () => {
    await engine[Symbol.asyncDispose]();
  });

  test('a stream that is cut again and again loses nothing and repeats nothing', async () => {
    await using proxy = await startDockerProxy(engine.socket);
    await using watch = await openWatch({ url: proxy.url });
    await engine.runContainer({ name: 'cut' });
    await watch.start();
    for (let i = 0; i < 24; i += 1) {
      await engine.docker('rename', i === 0 ? 'cut' : `cut-${i - 1}`, `cut-${i}`);
      if (i % 8 === 4) proxy.cut();
    }
    await watch.until('the last name', () => watch.of('rename', 'cut-23').length > 0);
    await engine.docker('rm', '-f', 'cut-23');
    const names = watch
      .of('rename')
      .filter((event) => event.data.exists)
      .map((event) => event.data.name);
    expect(names).toEqual(Array.from({ length: 24 }, (_, i) => `cut-${i}`));
    const daemon = daemonOf(watch).map((data) => data.action);
    expect(daemon.slice(0, 4)).toEqual(['connected', 'disconnected', 'connected', 'gap']);
  });

  test('a container that dies and comes back while the stream is cut is told once', async () => {
    await using proxy = await startDockerProxy(engine.socket);
    await using watch = await openWatch({ url: proxy.url });
    await engine.runContainer({ name: 'harb-db-1', labels: composeLabels('harb', 'db') });
    await watch.start();
    proxy.deny(['/']);
    proxy.cut();
    await watch.until('the cut is noticed', () => watch.reports.some((said) => said.startsWith('unavailable')));
    await engine.docker('exec', '-d', 'harb-db-1', 'kill', '-TERM', '1');
    await engine.docker('wait', 'harb-db-1');
    await engine.docker('start', 'harb-db-1');
    proxy.deny(null);
    await watch.until('it sees again', () => watch.reports.at(-1)?.startsWith('available') === true);
    await engine.docker('rm', '-f', 'harb-db-1');
    expect(watch.of('die', 'harb-db-1')[0]?.data).toMatchObject({ exit_code: 0, requested: false, synthetic: false });
    await watch.until('it is gone', () => watch.of('destroy', 'harb-db-1').length === 1);
    expect(watch.of('die', 'harb-db-1')).toHaveLength(2);
    expect(daemonOf(watch).filter((data) => data.action === 'gap')).toMatchObject([{ missed: 0 }]);
  });

  test('what a proxy denies is named with what to set, and the rest goes on', async () => {
    await using proxy = await startDockerProxy(engine.socket);
    proxy.deny(['/images', '/info']);
    await using watch = await openWatch({ url: proxy.url });
    await watch.start();
    expect(watch.reports.at(-1)).toBe(
      'degraded proxy denies GET /info: set INFO=1; proxy denies GET /images/json: set IMAGES=1',
    );
    await engine.runContainer({ name: 'seen', cmd: 'exit 2' });
    await watch.until('the exit', () => watch.of('die', 'seen').length === 1);
    await engine.docker('rm', '-f', 'seen');
    proxy.deny(null);
    await watch.sweep();
    expect(watch.reports.at(-1)).toBe('degraded proxy denies GET /info: set INFO=1');
  });

  test('with nothing but the stream allowed exits are still told, and nothing is taken for gone', async () => {
    await using proxy = await startDockerProxy(engine.socket);
    proxy.deny(['/containers', '/images', '/volumes', '/networks', '/info']);
    await using watch = await openWatch({ url: proxy.url, reconcileEvery: 200 });
    await watch.start();
    expect(watch.reports.at(-1)).toContain('proxy denies GET /containers/json: set CONTAINERS=1');
    await engine.runContainer({ name: 'harb-x-1', labels: composeLabels('harb', 'x'), cmd: 'exit 2' });
    await watch.until('the exit', () => watch.of('die', 'harb-x-1').length === 1);
    await sleep(600);
    expect(watch.of('destroy', 'harb-x-1')).toEqual([]);
    await engine.docker('rm', '-f', 'harb-x-1');
    expect(watch.of('die', 'harb-x-1')[0]).toMatchObject({ subject: 'harb/x/1', data: { stack_owner: 'johba' } });
  });

  test('with the stream denied exits are found by looking', async () => {
    await using proxy = await startDockerProxy(engine.socket);
    proxy.deny(['/events']);
    await using watch = await openWatch({ url: proxy.url, reconcileEvery: 300 });
    await watch.start();
    expect(watch.reports.at(-1)).toBe('degraded proxy denies GET /events: set EVENTS=1');
    await engine.runContainer({ name: 'looked-at', cmd: 'sleep 0.1; exit 6' });
    await watch.until('the exit', () => watch.of('die', 'looked-at').length === 1);
    await engine.docker('rm', '-f', 'looked-at');
    await watch.until('it is gone', () => watch.of('destroy', 'looked-at').length === 1);
    expect(watch.of('die', 'looked-at')[0]?.data).toMatchObject({ exit_code: 6, synthetic: true, requested: false });
  });

  test('a proxy that denies everything makes the source unavailable, with the reason', async () => {
    await using proxy = await startDockerProxy(engine.socket);
    proxy.deny(['/']);
    await using watch = await openWatch({ url: proxy.url });
    await watch.start();
    expect(watch.reports.at(-1)).toContain('unavailable proxy denies GET /');
  });

  test('a container whose exit the stream never brought is found at the next look', async () => {
    await using watch = await openWatch({ url: engine.url, docker: withoutStreamedExits(engine.url) });
    await engine.runContainer({ name: 'unheard', cmd: 'trap "exit 8" USR1; sleep 1000 & wait' });
    await watch.start();
    await engine.docker('exec', '-d', 'unheard', 'kill', '-USR1', '1');
    await engine.docker('wait', 'unheard');
    await watch.sweep();
    await watch.sweep();
    await engine.docker('rm', '-f', 'unheard');
    expect(watch.of('die', 'unheard').map((die) => [die.data.exit_code, die.data.synthetic])).toEqual([[8, true]]);
  });

  test('a healthy box is not told anything twice: looks without news say nothing', async () => {
    await using watch = await openWatch({ url: engine.url, reconcileEvery: 100 });
    await engine.runContainer({ name: 'calm', restart: 'always' });
    await watch.start();
    expect(watch.of('observed', 'calm')).toHaveLength(1);
    const before = watch.events.length;
    await sleep(1_500);
    expect(watch.events.length).toBe(before);
    await engine.docker('rm', '-f', 'calm');
  });

  test('an engine that is restarted is a gap; what it stopped was asked for, and what it started is seen running', async () => {
    await using watch = await openWatch({ url: engine.url });
    await engine.runContainer({ name: 'always-on', restart: 'always' });
    await engine.runContainer({ name: 'once' });
    await watch.start();
    await engine.stop();
    await watch.until('the engine is away', () => watch.reports.at(-1)?.startsWith('unavailable') === true);
    expect(watch.reports.at(-1)).toContain('start Docker');
    await engine.start();
    const back = Date.now();
    await watch.until('it sees again', () => watch.reports.at(-1)?.startsWith('available') === true);
    expect(Date.now() - back).toBeLessThan(3_500);
    const last = (name: string) =>
      watch.events.findLast((event) => event.kind === 'docker.container' && event.data.name === name)?.data;
    expect(last('always-on')).toMatchObject({ state: 'running' });
    expect(last('once')).toMatchObject({ state: 'exited', requested: true });
    expect([...watch.of('die', 'always-on'), ...watch.of('die', 'once')].map((die) => die.data.requested)).toEqual([
      true,
      true,
    ]);
    expect(daemonOf(watch).map((data) => data.action)).toEqual(['connected', 'disconnected', 'connected', 'gap']);
    await engine.docker('rm', '-f', 'always-on', 'once');
  });

  test('an engine that is killed is a gap, and no exit is told twice', async () => {
    await using watch = await openWatch({ url: engine.url });
    await engine.runContainer({ name: 'survivor', restart: 'always' });
    await watch.start();
    await engine.stop('SIGKILL');
    await watch.until('the engine is away', () => watch.reports.at(-1)?.startsWith('unavailable') === true);
    await engine.start();
    await watch.until('it sees again', () => watch.reports.at(-1)?.startsWith('available') === true, 30_000);
    await watch.until(
      'it runs',
      () => watch.events.findLast((event) => event.subject === 'survivor')?.data !== undefined,
    );
    const dies = watch.of('die', 'survivor').length;
    expect(dies).toBe(1);
    expect(watch.events.findLast((event) => event.subject === 'survivor')?.data).toMatchObject({ state: 'running' });
    await engine.docker('rm', '-f', 'survivor');
  });

  test('without an engine it says what to do, and connects when one appears', async () => {
    await engine.stop();
    await using watch = await openWatch({ url: engine.url });
    await watch.start();
    expect(watch.reports).toEqual([
      `unavailable no Docker socket at ${engine.socket}: start Docker, or set DOCKER_HOST to where it is`,
    ]);
    await engine.start();
    const there = Date.now();
    await watch.until('it sees', () => watch.reports.at(-1)?.startsWith('available') === true);
    expect(Date.now() - there).toBeLessThan(3_500);
  });

  test('the stream is closed at once when the source is stopped', async () => {
    await using proxy = await startDockerProxy(engine.socket);
    await using watch = await openWatch({ url: proxy.url });
    await watch.start();
    const stopped = Date.now();
    await watch.stop();
    expect(Date.now() - stopped).toBeLessThan(200);
  });
});

function daemonOf(watch: DockerWatch): readonly EventData<'docker.daemon'>[] {
  return watch.events.flatMap((event) => (event.kind === 'docker.daemon' ? [event.data] : []));
}

/** An engine whose stream and replay never mention an exit, as when the engine dropped it for a slow reader. */
function withoutStreamedExits(url: string): ReturnType<typeof openDocker> {
  const docker = openDocker(url);
  return {
    ...docker,
    async events(request) {
      const answer = await docker.events(request);
      if (answer.denied) return answer;
      const batches = answer.value;
      async function* filtered() {
        for await (const { lines, dropped } of batches) {
          yield { dropped, lines: lines.filter((line) => !line.includes('"Action":"die"')) };
        }
      }
      return { denied: false, value: filtered() };
    },
  };
}
