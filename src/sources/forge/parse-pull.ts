/** Pull requests and reviews. */

import type { EventData } from '../../core/catalog/catalog.ts';
import { issueOfBranch } from '../../factory/names.ts';
import type { Picture, PullView } from '../../factory/picture.ts';
import { carryPull } from './carry.ts';
import { actionOf, draft, labelsOf, latestOf, repoData, stateOf, UNTRUSTED_LIMIT, type Draft } from './draft.ts';
import { NAME, SHA, type Fields } from './fields.ts';
import { headBranch } from './head-branch.ts';

/** What one object of the forge says; the rest has to be asked for, or is known from before. */
export type PullData = Omit<
  EventData<'forge.pull'>,
  'host' | 'repo' | 'repo_slug' | 'author' | 'action' | 'number' | 'pr' | Exclude<keyof PullView, 'branch' | 'sha'>
>;

const NUMBER = ['pull_request.number', 'number'];

/** `pull_request` and its assign, label, milestone and sync variants. Labels are the whole new list: the forge sends no difference. */
export function draftPull(body: Fields, _eventType: string, picture: Picture): Draft {
  const number = body.needNumberOf(NUMBER);
  const head = repoData(body);
  const action = actionOf(body);
  const pull = { ...pullData(body.at('pull_request'), stateOf(body, 'pull_request.state')), number, pr: number };
  const pushedAt = action === 'synchronized' ? pull.updated_at : '';
  return draft('forge.pull', pull.updated_at === '' ? pull.created_at : pull.updated_at, {
    ...head,
    ...carryPull(picture.pull(head.repo, number), pull, pushedAt),
    ...pull,
    action,
  });
}

/** What the forge's object of a pull request says: in a webhook and in its API it is the same. */
export function pullData(pull: Fields, state: string): PullData {
  const branch = headBranch(pull);
  return {
    created_at: pull.time('created_at'),
    updated_at: latestOf(pull.time('updated_at'), pull.time('closed_at'), pull.time('merged_at')),
    closed_at: state === 'closed' ? latestOf(pull.time('closed_at'), pull.time('merged_at')) : '',
    issue: issueOfBranch(branch),
    state,
    draft: pull.bool('draft'),
    merged: pull.bool('merged'),
    merged_by: pull.words('merged_by.login'),
    merge_sha: pull.fact('merge_commit_sha', SHA),
    mergeable: pull.bool('mergeable'),
    branch,
    base: pull.words('base.ref'),
    sha: pull.needFact('head.sha', SHA),
    labels: labelsOf(pull, 'labels'),
    opener: pull.words('user.login'),
    title: pull.words('title'),
    untrusted_text: pull.words('body', UNTRUSTED_LIMIT),
  };
}

const REVIEW_STATES: Readonly<Record<string, string>> = {
  pull_request_review_approved: 'approved',
  pull_request_review_rejected: 'rejected',
  pull_request_review_comment: 'comment',
  pull_request_approved: 'approved',
  pull_request_rejected: 'rejected',
};

/** A review that was given. The pull request beside it may be older than one that has already arrived, so it is not passed on. */
export function draftReview(body: Fields, eventType: string): Draft {
  return review(body, {
    state: REVIEW_STATES[eventType] ?? 'comment',
    reviewer: body.words('sender.login'),
    untrusted_text: body.words('review.content', UNTRUSTED_LIMIT),
  });
}

/** A review that was asked for, or is no longer. */
export function draftReviewRequest(body: Fields): Draft {
  const removed = body.fact('action', NAME) === 'review_request_removed';
  return review(body, {
    state: removed ? 'request_removed' : 'requested',
    reviewer: body.words('requested_reviewer.login'),
    untrusted_text: '',
  });
}

function review(
  body: Fields,
  said: { readonly state: string; readonly reviewer: string; readonly untrusted_text: string },
): Draft {
  const pull = body.at('pull_request');
  const number = body.needNumberOf(NUMBER);
  const branch = headBranch(pull);
  const at = pull.time('updated_at');
  return draft('forge.review', at, {
    ...repoData(body),
    ...said,
    submitted_at: at,
    action: actionOf(body),
    number,
    pr: number,
    issue: issueOfBranch(branch),
    branch,
    sha: pull.needFact('head.sha', SHA),
  });
}
