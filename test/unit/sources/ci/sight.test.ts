import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../../../src/core/time.ts';
import { USER, type Fault } from '../../../support/fake-woodpecker.ts';
import { openWorld, type World } from './world.ts';

const last = (world: World): readonly [string, string] | undefined => world.reports.at(-1);

describe('a server in trouble', () => {
  test.each<readonly [string, Fault, string]>([
    ['is broken', { status: 500, body: 'boom' }, 'answered /api/repos/7/pipelines with 500 boom'],
    ['hides everything', { status: 404, body: '' }, 'is not there, or not for this token (404)'],
    ['refuses the token', { status: 401, body: '' }, 'set WOODPECKER_TOKEN to a new one'],
    ['forbids', { status: 403, body: 'nope' }, 'is for admins (403 nope)'],
    ['is something else', { status: 200, body: 'Welcome to nginx' }, 'is WOODPECKER_SERVER the address of Woodpecker?'],
    ['is away', 'reset', 'cannot reach http://ci:8000: read ECONNRESET'],
  ])('that %s is unavailable, keeps what was known, and is seen again', async (_, fault, reason) => {
    const world = openWorld();
    const number = world.fake.start(world.repoId, { status: 'running' }, true);
    await world.start();
    expect(last(world)?.[0]).toBe('available');
    const said = world.log.length;
    world.fake.fail((path) => (path === '/api/stream/events' ? null : fault));
    await world.advance(HOUR);
    // Once at a look for the pipelines, once when the repository was asked about again, and never again.
    expect(world.reports.length).toBeLessThanOrEqual(3);
    expect([last(world)?.[0], last(world)?.[1]]).toEqual(['unavailable', expect.stringContaining(reason)]);
    expect(world.log.length).toBe(said);
    world.fake.change(world.repoId, number, { status: 'success' });
    world.fake.fail(() => null);
    await world.advance(MINUTE);
    expect(last(world)?.[0]).toBe('available');
    expect(world.pipelines().at(-1)).toMatchObject({ number, status: 'success', action: 'changed' });
    await world.stop();
  });

  test('that was never there is tried every ten seconds, and said once', async () => {
    const world = openWorld();
    world.fake.start(world.repoId, {}, true);
    world.fake.fail(() => 'reset');
    await world.start();
    await world.advance(10 * MINUTE);
    expect(world.reports).toEqual([['unavailable', 'cannot reach http://ci:8000: read ECONNRESET']]);
    world.fake.fail(() => null);
    await world.advance(10 * SECOND);
    expect([last(world)?.[0], world.said().length]).toEqual(['available', 1]);
    await world.stop();
  });

  test('that breaks in the middle of many pages is read to the end at the next look', async () => {
    const world = openWorld();
    for (let n = 0; n < 120; n += 1) world.fake.start(world.repoId, { status: 'success' }, true);
    let pages = 0;
    world.fake.fail((path) => {
      if (!path.endsWith('/pipelines')) return null;
      pages += 1;
      return pages === 2 ? { status: 500, body: '' } : null;
    });
    await world.start();
    await world.advance(2 * MINUTE);
    expect(new Set(world.said().map(([number]) => number)).size).toBe(120);
    await world.stop();
  });
});

describe('a token', () => {
  test('of no admin sees pipelines, and says what it does not see', async () => {
    const world = openWorld({ token: USER });
    const number = world.fake.start(world.repoId);
    await world.start();
    await world.advance(10 * MINUTE);
    expect(world.said()).toEqual([[number, 'pending', 'changed']]);
    const admins = (path: string): string =>
      `${path} is for admins (403 User not authorized): use the token of a Woodpecker admin`;
    expect(world.reports).toEqual([
      ['degraded', `agents: ${admins('/api/agents')}; queue: ${admins('/api/queue/info')}`],
    ]);
    await world.stop();
  });

  test('that is missing sees what is public', async () => {
    const world = openWorld({ token: '' });
    world.fake.world.repos.set(7, { ...world.fake.world.repos.get(7), visibility: 'public' });
    world.fake.start(world.repoId);
    await world.start();
    expect(world.said()).toHaveLength(1);
    expect(last(world)).toEqual(['degraded', expect.stringContaining('/api/agents needs a token (401')]);
    await world.stop();
  });
});

describe('several repositories', () => {
  const two = [
    { repo: 'acme/widget', id: null },
    { repo: 'acme/other', id: null },
  ];

  test('are watched each for itself: one that is not there takes nothing from the other', async () => {
    const world = openWorld({ repos: two });
    world.fake.start(world.repoId);
    await world.start();
    expect(world.said()).toHaveLength(1);
    expect(last(world)).toEqual([
      'degraded',
      expect.stringContaining('acme/other: /api/repos/lookup/acme/other is not there'),
    ]);
    await world.stop();
  });

  test('that are activated later are watched, also on the stream', async () => {
    const world = openWorld({ repos: two });
    await world.start();
    const opened = (): number => world.fake.asked.filter((path) => path === '/api/stream/events').length;
    const other = world.fake.addRepo('acme/other');
    world.fake.start(other, { status: 'running' }, true);
    await world.advance(61 * SECOND);
    expect([world.said(), last(world)?.[0], opened()]).toEqual([[[1, 'running', 'changed']], 'available', 2]);
    world.fake.change(other, 1, { status: 'success' });
    await world.advance(SECOND);
    expect(world.said()).toEqual([[1, 'success', 'changed']]);
    await world.stop();
  });

  test('go by their name, and by their number where the name is not known', async () => {
    const byId = openWorld({ repos: [{ repo: '', id: 7 }] });
    byId.fake.start(byId.repoId);
    await byId.start();
    expect(byId.pipelines()).toMatchObject([{ repo: 'acme/widget' }]);
    await byId.stop();
    const wrongId = openWorld({ repos: [{ repo: 'acme/widget', id: 99 }] });
    await wrongId.start();
    expect(last(wrongId)?.[0]).toBe('available');
    await wrongId.stop();
    const wrongName = openWorld({ repos: [{ repo: 'old/name', id: 7 }] });
    await wrongName.start();
    expect(last(wrongName)?.[0]).toBe('available');
    await wrongName.stop();
  });

  test('that may not be asked for by their name are not looked for by a number, which may be another one’s', async () => {
    const world = openWorld({ repos: [{ repo: 'acme/widget', id: 7 }] });
    world.fake.fail((path) => (path.includes('/lookup/') ? { status: 403, body: 'nope' } : null));
    await world.start();
    expect(last(world)).toEqual([
      'unavailable',
      expect.stringContaining('/api/repos/lookup/acme/widget is for admins'),
    ]);
    expect(world.fake.asked.filter((path) => path.startsWith('/api/repos/7'))).toEqual([]);
    await world.stop();
  });

  test('with more than two thousand pipelines in a day are seen in part', async () => {
    const world = openWorld();
    for (let n = 0; n < 2_001; n += 1) world.fake.start(world.repoId, { status: 'success' }, true);
    await world.start();
    expect(last(world)?.[1]).toContain('more than 40 pages of pipelines in a day');
    await world.stop();
  });

  test('of which there is none are asked for', async () => {
    const world = openWorld({ repos: [] });
    await world.start();
    expect(last(world)).toEqual(['degraded', 'repositories: none to watch: set FORGE_REPO, or WOODPECKER_REPO_ID']);
    await world.stop();
  });
});

test('a server that is not healthy says so, and is watched all the same', async () => {
  const world = openWorld();
  world.fake.fail((path) => (path === '/healthz' ? { status: 500, body: 'database is locked' } : null));
  world.fake.start(world.repoId);
  await world.start();
  expect(last(world)).toEqual(['degraded', 'server: http://ci:8000 answered /healthz with 500 database is locked']);
  expect(world.said()).toHaveLength(1);
  await world.stop();
});

test('a sweep reads everything again and says nothing that was said', async () => {
  const world = openWorld();
  world.fake.start(world.repoId, { status: 'success' }, true);
  await world.start();
  world.said();
  const before = world.fake.asked.length;
  await world.source.sweep('clock jump');
  const asked = world.fake.asked.slice(before);
  expect(asked).toContain('/api/repos/7/pipelines?page=1&perPage=50&status=running');
  expect(asked).toContain('/api/repos/7/pipelines?page=1&perPage=5&branch=main&event=push%2Ccron%2Cmanual');
  expect(world.said()).toEqual([]);
  await world.stop();
});

test('everything is read again every 20 minutes, however little there is to see', async () => {
  const world = openWorld();
  world.fake.start(world.repoId, { status: 'success' }, true);
  await world.start();
  const fullIn = async (span: number): Promise<number> => {
    world.fake.asked.length = 0;
    await world.advance(span);
    return world.fake.asked.filter((path) => path.endsWith('status=blocked')).length;
  };
  expect(await fullIn(19 * MINUTE)).toBe(0);
  expect(await fullIn(2 * MINUTE)).toBe(1);
  expect(await fullIn(20 * MINUTE)).toBe(1);
  await world.stop();
});

test('no secret of the server comes into an event or a report', async () => {
  const world = openWorld();
  world.fake.world.agents.push({ id: 1, name: 'a', token: 's3cr3t', last_contact: world.seconds() });
  await world.start();
  await world.stop();
  expect(JSON.stringify([world.log, world.reports])).not.toMatch(/s3cr3t|admin-token/);
});
