import { createServer, type Server } from 'node:http';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createTcp, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askDocker } from '../../src/adapters/docker-probe.ts';
import { worldProbe } from '../../src/adapters/probe.ts';
import type { Check } from '../../src/app/doctor/check.ts';
import { startDockerProxy } from '../support/docker-proxy.ts';
import { composeLabels, missingForDocker, startDockerd, type Dockerd } from '../support/dockerd.ts';
import { startReactor, type Reactor } from '../support/reactor.ts';

const patience = () => AbortSignal.timeout(5_000);

interface Diagnosis {
  readonly code: number | null;
  /** `state said | fix` by name. */
  readonly said: Readonly<Record<string, string>>;
}

async function diagnose(reactor: Reactor): Promise<Diagnosis> {
  const { code, stdout } = await reactor.run('doctor', '--json');
  const checks = JSON.parse(stdout) as readonly Check[];
  const said = checks.map(({ name, state, said: found, fix }) => [name, `${state} ${found}${fix && ` | ${fix}`}`]);
  return { code, said: Object.fromEntries(said) as Readonly<Record<string, string>> };
}

async function listenOn(server: Server, where: string | number): Promise<string> {
  server.listen(typeof where === 'string' ? { path: where } : { port: where, host: '127.0.0.1' });
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'string' ? address : `http://127.0.0.1:${(address as AddressInfo).port}`;
}

describe('the whole of it', () => {
  test('before the first start, beside a running reactor, and after it', async () => {
    await using reactor = await startReactor({ run: false });
    const before = await diagnose(reactor);
    expect(before.said['state']).toBe(`ok ${reactor.home}: made at the first start`);
    expect(before.said['daemon']).toMatch(/^ok not running; 127\.0\.0\.1:\d+ is free: reactor run$/);
    expect(before.said['phase and lock files']).toBe(`ok ${reactor.tmp}`);
    expect(before.said['change notices']).toMatch(/^ok by inotify/);
    // DOCKER_HOST names a socket that is not there: it was asked for.
    expect(before.said['docker box']).toMatch(/^broken there is no socket .*no-docker\.sock; .* \| /);
    expect(before.code).toBe(1);

    await reactor.start();
    const during = await diagnose(reactor);
    expect(during.said['daemon']).toMatch(new RegExp(`^ok ready at ${reactor.url} \\(pid ${reactor.pid}, since `));
    expect(during.said['state']).toMatch(/^ok .*reactor\.db: \d+ events, the newest /);

    await reactor.stop();
    expect((await diagnose(reactor)).said['daemon']).toMatch(/^ok not running; /);
  });

  test('another program on the address, and another reactor with the state', async () => {
    await using reactor = await startReactor();
    const server = createServer((_, answer) => answer.end('hello'));
    const taken = new URL(await listenOn(server, 0)).host;
    await using other = await startReactor({ run: false, home: reactor.home, env: { REACTOR_LISTEN: taken } });
    const stranger = await diagnose(other);
    expect(stranger.said['daemon']).toBe(
      `broken what answers at http://${taken} is no reactor (status 200) | REACTOR_LISTEN=127.0.0.1:8788`,
    );
    server.close();
    await once(server, 'close');
    const second = await diagnose(other);
    expect(second.said['daemon']).toMatch(
      new RegExp(`^broken another reactor \\(pid ${reactor.pid}, since .*\\) has ${reactor.home}, and none answers at`),
    );
  });

  test('a program that takes the address and says nothing', async () => {
    await using reactor = await startReactor({ run: false });
    const mute = createTcp();
    mute.listen(Number(new URL(reactor.url).port), '127.0.0.1');
    await once(mute, 'listening');
    const { said } = await diagnose(reactor);
    expect(said['daemon']).toMatch(
      /^broken not running, and 127\.0\.0\.1:\d+ is taken by another program \| REACTOR_LISTEN=/,
    );
    mute.close();
  });

  test('a forge that answers, and one that does not', async () => {
    const forge = createServer((request, answer) => {
      answer.end(request.url === '/api/v1/version' ? '{"version":"15.0.1+gitea-1.22.0"}' : 'no');
    });
    const url = await listenOn(forge, 0);
    await using reactor = await startReactor({ run: false, env: { FORGE_URL: url, REACTOR_LISTEN: '0.0.0.0:0' } });
    const { said } = await diagnose(reactor);
    expect(said['forge']).toBe(`ok ${url}: version 15.0.1+gitea-1.22.0`);
    expect(said['forge webhooks']).toContain('| FORGEJO__webhook__ALLOWED_HOST_LIST=external,private');
    expect(said['webhooks']).toContain('| FORGEJO_WEBHOOK_SECRET=$(openssl rand -hex 32)');
    forge.close();
    forge.closeAllConnections();
    expect((await diagnose(reactor)).said['forge']).toMatch(/^broken .* does not answer: .*ECONNREFUSED/);
  });

  test('mistakes in the configuration are told, and everything else is looked at all the same', async () => {
    await using reactor = await startReactor({ run: false, config: '\nlisten = "nowhere"\n' });
    writeFileSync(join(reactor.root, 'reactor.toml'), '\nlog_levl = "info"\n');
    const { code, said } = await diagnose(reactor);
    expect(code).toBe(2);
    expect(said['configuration']).toMatch(/^broken .*reactor\.toml:2 log_levl: is not a key \| log_level$/);
    expect(said['node']).toMatch(/^ok /);
  });
});

describe('single questions', () => {
  const folder = mkdtempSync(join(tmpdir(), 'reactor-probe-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('a place is told by what it is and what may be done with it', async () => {
    mkdirSync(join(folder, 'sub'));
    writeFileSync(join(folder, 'file'), '');
    expect(await worldProbe.place(join(folder, 'sub'))).toMatchObject({ is: 'folder', readable: true, writable: true });
    expect(await worldProbe.place(join(folder, 'file'))).toMatchObject({ is: 'file', readable: true, writable: true });
    expect(await worldProbe.place('/dev/null')).toMatchObject({ is: 'other' });
    expect(await worldProbe.place(join(folder, 'new/and/deep'))).toMatchObject({ is: 'missing', writable: true });
    expect(await worldProbe.place(join(folder, 'file/below'))).toMatchObject({ is: 'hidden', writable: false });
  });

  test('an engine that is not there, not an engine, or silent is told apart', async () => {
    const at = (name: string): string => `unix://${join(folder, name)}`;
    expect(await askDocker(at('none.sock'), '/_ping', patience())).toMatchObject({ reached: false, code: 'ENOENT' });
    const gone = createServer();
    await listenOn(gone, join(folder, 'gone.sock'));
    const silent = createTcp();
    silent.listen(join(folder, 'silent.sock'));
    await once(silent, 'listening');
    expect(await askDocker(at('silent.sock'), '/_ping', AbortSignal.timeout(100))).toMatchObject({
      reached: false,
      code: 'TIMEOUT',
    });
    const talking = createServer((_, answer) => void answer.write('{"half":'));
    await listenOn(talking, join(folder, 'talking.sock'));
    expect(await askDocker(at('talking.sock'), '/info', AbortSignal.timeout(100))).toMatchObject({
      reached: false,
      code: 'TIMEOUT',
    });
    for (const server of [gone, talking]) server.close().closeAllConnections();
    silent.close();
    expect(await askDocker('tcp://127.0.0.1:1', '/_ping', patience())).toMatchObject({
      reached: false,
      code: 'ECONNREFUSED',
    });
    expect(await askDocker('tcp://no-such-host.invalid:2375', '/_ping', patience())).toMatchObject({ reached: false });
  });
});

describe.skipIf(missingForDocker() !== null)('docker', () => {
  let engine: Dockerd;
  beforeAll(async () => {
    engine = await startDockerd();
    await engine.runContainer({ name: 'harb-anvil', labels: composeLabels('harb', 'anvil') });
  }, 120_000);
  afterAll(async () => engine[Symbol.asyncDispose]());

  test('a real engine is told by its version, and a stack without an owner by the lines that name one', async () => {
    await using reactor = await startReactor({ run: false, env: { DOCKER_HOST: engine.url } });
    const { code, said } = await diagnose(reactor);
    expect(said['docker box']).toMatch(/^ok unix:.*: \S+, API 1\.\d+, 1 container$/);
    expect(said['owners']).toBe(
      'warn nobody is known to answer for harb; write in reactor.toml: | [siblings.harb]\nowner = "@name"',
    );
    expect(code).toBe(0);
    writeFileSync(join(reactor.root, 'reactor.toml'), '[siblings.harb]\nowner = "@johba"\n');
    expect((await diagnose(reactor)).said['owners']).toBe('ok every stack has one');
  });

  test('a proxy that denies endpoints is told with what to set', async () => {
    await using proxy = await startDockerProxy(engine.socket);
    await using reactor = await startReactor({ run: false, env: { DOCKER_HOST: proxy.url } });
    proxy.deny(['/images', '/info']);
    const some = await diagnose(reactor);
    expect([some.code, some.said['docker box']]).toEqual([
      0,
      `warn the proxy at ${proxy.url} denies GET /images/json, /info; set in its environment: | IMAGES=1 INFO=1`,
    ]);
    proxy.deny(['/events']);
    const needed = await diagnose(reactor);
    expect([needed.code, needed.said['docker box']]).toEqual([
      1,
      `broken the proxy at ${proxy.url} denies GET /events; set in its environment: | EVENTS=1`,
    ]);
  });

  test('a proxy that never answers holds nobody up', async () => {
    await using proxy = await startDockerProxy(engine.socket);
    proxy.silence(true);
    await using reactor = await startReactor({ run: false, env: { DOCKER_HOST: proxy.url } });
    const begun = performance.now();
    const { said } = await diagnose(reactor);
    expect(said['docker box']).toMatch(/^broken nobody answers at .*: no answer in time/);
    expect(performance.now() - begun).toBeLessThan(10_000);
  });
});
