import { createServer, type RequestListener } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDocker } from '../../src/adapters/docker.ts';
import { parseDockerAddress } from '../../src/adapters/docker-address.ts';

interface FakeEngine extends AsyncDisposable {
  readonly url: string;
  readonly asked: readonly string[];
}

/** An HTTP server at a socket that answers as it is told. */
async function serve(answer: RequestListener): Promise<FakeEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'rxa-'));
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(join(folder, 's'), resolve);
  });
  return {
    url: `unix://${join(folder, 's')}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const json =
  (routes: Readonly<Record<string, unknown>>): RequestListener =>
  (request, response) => {
    const path = (request.url ?? '').replace(/^\/v[\d.]+/, '').replace(/\?.*$/, '');
    response.statusCode = Object.hasOwn(routes, path) ? 200 : 404;
    response.end(JSON.stringify(routes[path] ?? { message: 'no such thing' }));
  };

const signal = (): AbortSignal => new AbortController().signal;

test.each([
  ['1.12', '1.41', '1.41'],
  ['1.44', '1.52', '1.52'],
  ['1.44', '1.60', '1.52'],
  ['1.60', '1.70', '1.60'],
])('an engine that speaks %s to %s is spoken to in %s', async (MinAPIVersion, ApiVersion, spoken) => {
  await using engine = await serve(json({ '/version': { Version: '99', ApiVersion, MinAPIVersion }, '/_ping': 'OK' }));
  const docker = openDocker(engine.url);
  expect(await docker.version(signal())).toEqual({ denied: false, value: { version: '99', apiVersion: spoken } });
  await docker.ping(signal());
  expect(engine.asked).toEqual(['/version', `/v${spoken}/_ping`]);
});

test('the environment does not lead it to another engine than the one it was given', async () => {
  await using engine = await serve(json({ '/_ping': 'OK' }));
  const before = process.env['DOCKER_HOST'];
  process.env['DOCKER_HOST'] = 'tcp://127.0.0.1:9';
  try {
    expect(await openDocker(engine.url).ping(signal())).toEqual({ denied: false, value: null });
  } finally {
    if (before === undefined) delete process.env['DOCKER_HOST'];
    else process.env['DOCKER_HOST'] = before;
  }
});

test('nanoseconds reach the engine as they are, and the filter leaves exec and mounts out', async () => {
  await using engine = await serve((_, response) => response.end());
  await openDocker(engine.url).events({ since: '1795218841.152317274', signal: signal() });
  const query = new URL(engine.asked[0] ?? '', 'http://x').searchParams;
  expect(query.get('since')).toBe('1795218841.152317274');
  const filters: { readonly type: string[]; readonly event: string[] } = JSON.parse(query.get('filters') ?? '{}');
  expect(filters.type).toEqual(['container', 'image', 'volume', 'network']);
  expect(filters.event).toEqual(expect.arrayContaining(['die', 'oom', 'health_status', 'rename']));
  // With health_status among them the engine compares by prefix.
  const noise = [
    'exec_create: sh',
    'exec_start: sh',
    'exec_die',
    'attach',
    'mount',
    'unmount',
    'connect',
    'top',
    'resize',
  ];
  expect(noise.filter((action) => filters.event.some((wanted) => action.startsWith(wanted)))).toEqual([]);
});

test('a container is read with what engines of all ages leave out', async () => {
  const id = 'a'.repeat(64);
  await using engine = await serve(
    json({
      '/containers/json': [{ Id: id }, { Id: 'b'.repeat(64) }],
      [`/containers/${id}/json`]: {
        Id: id,
        Name: '/web',
        Created: '2026-01-01T00:00:00Z',
        State: {
          Status: 'removing',
          ExitCode: 2,
          StartedAt: '2026-01-01T00:00:01.5+01:00',
          FinishedAt: '0001-01-01T00:00:00Z',
        },
        Config: { Image: 'web:1', Labels: null, StopSignal: 'SIGRTMIN+3' },
        HostConfig: { RestartPolicy: { Name: '', MaximumRetryCount: 0 } },
      },
    }),
  );
  const answer = await openDocker(engine.url).containers(signal());
  expect(answer).toMatchObject({
    denied: false,
    value: {
      containers: [
        {
          id,
          name: 'web',
          labels: {},
          state: 'exited',
          health: 'none',
          exitCode: 2,
          createdAt: '1767225600000000000',
          startedAt: '1767222001500000000',
          finishedAt: '',
          policy: { name: 'no', maxRetries: 0 },
          stopSignal: '37',
          stopTimeoutS: 10,
        },
      ],
    },
  });
});

test.each([
  [403, 'volume', { denied: true, reason: 'proxy denies GET /volumes: set VOLUMES=1' }],
  [405, 'network', { denied: true, reason: 'proxy denies GET /networks: set NETWORKS=1' }],
] as const)('a proxy that answers %d denies', async (status, type, expected) => {
  await using engine = await serve((_, response) => response.writeHead(status).end('<html>no</html>'));
  expect(await openDocker(engine.url).objects(type, signal())).toEqual(expected);
});

test('an engine that fails is an error with its own words, never an empty list', async () => {
  await using engine = await serve((_, response) => response.writeHead(500).end('{"message":"disk on fire"}'));
  await expect(openDocker(engine.url).objects('volume', signal())).rejects.toThrow('disk on fire');
});

test('a connection that breaks before the answer is one plain sentence', async () => {
  await using engine = await serve((request) => request.socket.destroy());
  await expect(openDocker(engine.url).ping(signal())).rejects.toThrow(/^the connection to Docker at .* broke off$/);
});

test('an answer that never comes ends with the signal', async () => {
  await using engine = await serve(() => undefined);
  const stop = new AbortController();
  const asking = openDocker(engine.url).containers(stop.signal);
  setTimeout(() => stop.abort(), 50);
  await expect(asking).rejects.toThrow('aborted');
});

test.each([
  [
    'unix:///nowhere/docker.sock',
    'no Docker socket at /nowhere/docker.sock: start Docker, or set DOCKER_HOST to where it is',
  ],
  ['tcp://127.0.0.1:9', 'nothing listens at 127.0.0.1:9: Docker is not running'],
])('%s is not there, and the error says what to do', async (url, message) => {
  await expect(openDocker(url).ping(signal())).rejects.toThrow(message);
});

test.each([
  ['unix:///var/run/docker.sock', true, '/var/run/docker.sock'],
  ['unix://', true, '/var/run/docker.sock'],
  ['/run/podman.sock', true, '/run/podman.sock'],
  ['tcp://box:2375', false, 'box:2375'],
  ['tcp://box', false, 'box:2375'],
  ['https://box', false, 'box:2376'],
])('%s is an address', (url, isLocal, place) => {
  expect(parseDockerAddress(url)).toMatchObject({ isLocal, place });
});

test.each(['ssh://me@box', 'npipe:////./pipe/docker', 'docker', ''])(
  '"%s" is no address, and the error says what is',
  (url) => {
    expect(() => openDocker(url)).toThrow('write unix:///var/run/docker.sock or tcp://host:2375');
  },
);
