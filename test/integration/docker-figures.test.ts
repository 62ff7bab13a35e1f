import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDockerFigures } from '../../src/adapters/docker-figures.ts';
import type { Answer } from '../../src/ports/docker.ts';
import { startDockerProxy } from '../support/docker-proxy.ts';
import { missingForDocker, startDockerd, type Dockerd } from '../support/dockerd.ts';

const within = (ms: number): AbortSignal => AbortSignal.timeout(ms);

function unwrap<T>(answer: Answer<T>): T {
  if (answer.denied) throw new Error(answer.reason);
  return answer.value;
}

describe.skipIf(missingForDocker() !== null)('figures of a real engine', () => {
  let engine: Dockerd;
  const ids = new Map<string, string>();
  beforeAll(async () => {
    engine = await startDockerd();
    const mounts = ['-v', 'agent-data:/data', '-v', '/etc:/etc-of-the-box:ro'];
    ids.set('mounts', await engine.runContainer({ name: 'mounts', options: mounts }));
    ids.set('busy', await engine.runContainer({ name: 'busy', cmd: 'while true; do :; done' }));
    ids.set('paused', await engine.runContainer({ name: 'paused' }));
    ids.set('ended', await engine.runContainer({ name: 'ended', cmd: 'exit 3' }));
    await engine.docker('pause', 'paused');
    await engine.docker('wait', 'ended');
    await engine.docker('exec', 'mounts', 'sh', '-c', 'head -c 3000000 /dev/zero > /data/file');
  });
  afterAll(() => engine[Symbol.asyncDispose]());

  test('say what a container uses, in its engine’s own words since when, and where it writes', async () => {
    const all = unwrap(await openDockerFigures(engine.url).containers(within(20_000)));
    const of = (name: string) => all.find(({ id }) => id === ids.get(name));
    expect(of('mounts')).toMatchObject({ status: expect.stringMatching(/^Up /), mounts: ['/etc', 'agent-data'] });
    expect(Date.now() - Date.parse(of('mounts')?.startedAt ?? '')).toBeLessThan(120_000);
    expect(of('busy')?.cpuPct ?? 0).toBeGreaterThan(5);
    expect(of('mounts')?.cpuPct ?? 100).toBeLessThan(5);
    expect(of('mounts')?.rssMb ?? 0).toBeGreaterThan(0);
    expect(of('paused')).toMatchObject({ status: expect.stringMatching(/\(Paused\)$/), rssMb: expect.any(Number) });
    expect(of('ended')).toMatchObject({
      status: expect.stringMatching(/^Exited \(3\)/),
      cpuPct: null,
      rssMb: null,
      startedAt: '',
    });
  });

  test('of volumes are what is in them', async () => {
    const [volume] = unwrap(await openDockerFigures(engine.url).volumes(within(20_000)));
    expect(volume?.name).toBe('agent-data');
    expect(volume?.bytes ?? 0).toBeGreaterThanOrEqual(3_000_000);
  });

  test('that a proxy denies are denied, with what to set', async () => {
    await using proxy = await startDockerProxy(engine.socket);
    proxy.deny(['/system']);
    expect(await openDockerFigures(proxy.url).volumes(within(20_000))).toEqual({
      denied: true,
      reason: 'proxy denies GET /system/df: set SYSTEM=1',
    });
  });

  test('that are late are missing, and what is listed is not', async () => {
    const all = unwrap(await openDockerFigures(engine.url).containers(within(800)));
    expect(all).toHaveLength(4);
    expect(all.map(({ rssMb }) => rssMb)).toEqual([null, null, null, null]);
    expect(all.find(({ id }) => id === ids.get('mounts'))?.mounts).toEqual(['/etc', 'agent-data']);
  });

  test('of an engine that says nothing are an error in time', async () => {
    await using proxy = await startDockerProxy(engine.socket);
    proxy.silence(true);
    await expect(openDockerFigures(proxy.url).volumes(within(300))).rejects.toThrow('does not answer');
  });
});
