/** Facts of one pull request, out of what the forge said of it. Pure. */

import { slugOfRepo } from '../../factory/names.ts';
import { carryPull } from './carry.ts';
import { judgeChecks, type CheckSeen } from './checks.ts';
import type { DataOf, Fact, FactOf } from './fact.ts';
import type { PullData } from './parse-pull.ts';
import { judgeReviews, newestReviews, type ReviewSeen } from './reviews.ts';

type Pull = DataOf<'forge.pull'>;

/** What was read of an open pull request besides itself; null could not be read, and then what was known stays. */
export interface PullSight {
  readonly checks: readonly CheckSeen[] | null;
  readonly reviews: readonly ReviewSeen[] | null;
  readonly last_push_at: string;
  readonly conflict_since: string;
}

/** The pull request itself; `action` is `''` when the times it was looked at tell it. */
export function pullFact(repo: string, number: number, pull: PullData, before: Pull | null): FactOf<'forge.pull'> {
  const head = { repo, repo_slug: slugOfRepo(repo), action: '', author: pull.opener, number, pr: number };
  return { kind: 'forge.pull', data: { ...carryPull(before, pull, ''), ...pull, ...head } };
}

/** The same, with what else was read of it, and the facts that are entities of their own. */
export function openPullFacts({ data: known }: FactOf<'forge.pull'>, sight: PullSight): readonly Fact[] {
  const { checks, reviews, last_push_at, conflict_since } = sight;
  const data: Pull = {
    ...known,
    ...(checks === null ? {} : judgeChecks(checks)),
    ...(reviews === null ? {} : judgeReviews(reviews, known.opener)),
    last_push_at,
    conflict_since,
  };
  return [
    { kind: 'forge.pull', data },
    ...(checks ?? []).filter((check) => check.context !== '').map((check) => statusFact(data, check)),
    ...newestReviews(reviews ?? []).map((review) => reviewFact(data, review)),
  ];
}

/** A push that no webhook told of: the head is another one than it was. */
export function pushFact(pull: Pull, before: string): FactOf<'forge.push'> {
  const isFork = pull.branch.includes(':');
  return {
    kind: 'forge.push',
    data: {
      ...worksOn(pull),
      action: 'observed',
      ref: isFork ? `refs/pull/${pull.number}/head` : `refs/heads/${pull.branch}`,
      tag: '',
      before,
      after: pull.sha,
      commits: 0,
      created: false,
      deleted: false,
      untrusted_text: '',
    },
  };
}

/** A pull request that the forge no longer has. */
export function deletedPull(before: Pull): FactOf<'forge.pull'> {
  return { kind: 'forge.pull', data: { ...before, action: 'deleted', state: 'closed', mergeable: false } };
}

function statusFact(pull: Pull, check: CheckSeen): FactOf<'forge.status'> {
  const { context, state, at, author } = check;
  return {
    kind: 'forge.status',
    data: { ...worksOn(pull), author, action: 'observed', context, state, run: 0, updated_at: at },
  };
}

function reviewFact(pull: Pull, review: ReviewSeen): FactOf<'forge.review'> {
  const sha = review.sha === '' ? pull.sha : review.sha;
  return {
    kind: 'forge.review',
    data: { ...worksOn(pull), author: review.reviewer, action: 'observed', number: pull.number, ...review, sha },
  };
}

function worksOn({ repo, repo_slug, author, pr, issue, branch, sha }: Pull) {
  return { repo, repo_slug, author, pr, issue, branch, sha };
}
