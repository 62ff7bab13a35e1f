import { describe, expect, test } from 'vitest';
import { CI_STATUSES } from '../../../../src/core/ci-status.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../../../src/core/time.ts';
import { REPO, openWorld } from './world.ts';

describe('a look', () => {
  test('says at first what there is, once, with the time at which it came to be so', async () => {
    const world = openWorld();
    const { fake, repoId } = world;
    const now = world.seconds();
    fake.start(repoId, { status: 'success', created: now - 500, started: now - 400, finished: now - 300 }, true);
    fake.start(repoId, { status: 'running', created: now - 200, started: now - 100 }, true);
    await world.start();
    expect(world.said()).toEqual([
      [1, 'success', 'observed'],
      [2, 'running', 'observed'],
    ]);
    expect(world.log.slice(0, 2).map((event) => (now * SECOND - event.time) / SECOND)).toEqual([300, 100]);
    expect(world.log[0]).toMatchObject({ source: 'ci://ci:8000/acme/widget', subject: 'acme/widget/1', host: 'box' });
    expect(world.reports.at(-1)).toEqual(['available', 'Woodpecker 3.17.0: 1 repository']);
    await world.advance(30 * MINUTE);
    expect(world.said()).toEqual([]);
    await world.stop();
  });

  test('reads all pages: 120 pipelines at the start, and 120 more in one minute', async () => {
    const world = openWorld();
    for (let n = 0; n < 120; n += 1) world.fake.start(world.repoId, { status: 'success' }, true);
    await world.start();
    const numbers = (): readonly number[] => world.said().map(([number]) => number);
    expect(numbers()).toEqual(Array.from({ length: 120 }, (_, i) => i + 1));
    for (let n = 0; n < 120; n += 1) world.fake.start(world.repoId, { status: 'pending' }, true);
    await world.advance(MINUTE);
    expect(numbers()).toEqual(Array.from({ length: 120 }, (_, i) => i + 121));
    for (let n = 121; n <= 240; n += 1) world.fake.change(world.repoId, n, { status: 'running' }, true);
    await world.advance(MINUTE);
    expect(numbers()).toEqual(Array.from({ length: 120 }, (_, i) => i + 121));
    await world.stop();
  });

  test('finds what has been running for days, and no history that is over', async () => {
    const world = openWorld();
    const { fake, repoId } = world;
    const daysAgo = (days: number): number => world.seconds() - (days * DAY) / SECOND;
    const old = (status: string): number => fake.start(repoId, { status, branch: 'x', created: daysAgo(3) }, true);
    const running = old('running');
    for (let n = 0; n < 60; n += 1) old('success');
    const blocked = old('blocked');
    fake.start(repoId, { status: 'success', branch: 'x' }, true);
    for (let n = 0; n < 60; n += 1) old('success');
    await world.start();
    const said = world.said().map(([number, status]) => `${number} ${status}`);
    expect(said).toContain(`${running} running`);
    expect(said).toContain(`${blocked} blocked`);
    // Two pages: the one that begins within the last day, and the rest of the one it is on.
    expect(said.length).toBeLessThanOrEqual(52);
    await world.stop();
  });

  test.each(CI_STATUSES)('tells "%s" as it is', async (status) => {
    const world = openWorld();
    const number = world.fake.start(world.repoId, { status, created: world.seconds() - 9 }, true);
    await world.start();
    expect(world.said()).toEqual([[number, status, 'observed']]);
    await world.stop();
  });

  test('has times in ISO, "" for what has not come, and counts the waiting from the approval on', async () => {
    const world = openWorld();
    const at = world.seconds();
    world.fake.start(world.repoId, { status: 'pending', created: at - 7200, reviewed: at - 60 }, true);
    world.fake.start(world.repoId, { status: 'failure', created: at - 90, started: at - 80, finished: at - 30 }, true);
    await world.start();
    expect(world.pipelines()).toMatchObject([
      {
        created_at: '2026-07-01T10:00:00.000Z',
        queued_at: '2026-07-01T11:59:00.000Z',
        started_at: '',
        finished_at: '',
      },
      { started_at: '2026-07-01T11:58:40.000Z', finished_at: '2026-07-01T11:59:30.000Z', duration_s: 50 },
    ]);
    await world.stop();
  });

  test('sees a pipeline that was deleted, and one that is only hidden for a while', async () => {
    const world = openWorld();
    const number = world.fake.start(world.repoId, { status: 'running' }, true);
    await world.start();
    world.said();
    world.fake.fail((path) => (path.startsWith('/api/repos') ? { status: 404, body: '' } : null));
    await world.advance(5 * MINUTE);
    expect(world.said()).toEqual([]);
    expect(world.reports.at(-1)?.[0]).toBe('unavailable');
    world.fake.fail(() => null);
    await world.advance(MINUTE);
    expect([world.said(), world.reports.at(-1)?.[0]]).toEqual([[], 'available']);
    world.fake.world.pipelines.get(world.repoId)?.delete(number);
    await world.advance(MINUTE);
    expect(world.said()).toEqual([[number, 'gone', 'gone']]);
    await world.advance(HOUR);
    expect(world.said()).toEqual([]);
    await world.stop();
  });

  test('is not gone where nobody may ask about it any more', async () => {
    const world = openWorld();
    const number = world.fake.start(world.repoId, { status: 'running' }, true);
    await world.start();
    world.said();
    world.fake.world.pipelines.get(world.repoId)?.delete(number);
    world.fake.fail((path) => (path.endsWith(`/pipelines/${number}`) ? { status: 403, body: 'nope' } : null));
    await world.advance(5 * MINUTE);
    expect(world.said().map(([, status]) => status)).not.toContain('gone');
    await world.stop();
  });

  test('says again what the log did not take', async () => {
    const world = openWorld();
    await world.start();
    world.refuse = true;
    const number = world.fake.start(world.repoId);
    await world.advance(3 * MINUTE);
    expect([world.said(), world.warnings]).toEqual([[], ['CI events were not stored, trying again']]);
    world.refuse = false;
    await world.advance(MINUTE);
    expect(world.said()).toEqual([[number, 'pending', 'changed']]);
    await world.stop();
  });
});

describe('the stream', () => {
  test('makes a change known within a second', async () => {
    const world = openWorld();
    await world.start();
    const number = world.fake.start(world.repoId);
    await world.advance(SECOND);
    expect(world.said()).toEqual([[number, 'pending', 'changed']]);
    world.fake.change(world.repoId, number, { status: 'running', started: world.seconds() });
    await world.advance(SECOND);
    expect(world.said()).toEqual([[number, 'running', 'changed']]);
    await world.stop();
  });

  test('that is cut for five minutes costs a minute, and nothing is said twice when it is back', async () => {
    const world = openWorld();
    const { fake, repoId } = world;
    const number = fake.start(repoId, { status: 'running', started: world.seconds() }, true);
    await world.start();
    await world.advance(10 * MINUTE);
    world.said();
    fake.cut();
    await world.advance(90 * SECOND);
    expect(world.reports.at(-1)).toEqual([
      'degraded',
      'stream: cannot reach http://ci:8000: read ECONNRESET; looking every minute',
    ]);
    fake.change(repoId, number, { status: 'failure', finished: world.seconds() });
    const failedAt = world.seconds() * SECOND;
    await world.advance(MINUTE);
    expect(world.said()).toEqual([[number, 'failure', 'changed']]);
    expect(world.log.at(-1)?.time).toBe(failedAt);
    await world.advance(150 * SECOND);
    fake.mend();
    await world.advance(2 * MINUTE);
    expect([fake.listeners(), world.reports.at(-1)?.[0]]).toEqual([1, 'available']);
    fake.tell(repoId, number);
    fake.tell(repoId, number, { status: 'running' });
    await world.advance(HOUR);
    expect(world.said()).toEqual([]);
    await world.stop();
  });

  test('is looked behind as soon as it is back', async () => {
    const world = openWorld();
    await world.start();
    await world.advance(MINUTE);
    world.fake.cut();
    const number = world.fake.start(world.repoId);
    world.fake.mend();
    await world.advance(2 * SECOND);
    expect(world.said()).toEqual([[number, 'pending', 'changed']]);
    await world.stop();
  });

  test('may tell the past after the present', async () => {
    const world = openWorld();
    const { fake, repoId } = world;
    await world.start();
    const number = fake.start(repoId, { status: 'success', started: 1, finished: world.seconds() }, true);
    fake.tell(repoId, number);
    fake.tell(repoId, number, { status: 'running', updated: 1 });
    fake.tell(repoId, number, { status: 'pending', updated: 1 });
    await world.advance(MINUTE);
    expect(world.said()).toEqual([[number, 'success', 'changed']]);
    await world.stop();
  });

  test('tells every step: what leaves the status as it is costs no question', async () => {
    const world = openWorld();
    const number = world.fake.start(world.repoId, { status: 'running' }, true);
    await world.start();
    await world.advance(SECOND);
    const before = world.fake.asked.length;
    for (let n = 0; n < 1_000; n += 1) world.fake.tell(world.repoId, number);
    for (let n = 0; n < 1_000; n += 1) world.fake.tell(world.repoId, number, { status: 'success' });
    await world.advance(SECOND);
    expect(world.fake.asked.slice(before)).toEqual([`/api/repos/${world.repoId}/pipelines/${number}`]);
    await world.stop();
  });

  test('of other repositories, and of nonsense, is passed over', async () => {
    const world = openWorld();
    const other = world.fake.addRepo('acme/other');
    await world.start();
    world.fake.start(other);
    world.fake.send('data: {"pipeline":\n\n');
    world.fake.send('event: weird\ndata: 1\n\n');
    await world.advance(10 * MINUTE);
    expect([world.said(), world.reports.at(-1)?.[0]]).toEqual([[], 'available']);
    await world.stop();
  });

  test('on which nothing is heard is given up', async () => {
    const world = openWorld();
    await world.start();
    const opened = (): number => world.fake.asked.filter((path) => path === '/api/stream/events').length;
    expect(opened()).toBe(1);
    for (let n = 0; n < 10; n += 1) {
      await world.advance(30 * SECOND);
      world.fake.send(': ping\n\n');
    }
    expect(opened()).toBe(1);
    await world.advance(80 * SECOND);
    expect(opened()).toBe(2);
    await world.stop();
  });
});

describe('a run that follows another', () => {
  test('observes what is as it was, and calls a change what changed in between', async () => {
    const first = openWorld();
    const { fake, repoId, clock } = first;
    fake.start(repoId, { status: 'success', finished: first.seconds() }, true);
    fake.start(repoId, { status: 'running', started: first.seconds() }, true);
    fake.start(repoId, { status: 'running', started: first.seconds() }, true);
    await first.start();
    await first.stop();
    const failedAt = first.seconds() + 600;
    await clock.advance(3 * DAY);
    fake.change(repoId, 2, { status: 'failure', finished: failedAt, updated: failedAt }, true);
    fake.world.pipelines.get(repoId)?.delete(3);
    const second = openWorld({ before: first.log, clock, fake });
    await second.start();
    expect(second.said()).toEqual([
      [1, 'success', 'observed'],
      [2, 'failure', 'changed'],
      [3, 'gone', 'gone'],
    ]);
    expect(second.log[1]?.time).toBe(failedAt * SECOND);
    const ids = [...first.log, ...second.log].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    await second.advance(HOUR);
    expect(second.said()).toEqual([]);
    await second.stop();
  });

  test('does not ask again for what is gone', async () => {
    const first = openWorld();
    const number = first.fake.start(first.repoId, { status: 'running' }, true);
    await first.start();
    first.fake.world.pipelines.get(first.repoId)?.delete(number);
    await first.advance(MINUTE);
    await first.stop();
    expect(first.said().at(-1)).toEqual([number, 'gone', 'gone']);
    const second = openWorld({ before: first.log, clock: first.clock, fake: first.fake });
    first.fake.asked.length = 0;
    await second.start();
    expect(first.fake.asked.filter((path) => path.endsWith(`/pipelines/${number}`))).toEqual([]);
    expect(second.said()).toEqual([]);
    await second.stop();
  });

  test('while the server is away says nothing, and nothing is gone', async () => {
    const first = openWorld();
    first.fake.start(first.repoId, { status: 'running' }, true);
    await first.start();
    await first.stop();
    first.fake.fail(() => 'reset');
    const second = openWorld({ before: first.log, clock: first.clock, fake: first.fake });
    await second.start();
    await second.advance(HOUR);
    expect([second.said(), second.reports]).toEqual([
      [],
      [['unavailable', 'cannot reach http://ci:8000: read ECONNRESET']],
    ]);
    await second.stop();
  });
});

describe('a notify step', () => {
  test('is believed that something happened, not what: the pipeline is followed until it has ended', async () => {
    const world = openWorld();
    const { fake, repoId } = world;
    const number = fake.start(repoId, { status: 'running' }, true);
    await world.start();
    world.said();
    fake.cut();
    expect(world.source.hint(REPO, number)).toBe(true);
    await world.advance(SECOND);
    expect(world.said()).toEqual([]);
    fake.change(repoId, number, { status: 'success', finished: world.seconds() }, true);
    await world.advance(SECOND);
    expect(world.said()).toEqual([[number, 'success', 'changed']]);
    await world.stop();
  });

  test('that the stream tells of too is followed all the same', async () => {
    const world = openWorld();
    const { fake, repoId } = world;
    const number = fake.start(repoId, { status: 'running' }, true);
    await world.start();
    world.said();
    world.source.hint(REPO, number);
    fake.tell(repoId, number, { status: 'pending' });
    await world.advance(SECOND);
    fake.change(repoId, number, { status: 'success', finished: world.seconds() }, true);
    await world.advance(SECOND);
    expect(world.said()).toEqual([[number, 'success', 'changed']]);
    await world.stop();
  });

  test('of a repository that was not found yet has it looked for at once', async () => {
    const world = openWorld();
    const number = world.fake.start(world.repoId, {}, true);
    world.fake.fail((path) => (path.startsWith('/api/repos') ? { status: 404, body: '' } : null));
    await world.start();
    await world.advance(5 * SECOND);
    world.fake.fail(() => null);
    world.source.hint(REPO, number);
    await world.advance(SECOND);
    expect(world.said().map(([one]) => one)).toEqual([number]);
    await world.stop();
  });

  test('is one of more than can be followed one by one: everything is looked at', async () => {
    const world = openWorld();
    const number = world.fake.start(world.repoId, {}, true);
    await world.start();
    await world.advance(5 * SECOND);
    world.said();
    world.fake.cut();
    world.fake.change(world.repoId, number, { status: 'success', finished: world.seconds() }, true);
    for (let other = 1_000; other < 1_500; other += 1) world.source.hint(REPO, other);
    world.source.hint(REPO, number);
    await world.advance(10);
    expect(world.said()).toEqual([[number, 'success', 'changed']]);
    await world.stop();
  });

  test('of a repository that nobody watches is not ours', async () => {
    const world = openWorld();
    await world.start();
    expect(world.source.hint('acme/widget2', 1)).toBe(false);
    await world.stop();
  });
});
