import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDocker } from '../../src/adapters/docker.ts';
import type { Docker } from '../../src/ports/docker.ts';
import { missingForDocker, startDockerd, type Dockerd } from '../support/dockerd.ts';

const { signal } = new AbortController();
const NOBODY = 'f'.repeat(64);

describe.skipIf(missingForDocker() !== null)('the log of a container', () => {
  let engine: Dockerd;
  let docker: Docker;
  beforeAll(async () => {
    engine = await startDockerd();
    docker = openDocker(engine.url);
    await docker.version(signal);
  });
  afterAll(() => engine[Symbol.asyncDispose]());

  const linesOf = async (id: string, since = 0, tail = 100): Promise<readonly string[] | null> => {
    const answer = await docker.logs(id, { since, tail, signal });
    if (answer.denied) throw new Error(answer.reason);
    for (const { at } of answer.value ?? []) expect(Math.abs(Date.now() - (at ?? 0))).toBeLessThan(60_000);
    return answer.value?.map(({ text }) => text) ?? null;
  };

  test('has the lines of both outputs, also when it has ended', async () => {
    const id = await engine.runContainer({ cmd: 'echo one; echo "grpc error: done()" >&2; echo two' });
    await engine.docker('wait', id);
    expect(await linesOf(id)).toEqual(['one', 'two', 'grpc error: done()']);
    expect(await linesOf(id, 0, 1)).toHaveLength(1);
    expect(await linesOf(id, Date.now() + 60_000)).toEqual([]);
  });

  test('is one output when the container has a terminal', async () => {
    const id = await engine.runContainer({ cmd: 'echo one; echo two >&2', options: ['--tty'] });
    await engine.docker('wait', id);
    expect(await linesOf(id)).toEqual(['one', 'two']);
  });

  test('is read while it is being written, and no further', async () => {
    const id = await engine.runContainer({ cmd: 'echo started; sleep 1000' });
    await expect.poll(() => linesOf(id)).toEqual(['started']);
  });

  test('of one that writes without end is read up to a limit', async () => {
    const id = await engine.runContainer({ cmd: 'yes "grpc error: report_health()" | head -c 20000000' });
    await engine.docker('wait', id);
    const lines = (await linesOf(id, 0, 1_000_000)) ?? [];
    expect(lines.length).toBeGreaterThan(100_000);
    expect(lines.join('\n').length).toBeLessThan(9_000_000);
  });

  test('cannot be read where nobody answers, and says why once', async () => {
    const nowhere = openDocker('unix:///nonexistent/docker.sock');
    await expect(nowhere.logs(NOBODY, { since: 0, tail: 1, signal })).rejects.toThrow(/^no Docker socket at/);
  });

  test('of nobody is null', async () => {
    expect(await linesOf(NOBODY)).toBeNull();
  });
});
