import { expect, test } from 'vitest';
import { parseForgejoWebhook } from '../../../../src/sources/forge/parse.ts';
import { context, delivery, fixture } from '../../../support/forge-deliveries.ts';

/** The issue that a pull request is for, by its branch, title and body. */
function issueOf(branch: string, title: string, body: string): unknown {
  const opened = fixture('constructed-v15-pull_request-opened.json');
  opened.pull_request = { ...opened.pull_request, title, body };
  opened.pull_request.head = { ...opened.pull_request.head, ref: branch, label: branch };
  const reading = parseForgejoWebhook(delivery('pull_request', opened), context());
  if (reading.kind !== 'events') throw new Error(reading.reason);
  return reading.events.map(({ data }) => ('issue' in data ? data.issue : null))[0];
}

test.each([
  ['the one of its branch', 'fix/issue-7', 'Fix #9', 'See #5.\n\nCloses #8', 7],
  ['the one of its branch at a later try', 'fix/issue-7-2', 'Fix', 'like #5', 7],
  ['none, whatever number its text has first', 'chore/gardener-2026', 'Prune what #5 left', 'Related to #6', 0],
  ['none when only its title has a number', 'main', 'Follow-up of #5', '', 0],
  ['none when its branch only begins like one', 'fix/issue-7x', '', '#7', 0],
])('a pull request is for %s', (_, branch, title, body, issue) => {
  expect(issueOf(branch, title, body)).toBe(issue);
});
