/** Pull requests and issues, made wrong at a Forgejo. */

import { systemClock } from '../../../src/adapters/clock.ts';
import { DAY, HOUR, MINUTE, SECOND, toIso, type Instant } from '../../../src/core/time.ts';
import { makeIssue, makePull, makeReview, makeStatus, SHA, type IssueSpec } from '../forge-objects.ts';
import { after, dueSoon, tellIssues, tellPull, type Due, type Scene, type Stage } from './stage.ts';

/** A pull request conflicts with its base. */
export async function conflicts(stage: Stage): Promise<Due> {
  const { box, reactor } = stage;
  const due = after(box, DAY, 'acme/widget 34');
  await tellPull(stage, makePull({ number: 34, created: box.ago(DAY), updated: box.ago(HOUR), mergeable: false }));
  // Several questions are asked, one after another: before the clock is moved, they have their answers.
  await reactor.waitFor('a look at it', () => box.forge.world.asked.some((path) => path.endsWith('/pulls/34')));
  await systemClock.sleep(SECOND / 2);
  return due;
}

interface Checked {
  readonly state: 'success' | 'failure';
  readonly at: Instant;
  readonly pushed?: Instant;
}

async function checked(stage: Scene, number: number, { state, at, pushed = at - MINUTE }: Checked): Promise<void> {
  const { box } = stage;
  const { commits, statuses } = box.forge.world;
  commits.set(SHA(number), toIso(pushed));
  statuses.set(SHA(number), [makeStatus('ci/woodpecker', state, toIso(at))]);
  await tellPull(stage, makePull({ number, created: box.ago(2 * DAY), updated: toIso(at) }));
}

/** A pull request has been green for almost an hour, and nobody reviewed it. */
export async function unreviewed(stage: Scene): Promise<Due> {
  const { began, at } = dueSoon(stage, HOUR);
  await checked(stage, 31, { state: 'success', at: began });
  return { key: 'acme/widget 31', at };
}

/** A pull request has been red for almost half an hour. */
export async function red(stage: Scene): Promise<Due> {
  const { began, at } = dueSoon(stage, 30 * MINUTE);
  await checked(stage, 32, { state: 'failure', at: began });
  return { key: 'acme/widget 32', at };
}

/** Changes were asked for and pushed almost an hour ago, and the reviewer has not looked again. */
export async function forgotten(stage: Scene): Promise<Due> {
  const { began, at } = dueSoon(stage, HOUR);
  const asked = {
    by: 'review-bot',
    state: 'REQUEST_CHANGES',
    sha: SHA(33),
    at: toIso(began - HOUR),
    stale: true,
  } as const;
  stage.box.forge.world.reviews.set(33, [makeReview(asked)]);
  await checked(stage, 33, { state: 'success', at: began + MINUTE, pushed: began });
  return { key: 'acme/widget 33', at };
}

/** Somebody approved a pull request, and its session began to wait for that afterwards; it is told by its phase file. */
export async function reviewed(stage: Scene): Promise<void> {
  const at = stage.box.now() - 9 * HOUR;
  stage.box.forge.world.reviews.set(8, [
    makeReview({ by: 'review-bot', state: 'APPROVED', sha: SHA(8), at: toIso(at) }),
  ]);
  await checked(stage, 8, { state: 'success', at: at - HOUR });
}

const issueOf = (stage: Scene, number: number, more: Partial<IssueSpec> = {}) =>
  makeIssue({ number, created: stage.box.ago(3 * DAY), ...more });

/** An issue, of which a webhook tells. */
export async function issue(stage: Scene, number: number, more: Partial<IssueSpec> = {}): Promise<void> {
  await tellIssues(stage, issueOf(stage, number, more));
}

/** Two issues depend on each other. */
export async function circle(stage: Scene): Promise<Due> {
  const body = (other: number): string => `## Depends on\n- #${other}\n`;
  await tellIssues(stage, issueOf(stage, 40, { body: body(41) }), issueOf(stage, 41, { body: body(40) }));
  return after(stage.box, MINUTE, 'acme/widget 40');
}

/** An issue depends on one that has been open for almost a month. */
export async function oldDependency(stage: Scene): Promise<Due> {
  const { began, at } = dueSoon(stage, 30 * DAY);
  const waits = issueOf(stage, 42, { body: '## Depends on\n- #43\n' });
  await tellIssues(stage, issueOf(stage, 43, { created: toIso(began) }), waits);
  return { key: 'acme/widget 42', at };
}

/** Both children of an issue are closed, the second of them almost ten minutes ago. */
export async function childless(stage: Scene): Promise<Due> {
  const { began, at } = dueSoon(stage, 10 * MINUTE);
  const body = 'Decomposed from #44\n';
  const closed = { state: 'closed', body } as const;
  await tellIssues(
    stage,
    issueOf(stage, 44),
    issueOf(stage, 45, { ...closed, closed: stage.box.ago(DAY) }),
    issueOf(stage, 46, { ...closed, closed: toIso(began) }),
  );
  return { key: 'acme/widget 44', at };
}

/** An issue has been ready for almost twenty minutes, and no agent takes it up. */
export async function stalled(stage: Scene): Promise<Due> {
  const { began, at } = dueSoon(stage, 20 * MINUTE);
  await tellIssues(stage, issueOf(stage, 5, { labels: ['backlog'], updated: toIso(began) }));
  return { key: 'acme/widget', at };
}

/** Nothing has been committed for almost a day to an ops repository of which there is no clone. */
export function silentOps(scene: Scene): Due {
  const { began, at } = dueSoon(scene, DAY);
  for (const repo of scene.box.forge.world.others) repo.newest = toIso(began);
  return { key: 'widget-ops', at, fixed: true };
}
