import { expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../../../src/core/time.ts';
import { closePull, makePull, makeReview, makeStatus, SHA } from '../../../support/forge-objects.ts';
import { openWorld, REPO } from './running.ts';

const T = (minute: number): string => `2026-01-09T12:${String(minute).padStart(2, '0')}:00Z`;
const ISO = (minute: number): string => T(minute).replace('Z', '.000Z');

test('a pull request is said once a run, with what webhooks do not say of it', async () => {
  const it = openWorld();
  it.forge.pulls.set(
    7,
    makePull({ number: 7, branch: 'fix/issue-42', labels: ['b', 'a'], created: T(0), updated: T(9) }),
  );
  it.forge.commits.set(SHA(7), T(1));
  it.forge.statuses.set(SHA(7), [makeStatus('ci/pr/lint', 'success', T(2)), makeStatus('ci/pr/test', 'success', T(5))]);
  it.forge.reviews.set(7, [makeReview({ by: 'review-bot', state: 'APPROVED', sha: SHA(7), at: T(8) })]);
  await it.start();
  expect(it.news()).toMatchObject([
    {
      kind: 'forge.pull',
      repo: REPO,
      repo_slug: 'widget',
      action: 'observed',
      author: 'dev-bot',
      opener: 'dev-bot',
      number: 7,
      pr: 7,
      issue: 42,
      state: 'open',
      draft: false,
      merged: false,
      mergeable: true,
      branch: 'fix/issue-42',
      base: 'main',
      sha: SHA(7),
      labels: ['b', 'a'],
      created_at: ISO(0),
      updated_at: ISO(9),
      closed_at: '',
      last_push_at: ISO(1),
      ci_state: 'success',
      ci_since: ISO(5),
      ci_finished_at: ISO(5),
      reviewed: true,
      reviewed_at: ISO(8),
      approved: true,
      changes_requested: false,
      changes_requested_stale: false,
      conflict_since: '',
    },
    {
      kind: 'forge.status',
      context: 'ci/pr/lint',
      state: 'success',
      sha: SHA(7),
      pr: 7,
      issue: 42,
      updated_at: ISO(2),
    },
    { kind: 'forge.status', context: 'ci/pr/test', updated_at: ISO(5) },
    { kind: 'forge.review', number: 7, reviewer: 'review-bot', state: 'approved', stale: false, submitted_at: ISO(8) },
  ]);
  expect(it.reports).toEqual([['available', `looking at ${REPO}`]]);
  await it.clock.advance(16 * MINUTE);
  expect(it.news()).toEqual([]);
  await it.halt();
  await it.start();
  expect(it.news()).toHaveLength(4);
  await it.halt();
  expect(it.clock.pending()).toBe(0);
});

test('a commit without a status is neither green nor pending', async () => {
  const it = openWorld();
  it.forge.pulls.set(7, makePull({ number: 7 }));
  await it.start();
  expect(it.news()).toMatchObject([{ ci_state: '', ci_since: '', ci_finished_at: '', last_push_at: '' }]);
  await it.halt();
});

test('what happened while nobody looked is found: a merge, a close, a push, a reopening', async () => {
  const it = openWorld();
  for (const number of [1, 2, 3, 4]) it.forge.pulls.set(number, makePull({ number }));
  await it.start();
  await it.halt();
  it.news();
  it.forge.pulls.set(1, closePull(makePull({ number: 1 }), T(30), 'alice'));
  it.forge.pulls.set(2, closePull(makePull({ number: 2 }), T(31)));
  it.forge.pulls.set(3, makePull({ number: 3, sha: SHA('3b') }));
  it.forge.commits.set(SHA('3b'), T(33));
  await it.start();
  const news = it.news('forge.pu');
  expect(news).toHaveLength(5);
  expect(news).toMatchObject([
    {
      kind: 'forge.push',
      action: 'observed',
      branch: 'fix/issue-3',
      ref: 'refs/heads/fix/issue-3',
      pr: 3,
      issue: 3,
      before: SHA(3),
      after: SHA('3b'),
      sha: SHA('3b'),
    },
    { number: 3, action: 'synchronized', sha: SHA('3b'), last_push_at: ISO(33) },
    { number: 4, action: 'observed' },
    { number: 1, action: 'closed', state: 'closed', merged: true, merged_by: 'alice', closed_at: ISO(30) },
    { number: 2, action: 'closed', state: 'closed', merged: false, merged_by: '', closed_at: ISO(31) },
  ]);
  it.forge.pulls.set(2, makePull({ number: 2 }));
  await it.clock.advance(5 * MINUTE);
  expect(it.news()).toMatchObject([{ number: 2, action: 'reopened', state: 'open', closed_at: '' }]);
  expect(it.news()).toEqual([]);
  await it.halt();
});

test('a pull request that the forge no longer has keeps its state until a second look agrees', async () => {
  const it = openWorld();
  it.forge.pulls.set(7, makePull({ number: 7 }));
  await it.start();
  it.news();
  it.forge.pulls.delete(7);
  await it.clock.advance(5 * MINUTE);
  expect(it.news()).toEqual([]);
  expect(it.picture.pullState(REPO, 7)).toBe('open');
  await it.clock.advance(66 * SECOND);
  expect(it.news()).toMatchObject([{ number: 7, state: 'closed', action: 'deleted', closed_at: '' }]);
  await it.halt();
});

test('a webhook brings a closer look, and what it said itself is not said again', async () => {
  const it = openWorld();
  it.forge.pulls.set(7, makePull({ number: 7 }));
  await it.start();
  it.news();
  const updated = makePull({ number: 7, labels: ['backlog'], updated: T(40) });
  it.forge.pulls.set(7, updated);
  it.tellPull('label_updated', updated, 'pull_request_label');
  await it.clock.advance(2 * SECOND);
  expect(it.news()).toEqual([]);
  it.forge.reviews.set(7, [makeReview({ by: 'r', state: 'REQUEST_CHANGES', sha: SHA(7), at: T(41) })]);
  it.tellPull('reviewed', updated, 'pull_request_review_rejected');
  await it.clock.advance(2 * SECOND);
  expect(it.news('forge.pull')).toMatchObject([
    { number: 7, reviewed: true, changes_requested: true, reviewed_at: ISO(41) },
  ]);
  await it.halt();
});

test('a review that a webhook told of is not told again, and one that it did not is', async () => {
  const it = openWorld();
  const pull = makePull({ number: 7 });
  it.forge.pulls.set(7, pull);
  await it.start();
  it.news();
  it.forge.reviews.set(7, [makeReview({ by: 'r1', state: 'APPROVED', sha: SHA(7), at: T(41) })]);
  const body = { action: 'reviewed', number: 7, pull_request: pull, review: { content: 'fine' } };
  it.webhook('pull_request_review_approved', { ...body, sender: { login: 'r1' } });
  await it.clock.advance(2 * SECOND);
  expect(it.news()).toMatchObject([{ kind: 'forge.pull', approved: true }]);
  it.forge.reviews.get(7)?.push(makeReview({ by: 'r2', state: 'REQUEST_CHANGES', sha: SHA(7), at: T(42) }));
  await it.clock.advance(5 * MINUTE);
  expect(it.news()).toMatchObject([
    { kind: 'forge.pull', approved: true, changes_requested: true },
    { kind: 'forge.review', reviewer: 'r2', state: 'rejected', sha: SHA(7), submitted_at: ISO(42) },
  ]);
  await it.halt();
});

test('a webhook keeps what only a look knows, and a new head takes away what was of the old one', async () => {
  const it = openWorld();
  it.forge.pulls.set(7, makePull({ number: 7 }));
  it.forge.commits.set(SHA(7), T(1));
  it.forge.statuses.set(SHA(7), [makeStatus('c', 'failure', T(2))]);
  it.forge.reviews.set(7, [makeReview({ by: 'r', state: 'REQUEST_CHANGES', sha: SHA(7), at: T(3) })]);
  await it.start();
  it.tellPull('label_updated', makePull({ number: 7, labels: ['x'] }), 'pull_request_label');
  expect(it.stored.at(-1)?.data).toMatchObject({
    labels: ['x'],
    ci_state: 'failure',
    ci_since: ISO(2),
    reviewed: true,
    changes_requested: true,
    last_push_at: ISO(1),
  });
  const pushed = makePull({ number: 7, sha: SHA('7b'), updated: T(50) });
  it.tellPull('synchronized', pushed, 'pull_request_sync');
  expect(it.stored.at(-1)?.data).toMatchObject({
    sha: SHA('7b'),
    ci_state: '',
    ci_since: '',
    ci_finished_at: '',
    reviewed: false,
    approved: false,
    changes_requested: false,
    changes_requested_stale: true,
    last_push_at: ISO(50),
  });
  await it.halt();
});

test('a webhook that arrives while the forge is being asked is newer than the answer', async () => {
  const it = openWorld();
  it.forge.pulls.set(7, makePull({ number: 7 }));
  await it.start();
  it.news();
  const { promise, resolve } = Promise.withResolvers<null>();
  it.forge.pulls.set(7, makePull({ number: 7, labels: ['x'], updated: T(39) }));
  it.forge.delay = promise;
  const sweep = it.source.sweep('test');
  await it.clock.settle();
  const closed = closePull(makePull({ number: 7 }), T(40));
  it.forge.pulls.set(7, closed);
  it.tellPull('closed', closed);
  resolve(null);
  await sweep;
  expect(it.picture.pullState(REPO, 7)).toBe('closed');
  await it.clock.advance(2 * SECOND);
  expect(it.news('forge.pull')).toEqual([]);
  await it.halt();
});

test('webhooks that come in the wrong order are put right by the look they bring', async () => {
  const it = openWorld();
  const closed = closePull(makePull({ number: 7 }), T(40));
  it.forge.pulls.set(7, closed);
  await it.start();
  it.tellPull('closed', closed);
  it.tellPull('opened', makePull({ number: 7 }));
  expect(it.picture.pullState(REPO, 7)).toBe('open');
  await it.clock.advance(2 * SECOND);
  expect(it.news()).toMatchObject([{ number: 7, state: 'closed', action: 'closed' }]);
  await it.halt();
});

test('the push of a webhook is the last push, whatever date the commit has', async () => {
  const it = openWorld();
  it.forge.pulls.set(7, makePull({ number: 7 }));
  it.forge.commits.set(SHA(7), '2020-01-01T00:00:00Z');
  await it.start();
  expect(it.news()).toMatchObject([{ last_push_at: '2020-01-01T00:00:00.000Z' }]);
  await it.clock.advance(MINUTE);
  const pushed = makePull({ number: 7, sha: SHA('7b') });
  it.forge.pulls.set(7, pushed);
  it.forge.commits.set(SHA('7b'), '2020-01-01T00:00:00Z');
  it.webhook('push', {
    ref: 'refs/heads/fix/issue-7',
    before: SHA(7),
    after: SHA('7b'),
    commits: [{}],
    total_commits: 3,
  });
  await it.clock.advance(2 * SECOND);
  const news = it.news();
  expect(news).toMatchObject([{ kind: 'forge.pull', sha: SHA('7b'), last_push_at: '2026-01-10T00:01:00.000Z' }]);
  expect(news).toHaveLength(1);
  await it.halt();
});

test('a commit of the future was pushed now at the latest', async () => {
  const it = openWorld();
  it.forge.pulls.set(7, makePull({ number: 7 }));
  it.forge.commits.set(SHA(7), '2031-01-01T00:00:00Z');
  await it.start();
  expect(it.news()).toMatchObject([{ last_push_at: '2026-01-10T00:00:00.000Z' }]);
  await it.halt();
});

test('not mergeable is a conflict when a second look a minute later still says so', async () => {
  const it = openWorld();
  it.forge.pulls.set(7, makePull({ number: 7, mergeable: false }));
  it.forge.pulls.set(8, makePull({ number: 8, mergeable: false, draft: true }));
  await it.start();
  expect(it.news()).toMatchObject([{ conflict_since: '' }, { conflict_since: '' }]);
  await it.clock.advance(50 * SECOND);
  expect(it.news()).toEqual([]);
  await it.clock.advance(20 * SECOND);
  expect(it.news()).toMatchObject([{ number: 7, conflict_since: '2026-01-10T00:00:00.000Z' }]);
  await it.halt();
  await it.start();
  expect(it.news()).toMatchObject([{ number: 7, conflict_since: '2026-01-10T00:00:00.000Z' }, { number: 8 }]);
  it.forge.pulls.set(7, makePull({ number: 7, mergeable: true }));
  await it.clock.advance(5 * MINUTE);
  expect(it.news()).toMatchObject([{ number: 7, conflict_since: '', mergeable: true }]);
  await it.halt();
});

test('a review that a push made stale no longer counts, and a number that begins alike is another pull request', async () => {
  const it = openWorld();
  it.forge.pulls.set(62, makePull({ number: 62 }));
  it.forge.pulls.set(623, makePull({ number: 623 }));
  it.forge.reviews.set(623, [makeReview({ by: 'r', state: 'REQUEST_CHANGES', sha: SHA(1), at: T(1), stale: true })]);
  it.forge.statuses.set(SHA(623), [makeStatus('c', 'error', T(1))]);
  await it.start();
  expect(it.news('forge.pull')).toMatchObject([
    { number: 62, issue: 62, changes_requested_stale: false, ci_state: '' },
    {
      number: 623,
      issue: 623,
      reviewed: false,
      changes_requested: false,
      changes_requested_stale: true,
      ci_state: 'failure',
    },
  ]);
  await it.halt();
});

test('a session on a pull request that nobody has told of brings the answer within seconds', async () => {
  const it = openWorld();
  it.forge.pulls.set(9, closePull(makePull({ number: 9 }), T(1)));
  await it.start();
  expect(it.news()).toEqual([]);
  it.tell('session.phase', { session: 'review-widget-9', repo: REPO, pr: 9, number: 9, exists: true });
  await it.clock.advance(2 * SECOND);
  expect(it.news()).toMatchObject([{ kind: 'forge.pull', number: 9, state: 'closed' }]);
  await it.halt();
});
