import { describe, expect, test } from 'vitest';
import { toEvent, type AnyEvent } from '../../../../src/core/event.ts';
import { HOUR, MINUTE, SECOND, toIso } from '../../../../src/core/time.ts';
import type { Json } from '../../../support/fake-woodpecker-api.ts';
import { REPO, START, openWorld, type World } from './world.ts';

const SHA = 'ab'.repeat(20);

function pull(number: number, branch: string, over: { readonly state?: string; readonly sha?: string } = {}): AnyEvent {
  const head = { id: 'p', source: 'forge://f', subject: `${REPO}#${number}`, time: START, host: 'box' };
  return toEvent('forge.pull', head, { repo: REPO, number, pr: number, branch, state: 'open', sha: '', ...over });
}

const ofPull = (n: number, refspec = 'fix/issue-42:main'): Json => ({
  event: 'pull_request',
  ref: `refs/pull/${n}/head`,
  refspec,
  branch: 'main',
});
const ofPush = (branch: string): Json => ({ event: 'push', ref: `refs/heads/${branch}`, branch });

async function seen(pipeline: Json, picture: readonly AnyEvent[] = []) {
  const world = openWorld();
  for (const event of picture) world.picture.apply(event);
  world.fake.start(world.repoId, pipeline, true);
  await world.start();
  await world.stop();
  const [data] = world.pipelines();
  if (data === undefined) throw new Error('nothing was said');
  const { branch, base, pr, issue } = data;
  return { branch, base, pr, issue };
}

describe('what a pipeline is for', () => {
  test.each<readonly [string, Json, readonly AnyEvent[], object]>([
    ['a pull request', ofPull(12), [], { branch: 'fix/issue-42', base: 'main', pr: 12, issue: 42 }],
    [
      'a pull request of a fork',
      { ...ofPull(12), from_fork: true },
      [],
      { branch: 'fork:fix/issue-42', pr: 12, issue: 0 },
    ],
    ['a closed pull request', { ...ofPull(12), event: 'pull_request_closed' }, [], { pr: 12, issue: 42 }],
    ['a pull request without a refspec', ofPull(12, ''), [], { branch: '', base: 'main', pr: 12, issue: 0 }],
    ['a push to the default branch', ofPush('main'), [], { branch: 'main', base: '', pr: 0, issue: 0 }],
    ['a push to a branch', ofPush('fix/issue-7-2'), [], { branch: 'fix/issue-7-2', pr: 0, issue: 7 }],
    ['a push to a branch of a pull request', ofPush('fix/issue-7'), [pull(9, 'fix/issue-7')], { pr: 9, issue: 7 }],
    [
      'a push whose commit is that of one',
      { ...ofPush('other'), commit: SHA },
      [pull(9, 'x', { sha: SHA })],
      { pr: 9 },
    ],
    ['a push to a branch that is only the start of one', ofPush('fix/issue-7'), [pull(9, 'fix/issue-70')], { pr: 0 }],
    ['a push to the default branch, from which one goes out', ofPush('main'), [pull(9, 'main')], { pr: 0 }],
    ['a tag', { event: 'tag', ref: 'refs/tags/v1', branch: 'refs/tags/v1' }, [], { branch: '', pr: 0, issue: 0 }],
    ['a schedule', { event: 'cron', ref: 'refs/heads/main', branch: 'main' }, [], { branch: 'main', pr: 0 }],
  ])('is %s', async (_, pipeline, picture, wanted) => {
    expect(await seen(pipeline, picture)).toMatchObject(wanted);
  });

  test('becomes known later, and stays so when the pull request is closed', async () => {
    const world = openWorld();
    world.fake.start(world.repoId, ofPush('fix/issue-7'));
    await world.start();
    world.said();
    world.picture.apply(pull(9, 'fix/issue-7'));
    await world.advance(MINUTE);
    expect(world.said()).toEqual([[1, 'pending', 'linked']]);
    expect(world.pipelines().at(-1)?.pr).toBe(9);
    world.picture.apply(pull(9, 'fix/issue-7', { state: 'closed' }));
    await world.advance(MINUTE);
    expect(world.said()).toEqual([]);
    world.fake.change(world.repoId, 1, { status: 'success' });
    await world.advance(SECOND);
    expect(world.pipelines().at(-1)).toMatchObject({ status: 'success', pr: 9 });
    await world.stop();
  });

  test('tells the pipeline of a pull request from that of a push to its branch: both are the latest of their line', async () => {
    const world = openWorld();
    const { fake, repoId } = world;
    fake.start(repoId, { ...ofPull(12), status: 'success' }, true);
    fake.start(repoId, { ...ofPush('fix/issue-42'), status: 'success' }, true);
    fake.start(repoId, { ...ofPull(12), status: 'failure' }, true);
    fake.start(repoId, { ...ofPull(13, 'fix/issue-43:main'), status: 'success' }, true);
    await world.start();
    expect(world.pipelines().map(({ event, pr, status, latest }) => [event, pr, status, latest])).toEqual([
      ['pull_request', 12, 'success', false],
      ['push', 0, 'success', true],
      ['pull_request', 12, 'failure', true],
      ['pull_request', 13, 'success', true],
    ]);
    await world.stop();
  });
});

describe('the default branch', () => {
  const reds = async (runs: readonly (readonly [string, Json?])[]): Promise<readonly number[]> => {
    const world = openWorld();
    for (const [status, more] of runs) world.fake.start(world.repoId, { ...ofPush('main'), status, ...more }, true);
    await world.start();
    await world.stop();
    return world.pipelines().map((one) => one.red_in_a_row);
  };

  test('is red for as long as nothing passed: successes count', async () => {
    expect(await reds([['failure'], ['failure'], ['success'], ['failure'], ['error']])).toEqual([1, 2, 0, 1, 2]);
  });

  test('is no redder by what was stopped, nor by what still runs', async () => {
    expect(await reds([['failure'], ['canceled'], ['killed'], ['running'], ['skipped']])).toEqual([1, 1, 1, 1, 1]);
  });

  test('is no redder by pull requests and other branches', async () => {
    expect(await reds([['failure'], ['failure', ofPull(3)], ['failure', ofPush('x')], ['failure']])).toEqual([
      1, 0, 0, 2,
    ]);
  });

  test('is judged by its last runs, however old', async () => {
    const world = openWorld();
    const daysAgo = (days: number): number => world.seconds() - days * 86_400;
    world.fake.start(world.repoId, { ...ofPush('main'), status: 'failure', created: daysAgo(9) }, true);
    world.fake.start(world.repoId, { ...ofPush('main'), status: 'failure', created: daysAgo(8) }, true);
    for (let n = 0; n < 60; n += 1) {
      world.fake.start(world.repoId, { ...ofPush('x'), status: 'success', created: daysAgo(3) }, true);
    }
    await world.start();
    const onMain = (): readonly number[] =>
      world
        .pipelines()
        .filter((one) => one.default_branch)
        .map((one) => one.red_in_a_row);
    expect(onMain()).toEqual([1, 2]);
    await world.clock.jump(50 * HOUR);
    await world.advance(2 * MINUTE);
    expect(onMain()).toEqual([1, 2]);
    await world.stop();
  });
});

describe('what failed', () => {
  const step = (name: string, exit: number, type = 'commands', state = 'failure'): Json => ({
    name,
    type,
    state,
    exit_code: exit,
  });
  const workflow = (...children: readonly Json[]): Json => ({ name: 'w', state: 'failure', agent_id: 2, children });

  const failed = async (status: string, workflows?: readonly Json[]) => {
    const world = openWorld();
    const times = { started: world.seconds() - 60, finished: world.seconds() - 5 };
    world.fake.start(world.repoId, { status, ...times, ...(workflows === undefined ? {} : { workflows }) }, true);
    await world.start();
    await world.stop();
    const [data] = world.pipelines();
    return [data?.failed_step, data?.exit_code, data?.infra];
  };

  test.each<readonly [string, string, readonly Json[] | undefined, readonly unknown[]]>([
    [
      'the change',
      'failure',
      [workflow(step('lint', 0, 'commands', 'success'), step('vitest', 1))],
      ['vitest', 1, false],
    ],
    ['the clone', 'failure', [workflow(step('clone', 128, 'clone'))], ['clone', 128, true]],
    ['git of a step', 'failure', [workflow(step('git-push', 128))], ['git-push', 128, true]],
    ['a 128 of something else', 'failure', [workflow(step('deploy', 128))], ['deploy', 128, false]],
    ['memory', 'failure', [workflow(step('vitest', 137))], ['vitest', 137, true]],
    ['a second workflow', 'failure', [workflow(), workflow(step('e2e', 2))], ['e2e', 2, false]],
    ['the configuration', 'error', undefined, ['', -1, false]],
    ['nothing', 'success', [workflow(step('vitest', 0, 'commands', 'success'))], ['', -1, false]],
  ])('is told: %s', async (_, status, workflows, wanted) => {
    expect(await failed(status, workflows)).toEqual(wanted);
  });

  test('is told with the failure and not after it, by a look as by the stream', async () => {
    const world = openWorld();
    const { fake, repoId } = world;
    const byStream = fake.start(repoId, { status: 'running' }, true);
    const byLook = fake.start(repoId, { status: 'running' }, true);
    await world.start();
    world.said();
    const failure = { status: 'failure', finished: world.seconds(), workflows: [workflow(step('vitest', 1))] };
    fake.change(repoId, byStream, failure);
    fake.change(repoId, byLook, failure, true);
    await world.advance(2 * MINUTE);
    expect(world.said()).toHaveLength(2);
    expect(world.pipelines().slice(-2)).toMatchObject([{ failed_step: 'vitest' }, { failed_step: 'vitest' }]);
    await world.stop();
  });
});

describe('who has it', () => {
  const tasks = async (status: string, prepare: (world: World) => void, minutes = 3): Promise<readonly string[]> => {
    const world = openWorld();
    world.fake.start(world.repoId, { status }, true);
    prepare(world);
    await world.start();
    await world.advance(minutes * MINUTE);
    await world.stop();
    return world.pipelines().map(({ task }) => task);
  };
  const empty = { pending: [], waiting_on_deps: [], running: [] };

  test.each<readonly [string, string, (world: World) => void, readonly string[]]>([
    ['an agent', 'running', () => undefined, ['assigned']],
    ['the queue', 'pending', () => undefined, ['queued']],
    ['a queue that somebody paused', 'pending', ({ fake }) => void (fake.world.paused = true), ['paused']],
    ['nobody, though it runs', 'running', ({ fake }) => void (fake.world.queue = empty), ['', 'ghost']],
    ['nobody, though it waits', 'pending', ({ fake }) => void (fake.world.queue = empty), ['', 'ghost']],
    ['whoever approves it', 'blocked', ({ fake }) => void (fake.world.queue = empty), ['']],
    ['a queue of which nobody knows', 'running', ({ fake }) => fake.fail(noQueue), ['']],
    ['a queue that does not say what it holds', 'running', oldQueue, ['']],
  ])('%s', async (_, status, prepare, wanted) => {
    expect(await tasks(status, prepare)).toEqual(wanted);
  });

  function noQueue(path: string) {
    return path === '/api/queue/info' ? { status: 403, body: 'User not authorized' } : null;
  }

  function oldQueue({ fake }: World): void {
    fake.world.queue = { ...empty, running: [{ id: '4696', labels: { repo: REPO } }] };
  }

  test('a ghost is one since it was first suspected, and nothing else has such a time', async () => {
    const world = openWorld();
    world.fake.start(world.repoId, { status: 'running' }, true);
    world.fake.world.queue = empty;
    const begun = world.clock.now();
    await world.start();
    await world.advance(3 * MINUTE);
    expect(world.pipelines().map((data) => data.task_since)).toEqual(['', toIso(begun)]);
    world.fake.world.queue = null;
    await world.advance(MINUTE);
    expect(world.pipelines().at(-1)).toMatchObject({ task: 'assigned', task_since: '' });
    await world.stop();
  });

  test('a ghost that an agent takes after all is told', async () => {
    const world = openWorld();
    world.fake.start(world.repoId, { status: 'running' }, true);
    world.fake.world.queue = empty;
    await world.start();
    await world.advance(3 * MINUTE);
    world.said();
    world.fake.world.queue = null;
    await world.advance(MINUTE);
    expect(world.said()).toEqual([[1, 'running', 'changed']]);
    expect(world.pipelines().at(-1)?.task).toBe('assigned');
    await world.stop();
  });
});

test('a repository of another forge is watched by its number, under the name that its pull requests have', async () => {
  const { fake, clock, repoId } = openWorld();
  const repo = `codeberg.org/${REPO}`;
  const world = openWorld({ fake, clock, repos: [{ repo, id: repoId }] });
  const head = { id: 'p', source: 'forge://codeberg.org', subject: `${repo}#9`, time: START, host: 'box' };
  world.picture.apply(toEvent('forge.pull', head, { repo, number: 9, pr: 9, branch: 'fix/issue-7', state: 'open' }));
  world.picture.apply(pull(8, 'fix/issue-7'));
  const number = fake.start(repoId, ofPush('fix/issue-7'));
  await world.start();
  expect(world.pipelines()).toMatchObject([{ repo, repo_slug: 'widget', number, pr: 9, issue: 7 }]);
  fake.change(repoId, number, { status: 'success' });
  expect(world.source.hint(REPO, number)).toBe(true);
  await world.advance(SECOND);
  expect(world.pipelines().at(-1)).toMatchObject({ repo, status: 'success' });
  await world.stop();
});
