import { expect, test } from 'vitest';
import { openDockerFigures } from '../../src/adapters/docker-figures.ts';
import { startRecorder } from '../support/engine-http.ts';

const VOLUMES = [
  { Name: 'agent-data', UsageData: { Size: 4_300_000, RefCount: 1 } },
  { Name: 'nfs-share', UsageData: { Size: -1, RefCount: 1 } },
  { Name: 'unused', UsageData: null },
];

async function sizesFrom(body: object): Promise<readonly unknown[]> {
  await using server = await startRecorder(() => body);
  const answer = await openDockerFigures(`tcp://${server.address}`).volumes(AbortSignal.timeout(5_000));
  if (answer.denied) throw new Error(answer.reason);
  return answer.value.map(({ name, bytes }) => [name, bytes]);
}

test.each([
  ['up to API 1.51', { LayersSize: 1, Images: [], Volumes: VOLUMES }],
  ['from API 1.52 on', { VolumeUsage: { ActiveCount: 1, TotalCount: 3, Items: VOLUMES } }],
  ['as its description has it', { VolumesDiskUsage: { TotalCount: 3, Items: VOLUMES } }],
])('volumes are read %s, and a size that no driver knows is none', async (_, body) => {
  expect(await sizesFrom(body)).toEqual([
    ['agent-data', 4_300_000],
    ['nfs-share', null],
    ['unused', null],
  ]);
});

test.each([[{ Volumes: null }], [{ VolumeUsage: {} }], [{}]])('%j has no volumes', async (body) => {
  expect(await sizesFrom(body)).toEqual([]);
});

test('volumes that are counted and not named are an error, not none', async () => {
  await expect(sizesFrom({ VolumeUsage: { TotalCount: 3 } })).rejects.toThrow('does not name them');
});
