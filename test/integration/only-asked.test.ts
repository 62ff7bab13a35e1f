import { expect, test } from 'vitest';
import { forgejoForge } from '../../src/adapters/forgejo.ts';
import { openWoodpecker } from '../../src/adapters/woodpecker.ts';
import type { Ci } from '../../src/ports/ci.ts';
import type { Forge } from '../../src/ports/forge.ts';
import { startRecorder } from '../support/engine-http.ts';

const REPO = 'acme/widget';
const SHA = 'a'.repeat(40);

/** Methods of requests, and how many there were at least. */
async function methodsOf(
  ask: (url: string, signal: AbortSignal) => Readonly<Record<string, () => Promise<unknown>>>,
): Promise<{ readonly methods: readonly string[]; readonly calls: number; readonly asked: number }> {
  await using server = await startRecorder(() => null);
  const calls = Object.values(ask(`http://${server.address}`, AbortSignal.timeout(10_000)));
  for (const call of calls) await call().catch(() => undefined);
  return {
    methods: [...new Set(server.asked.map((one) => one.split(' ')[0] ?? ''))],
    calls: calls.length,
    asked: new Set(server.asked).size,
  };
}

test('the forge is only asked: no label, comment, merge or other change can leave its client', async () => {
  const { methods, calls, asked } = await methodsOf((url, signal) => {
    const forge = forgejoForge({ url, token: 'x' });
    const asks: Readonly<Record<Exclude<keyof Forge, 'host'>, () => Promise<unknown>>> = {
      fullName: () => forge.fullName(REPO, signal),
      openPulls: () => forge.openPulls(REPO, signal),
      pull: () => forge.pull(REPO, 7, signal),
      reviews: () => forge.reviews(REPO, 7, signal),
      statuses: () => forge.statuses(REPO, SHA, signal),
      commit: () => forge.commit(REPO, SHA, signal),
      issues: () => forge.issues(REPO, { state: 'open', since: null }, signal),
      issue: () => forge.issue(REPO, 7, signal),
      dependencies: () => forge.dependencies(REPO, 7, signal),
      newestCommit: () => forge.newestCommit(REPO, signal),
      folder: () => forge.folder(REPO, 'evidence', signal),
    };
    expect(
      Object.keys(forge)
        .filter((name) => name !== 'host')
        .toSorted(),
    ).toEqual(Object.keys(asks).toSorted());
    return asks;
  });
  expect(methods).toEqual(['GET']);
  expect(asked).toBeGreaterThanOrEqual(calls);
});

test('CI is only asked: nothing can start, stop or approve a pipeline', async () => {
  const { methods, calls, asked } = await methodsOf((url, signal) => {
    const ci = openWoodpecker({ server: url, token: 'x' });
    const asks: Readonly<Record<keyof Ci, () => Promise<unknown>>> = {
      version: () => ci.version(signal),
      repoByName: () => ci.repoByName(REPO, signal),
      repoById: () => ci.repoById(1, signal),
      pipelines: () => ci.pipelines(1, { page: 1 }, signal),
      pipeline: () => ci.pipeline(1, 2, signal),
      agents: () => ci.agents(signal),
      queue: () => ci.queue(signal),
      stream: () => ci.stream(signal),
    };
    expect(Object.keys(ci).toSorted()).toEqual(Object.keys(asks).toSorted());
    return asks;
  });
  expect(methods).toEqual(['GET']);
  expect(asked).toBeGreaterThanOrEqual(calls);
});
