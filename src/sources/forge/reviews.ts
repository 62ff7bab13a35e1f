/** What reviews of a pull request come to. Pure. */

import { UNTRUSTED_LIMIT } from './draft.ts';
import { fieldsOf, SHA, type Fields } from './fields.ts';

export interface ReviewSeen {
  readonly reviewer: string;
  readonly state: 'approved' | 'rejected' | 'comment' | 'requested';
  /** Commit it was given on. */
  readonly sha: string;
  /** Commits came after it. */
  readonly stale: boolean;
  readonly dismissed: boolean;
  /** ISO 8601 UTC. */
  readonly submitted_at: string;
  readonly untrusted_text: string;
}

export interface Judgement {
  readonly reviewed: boolean;
  readonly reviewed_at: string;
  readonly approved: boolean;
  readonly changes_requested: boolean;
  readonly changes_requested_stale: boolean;
}

const STATES: Readonly<Record<string, ReviewSeen['state']>> = {
  APPROVED: 'approved',
  REQUEST_CHANGES: 'rejected',
  COMMENT: 'comment',
  REQUEST_REVIEW: 'requested',
};

/** Reviews as the forge lists them, without those still being written, which only their author sees. */
export function readReviews(list: readonly unknown[]): readonly ReviewSeen[] {
  return list.map((raw) => readReview(fieldsOf(raw))).filter((review) => review !== null);
}

function readReview(review: Fields): ReviewSeen | null {
  const state = STATES[review.fact('state', /^[A-Z_]+$/)];
  const user = review.words('user.login');
  const reviewer = user === '' ? review.words('team.name') : user;
  if (state === undefined || reviewer === '') return null;
  return {
    reviewer,
    state,
    sha: review.fact('commit_id', SHA),
    stale: review.bool('stale'),
    dismissed: review.bool('dismissed'),
    submitted_at: review.time('submitted_at'),
    untrusted_text: review.words('body', UNTRUSTED_LIMIT),
  };
}

/** The last word of each reviewer. */
export function newestReviews(reviews: readonly ReviewSeen[]): readonly ReviewSeen[] {
  return [...newestBy(reviews).values()];
}

/**
 * Whether this very head was reviewed, and what was said of it. What the opener says of it is no review. A later comment
 * takes no approval back.
 */
export function judgeReviews(reviews: readonly ReviewSeen[], opener: string): Judgement {
  const given = reviews.filter((one) => one.state !== 'requested' && !one.dismissed && one.reviewer !== opener);
  const fresh = given.filter((one) => !one.stale);
  const verdicts = [...newestBy(given.filter((one) => one.state !== 'comment')).values()];
  const rejected = verdicts.filter((one) => one.state === 'rejected');
  return {
    reviewed: fresh.length > 0,
    reviewed_at: fresh.reduce((latest, one) => (one.submitted_at > latest ? one.submitted_at : latest), ''),
    approved: verdicts.some((one) => one.state === 'approved' && !one.stale),
    changes_requested: rejected.some((one) => !one.stale),
    changes_requested_stale: rejected.some((one) => one.stale),
  };
}

function newestBy(reviews: readonly ReviewSeen[]): ReadonlyMap<string, ReviewSeen> {
  const inOrder = reviews.toSorted((a, b) => compare(a.submitted_at, b.submitted_at));
  return new Map(inOrder.map((one) => [one.reviewer, one]));
}

const compare = (a: string, b: string): number => (a === b ? 0 : Number(a > b) * 2 - 1);
