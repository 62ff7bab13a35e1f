/** Issues, and comments on issues and pull requests. */

import type { EventData } from '../../core/catalog/catalog.ts';
import { parseDependencies, parseParent } from '../../factory/dependencies.ts';
import type { IssueView, Picture } from '../../factory/picture.ts';
import { carryIssue } from './carry.ts';
import { actionOf, draft, labelsOf, latestOf, repoData, stateOf, UNTRUSTED_LIMIT, type Draft } from './draft.ts';
import { cut, type Fields } from './fields.ts';

/** What one object of the forge says; how it stands to others has to be worked out, or is known from before. */
export type IssueData = Omit<
  EventData<'forge.issue'>,
  | 'host'
  | 'repo'
  | 'repo_slug'
  | 'author'
  | 'action'
  | 'number'
  | 'issue'
  | Exclude<keyof IssueView, 'state' | 'closed_at'>
>;

/** Dependencies are looked for in so much of a text. */
const READ_LIMIT = 65_536;

/** `issues` and its assign, label and milestone variants. Labels are the whole new list: the forge sends no difference. */
export function draftIssue(body: Fields, _eventType: string, picture: Picture): Draft {
  const number = body.needNumberOf(['issue.number', 'number']);
  const head = repoData(body);
  const issue = issueData(body.at('issue'), stateOf(body, 'issue.state'));
  const carried = carryIssue(picture.issue(head.repo, number));
  return draft('forge.issue', issue.updated_at === '' ? issue.created_at : issue.updated_at, {
    ...head,
    ...carried,
    ...issue,
    depends_on: withLinks(issue.depends_on, carried.linked_dependencies),
    action: actionOf(body),
    number,
    issue: number,
  });
}

/** What the forge's object of an issue says: in a webhook and in its API it is the same. */
export function issueData(issue: Fields, state: string): IssueData {
  const text = issue.words('body', READ_LIMIT);
  return {
    state,
    labels: labelsOf(issue, 'labels'),
    assignees: issue.list('assignees').map((user) => user.words('login')),
    created_at: issue.time('created_at'),
    updated_at: latestOf(issue.time('updated_at'), issue.time('closed_at')),
    closed_at: state === 'closed' ? issue.time('closed_at') : '',
    opener: issue.words('user.login'),
    depends_on: parseDependencies(text).map(String),
    parent: parseParent(text),
    title: issue.words('title'),
    untrusted_text: cut(text, UNTRUSTED_LIMIT),
  };
}

/** What an issue depends on by its text, and by a link at the forge that its text does not repeat. */
export function withLinks(inText: readonly string[], links: readonly string[]): readonly string[] {
  return [...new Set([...inText, ...links])];
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
