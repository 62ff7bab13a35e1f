import { expect, test } from 'vitest';
import { openAgents } from '../../../src/app/agents.ts';
import { toIsoSeconds } from '../../../src/core/time.ts';
import { fakePlace } from '../../support/fake-place.ts';
import { openWork } from '../sources/work/world.ts';
import { load } from '../config/load.ts';

const { machine } = fakePlace('', '');

const logFolders = (env: Readonly<Record<string, string>>): readonly string[] =>
  openAgents(load({ env }).config, machine).here.logFolders;

test('logs are looked for where the factory writes them: DISINTO_LOG_DIR, and its root only without that', () => {
  expect(logFolders({ FACTORY_ROOT: '/factory', DISINTO_LOG_DIR: '/data/logs' })).toEqual(['/data/logs']);
  expect(logFolders({ FACTORY_ROOT: '/factory' })).toEqual(['/factory']);
  expect(logFolders({})).toEqual([]);
});

test.each([
  [{ FACTORY_ROOT: '/factory', DISINTO_LOG_DIR: '/data/logs' }, [['/data/logs', 'DISINTO_LOG_DIR']]],
  [{ FACTORY_ROOT: '/factory' }, [['/factory', 'FACTORY_ROOT']]],
  [{}, []],
])('with %j a log folder that is not there is told by its setting; in a container nobody named one', (env, named) => {
  const { here, there } = openAgents(load({ env }).config, machine);
  expect([[...(here.namedBy ?? [])], there.namedBy]).toEqual([named, undefined]);
});

test('each project has its own log, and what one says is not taken for another, nor for the log of all', async () => {
  const world = openWork();
  const now = world.clock.now();
  const line = (text: string): string => `[${toIsoSeconds(now)}] dev: ${text}\n`;
  world.place.put('/data/logs/dev/dev-agent-harb.log', line('poll: no ready issues').repeat(6), now);
  world.place.put('/data/logs/dev/dev-agent-harb-2.log', line('poll: found ready issue #7'), now);
  world.place.put('/data/logs/dev/dev-agent.log', line('poll: agent running (PID 5)'), now);
  world.place.put('/factory/dev/dev-agent-harb.log', line('poll: found ready issue #1'), now);
  await using source = await world.start({
    logFolders: logFolders({ FACTORY_ROOT: '/factory', DISINTO_LOG_DIR: '/data/logs' }),
  });
  const said = source
    .said('agent.log')
    .map(({ path, project, no_ready_polls }): readonly [string, readonly unknown[]] => [
      path,
      [project, no_ready_polls],
    ]);
  expect(Object.fromEntries(said)).toEqual({
    '/data/logs/dev/dev-agent-harb-2.log': ['harb-2', 0],
    '/data/logs/dev/dev-agent-harb.log': ['harb', 6],
    '/data/logs/dev/dev-agent.log': ['', 0],
  });
});

const inside = { ...machine, pidView: async () => ({ own: true, initial: false }) };

test('a container with nothing of the factory’s sees its own folder, which is nobody’s; a folder that was given is looked into', async () => {
  const bareness = async (env: Readonly<Record<string, string>>, where = inside) => {
    const { isBare, ops } = openAgents(load({ env }).config, where);
    return { tmp: await isBare.tmp(), work: await isBare.work(), ops: (await ops.isOwn?.()) ?? null };
  };
  expect(await bareness({})).toEqual({ tmp: true, work: true, ops: true });
  expect(await bareness({ FACTORY_TMP: '/shared' })).toMatchObject({ tmp: false, work: false });
  expect(await bareness({ DISINTO_LOG_DIR: '/logs' })).toMatchObject({ tmp: true, work: false });
  expect(await bareness({}, machine)).toEqual({ tmp: false, work: false, ops: false });
});

test('no container is entered when that was switched off', () => {
  const finders = (toml: string) => openAgents(load({ toml }).config, machine).finders.length;
  expect([finders(''), finders('[factory]\nagents_container = "none"\n')]).toEqual([1, 0]);
});

test('evidence is looked for in containers only where no folder of it was given', () => {
  const files = { '/f/projects/harb.toml': 'repo = "johba/harb"\n' };
  const there = (env: Readonly<Record<string, string>>) =>
    openAgents(load({ env: { FACTORY_ROOT: '/f', ...env }, files }).config, machine).there.evidenceFolders;
  expect(there({})).toHaveLength(1);
  expect(there({ OPS_REPO_ROOT: '/ops' })).toEqual([]);
});
