/** Pull requests and reviews. */

import { issueOfBranch } from '../../factory/names.ts';
import { actionOf, draft, labelsOf, latestOf, repoData, stateOf, UNTRUSTED_LIMIT, type Draft } from './draft.ts';
import { NAME, SHA, type Fields } from './fields.ts';
import { headBranch } from './head-branch.ts';

const NUMBER = ['pull_request.number', 'number'];

/** `pull_request` and its assign, label, milestone and sync variants. Labels are the whole new list: the forge sends no difference. */
export function draftPull(body: Fields): Draft {
  const pull = body.at('pull_request');
  const number = body.needNumberOf(NUMBER);
  const branch = headBranch(pull);
  const times = {
    created_at: pull.time('created_at'),
    updated_at: latestOf(pull.time('updated_at'), pull.time('closed_at'), pull.time('merged_at')),
  };
  return draft('forge.pull', times.updated_at === '' ? times.created_at : times.updated_at, {
    ...repoData(body),
    ...times,
    action: actionOf(body),
    number,
    pr: number,
    issue: issueOfBranch(branch),
    state: stateOf(body, 'pull_request.state'),
    draft: pull.bool('draft'),
    merged: pull.bool('merged'),
    merged_by: pull.words('merged_by.login'),
    merge_sha: pull.fact('merge_commit_sha', SHA),
    mergeable: pull.bool('mergeable'),
    branch,
    base: pull.words('base.ref'),
    sha: pull.needFact('head.sha', SHA),
    labels: labelsOf(pull, 'labels'),
    title: pull.words('title'),
    untrusted_text: pull.words('body', UNTRUSTED_LIMIT),
  });
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
  return draft('forge.review', pull.time('updated_at'), {
    ...repoData(body),
    ...said,
    action: actionOf(body),
    number,
    pr: number,
    issue: issueOfBranch(branch),
    branch,
    sha: pull.needFact('head.sha', SHA),
  });
}
