/** Issues, and comments on issues and pull requests. */

import { actionOf, draft, labelsOf, latestOf, repoData, stateOf, UNTRUSTED_LIMIT, type Draft } from './draft.ts';
import type { Fields } from './fields.ts';

/** `issues` and its assign, label and milestone variants. Labels are the whole new list: the forge sends no difference. */
export function draftIssue(body: Fields): Draft {
  const issue = body.at('issue');
  const number = body.needNumberOf(['issue.number', 'number']);
  const state = stateOf(body, 'issue.state');
  const created = issue.time('created_at');
  const updated = latestOf(issue.time('updated_at'), issue.time('closed_at'));
  return draft('forge.issue', updated === '' ? created : updated, {
    ...repoData(body),
    action: actionOf(body),
    number,
    issue: number,
    state,
    labels: labelsOf(issue, 'labels'),
    assignees: issue.list('assignees').map((user) => user.words('login')),
    created_at: created,
    updated_at: updated,
    closed_at: state === 'closed' ? issue.time('closed_at') : '',
    title: issue.words('title'),
    untrusted_text: issue.words('body', UNTRUSTED_LIMIT),
  });
}

/** `issue_comment` and `pull_request_comment`. */
export function draftComment(body: Fields, eventType: string): Draft {
  const number = body.needNumberOf(['issue.number', 'pull_request.number']);
  const onPull = eventType === 'pull_request_comment' || body.bool('is_pull') || body.has('issue.pull_request');
  return draft('forge.comment', latestOf(body.time('comment.created_at'), body.time('comment.updated_at')), {
    ...repoData(body),
    action: actionOf(body),
    number,
    pr: onPull ? number : 0,
    issue: onPull ? 0 : number,
    comment: body.needNumber('comment.id'),
    untrusted_text: body.words('comment.body', UNTRUSTED_LIMIT),
  });
}
