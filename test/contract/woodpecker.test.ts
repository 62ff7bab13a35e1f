import { describe, expect, test } from 'vitest';
import { openWoodpecker } from '../../src/adapters/woodpecker.ts';
import { readFrames } from '../../src/adapters/woodpecker-stream.ts';
import type { Ci } from '../../src/ports/ci.ts';
import { ADMIN, fakeWoodpecker, serveWoodpecker, type FakeWoodpecker } from '../support/fake-woodpecker.ts';
import { recording, recordingText } from '../support/woodpecker-recordings.ts';

const AUTH = { headers: { authorization: `Bearer ${ADMIN}` } };

/** The type of every field, down to the leaves; of a list that of its first item. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)]));
}

/** Fields that Woodpecker leaves out when they are empty. */
const OPTIONAL = ['workflows', 'cancel_info', 'from_fork'];

const required = (shape: unknown): unknown =>
  Object.fromEntries(Object.entries(shape as object).filter(([name]) => !OPTIONAL.includes(name)));

/** A fake that holds what the recordings show. */
function recorded(): FakeWoodpecker {
  const fake = fakeWoodpecker();
  const repo = recording('constructed-v3.17-api-repo-lookup.json');
  fake.addRepo(repo.full_name, repo);
  for (const pipeline of recording('constructed-v3.17-api-pipelines-list.json')) fake.start(7, pipeline);
  fake.world.agents.push(...recording('constructed-v3.17-api-agents.json'));
  fake.world.queue = recording('constructed-v3.17-api-queue-info.json');
  return fake;
}

const get = async (fake: FakeWoodpecker, path: string): Promise<unknown> =>
  (await fake.fetch(`http://ci${path}`, AUTH)).json();

describe('the fake answers as the recordings do', () => {
  test.each([
    ['/api/repos/lookup/acme/widget', 'constructed-v3.17-api-repo-lookup.json'],
    ['/api/repos/7', 'constructed-v3.17-api-repo-lookup.json'],
    ['/api/repos/7/pipelines', 'constructed-v3.17-api-pipelines-list.json'],
    ['/api/agents?page=1', 'constructed-v3.17-api-agents.json'],
    ['/api/queue/info', 'constructed-v3.17-api-queue-info.json'],
  ])('%s', async (path, file) => {
    expect(await get(recorded(), path)).toEqual(recording(file));
  });

  test('with repositories and pipelines of its own too', async () => {
    const fake = fakeWoodpecker();
    const id = fake.addRepo('acme/widget');
    fake.start(id);
    const repo = await get(fake, `/api/repos/${id}`);
    expect(shapeOf(repo)).toEqual(shapeOf(recording('constructed-v3.17-api-repo-lookup.json')));
    const [pipeline] = (await get(fake, `/api/repos/${id}/pipelines`)) as readonly object[];
    const [of] = recording('constructed-v3.17-api-pipelines-list.json');
    expect(shapeOf(pipeline)).toEqual(required(shapeOf(of)));
  });

  test('with a queue of its own too', async () => {
    const fake = fakeWoodpecker();
    const id = fake.addRepo('acme/widget');
    fake.start(id);
    fake.start(id, { status: 'running' });
    expect(shapeOf(await get(fake, '/api/queue/info'))).toEqual(
      shapeOf(recording('constructed-v3.17-api-queue-info.json')),
    );
  });

  test('on the stream, line for line', async () => {
    const fake = recorded();
    const stream = recordingText('constructed-v3.17-stream-events.sse.txt');
    const states = ['created-pending', 'running', 'failure'].map(
      (state) => recording(`constructed-v3.17-sse-event-${state}.json`).pipeline,
    );
    const response = await fake.fetch('http://ci/api/stream/events', AUTH);
    for (const [i, state] of states.entries()) {
      fake.world.pipelines.get(7)?.set(56, state);
      fake.tell(7, 56);
      if (i < states.length - 1) fake.send(': ping\n\n');
    }
    fake.cut();
    expect(linesOf(await response.text())).toEqual(linesOf(stream));
  });

  test('and refuses as the server does', async () => {
    const fake = recorded();
    const status = async (path: string, token: string): Promise<readonly [number, string]> => {
      const headers: Record<string, string> = token === '' ? {} : { authorization: `Bearer ${token}` };
      const response = await fake.fetch(`http://ci${path}`, { headers });
      return [response.status, await response.text()];
    };
    expect(await status('/healthz', '')).toEqual([204, '']);
    expect(await status('/api/agents', 'user-token')).toEqual([403, 'User not authorized']);
    expect(await status('/api/repos/7', 'wrong')).toEqual([401, '']);
    expect(await status('/api/repos/99', ADMIN)).toEqual([404, '']);
    expect((await status('/api/repos/7/pipelines?status=started', ADMIN))[0]).toBe(400);
  });
});

/** Lines of a stream, with what is JSON in them parsed. */
function linesOf(stream: string): readonly unknown[] {
  const lines = stream.trimEnd().split('\n');
  return lines.map((line) => (line.startsWith('data: ') ? JSON.parse(line.slice(6)) : line));
}

/** What the adapter makes of the fake, without a socket and over one. */
const WAYS: readonly (readonly [string, (fake: FakeWoodpecker, use: (ci: Ci) => Promise<void>) => Promise<void>])[] = [
  ['without a socket', (fake, use) => use(openWoodpecker({ server: 'http://ci', token: ADMIN, fetch: fake.fetch }))],
  [
    'over a socket',
    async (fake, use) => {
      await using served = await serveWoodpecker(fake);
      await use(openWoodpecker({ server: served.url, token: ADMIN }));
    },
  ],
];

describe.each(WAYS)('the adapter reads the fake %s', (_, open) => {
  const { signal } = new AbortController();

  test('repositories, pipelines, agents, queue, version', async () => {
    await open(recorded(), async (ci) => {
      expect(await ci.version(signal)).toEqual({ got: 'value', value: '3.17.0' });
      const repo = { got: 'value', value: { id: 7, repo: 'acme/widget', defaultBranch: 'main' } };
      expect(await ci.repoByName('acme/widget', signal)).toEqual(repo);
      expect(await ci.repoById(7, signal)).toEqual(repo);
      expect(await ci.pipelines(7, { page: 1 }, signal)).toMatchObject({
        value: {
          isLast: true,
          pipelines: [
            { number: 57, status: 'success' },
            { number: 56, status: 'failure' },
          ],
        },
      });
      expect(await ci.agents(signal)).toMatchObject({ value: [{ id: 2, name: 'agent-1' }] });
      expect(await ci.queue(signal)).toMatchObject({
        value: { paused: false, waiting: [{ number: 56, agentId: 0 }], running: [{ number: 56, agentId: 2 }] },
      });
    });
  });

  test('the stream, until the server ends it', async () => {
    const fake = recorded();
    await open(fake, async (ci) => {
      const answer = await ci.stream(signal);
      if (answer.got !== 'value') throw new Error(answer.reason);
      const hints: unknown[] = [];
      for await (const hint of answer.value) {
        hints.push(hint);
        if (hints.length === 1) fake.tell(7, 56, { status: 'running' });
        else fake.cut();
      }
      expect(hints).toEqual([{ type: 'alive' }, { type: 'pipeline', repoId: 7, number: 56, status: 'running' }]);
    });
  });

  test('and stops listening when it is told to', async () => {
    const fake = recorded();
    await open(fake, async (ci) => {
      const stop = new AbortController();
      const answer = await ci.stream(stop.signal);
      if (answer.got !== 'value') throw new Error(answer.reason);
      const iterator = answer.value[Symbol.asyncIterator]();
      await iterator.next();
      stop.abort();
      await expect(iterator.next()).rejects.toThrow('stopped while asking http://');
    });
  });
});

test('a stream that is cut into single bytes gives the same frames', async () => {
  const bytes = new TextEncoder().encode(
    recordingText('constructed-v3.17-stream-events.sse.txt').replaceAll('\n', '\r\n'),
  );
  const chunksOf = async (size: number): Promise<readonly (string | null)[]> => {
    const frames: (string | null)[] = [];
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.slice(i * size, (i + 1) * size),
    );
    for await (const frame of readFrames(ReadableStream.from(chunks))) frames.push(frame);
    return frames;
  };
  const whole = await chunksOf(bytes.length);
  expect(whole.map((frame) => (frame === null ? null : JSON.parse(frame).pipeline.status))).toEqual([
    null,
    'pending',
    null,
    'running',
    null,
    'failure',
  ]);
  expect(await chunksOf(1)).toEqual(whole);
  expect(await chunksOf(1000)).toEqual(whole);
});
