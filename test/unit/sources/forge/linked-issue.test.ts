import { expect, test } from 'vitest';
import { parseForgejoWebhook } from '../../../../src/sources/forge/parse.ts';
import { context, delivery, fixture } from '../../../support/forge-deliveries.ts';

interface Text {
  readonly title: string;
  readonly body: string;
}

/** The issue that a pull request is for, by its branch, title and body. */
function issueOf(branch: string, { title, body }: Text): unknown {
  const opened = fixture('constructed-v15-pull_request-opened.json');
  opened.pull_request = { ...opened.pull_request, title, body };
  opened.pull_request.head = { ...opened.pull_request.head, ref: branch, label: branch };
  const reading = parseForgejoWebhook(delivery('pull_request', opened), context());
  if (reading.kind !== 'events') throw new Error(reading.reason);
  return reading.events.map(({ data }) => ('issue' in data ? data.issue : null))[0];
}

test.each([
  ['the one of its branch', 'fix/issue-7', { title: 'Fix #9', body: 'See #5.\n\nCloses #8' }, 7],
  ['the one of its branch at a later try', 'fix/issue-7-2', { title: 'Fix', body: 'like #5' }, 7],
  [
    'none, whatever number its text has first',
    'chore/gardener-2026',
    { title: 'Prune what #5 left', body: 'Related to #6' },
    0,
  ],
  ['none when only its title has a number', 'main', { title: 'Follow-up of #5', body: '' }, 0],
  ['none when its branch only begins like one', 'fix/issue-7x', { title: '', body: '#7' }, 0],
])('a pull request is for %s', (_, branch, text, issue) => {
  expect(issueOf(branch, text)).toBe(issue);
});
