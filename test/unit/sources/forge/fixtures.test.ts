import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { AnyEvent } from '../../../../src/core/event.ts';
import { parseForgejoWebhook } from '../../../../src/sources/forge/parse.ts';
import { context, delivery, fixtureText, manifest, RECEIVED_AT } from '../../../support/forge-deliveries.ts';

const HEAD = '0f9e8d7c6b5a49382716054f3e2d1c0b9a897867';
const BASE = 'a3f1c9d2b4e5f60718293a4b5c6d7e8f90123456';
const MERGE = '5c6d7e8f901234560f9e8d7c6b5a4938271605aa';

interface Row {
  readonly file: string;
  readonly kind: string;
  readonly subject: string;
  /** ISO, or the moment of receipt where the body has no time of its own. */
  readonly at: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const RECEIVED = new Date(RECEIVED_AT).toISOString();
type Parts = readonly [file: string, kind: string, subject: string, at: string, data: Row['data']];
const row = (...[file, kind, subject, at, data]: Parts): Row => ({ file, kind, subject, at, data });
const ours = (name: string): string => `constructed-v15-${name}.json`;
const theirs = (name: string): string => `woodpecker-Hook${name}.json`;

const status = (name: string, data: Row['data']): Row =>
  row(ours(name), 'forge.status', `acme/widget@${HEAD}/ci.yml`, '2026-07-01T10:18:30.000Z', {
    repo: 'acme/widget',
    repo_slug: 'widget',
    author: 'ci-bot',
    sha: HEAD,
    branch: 'fix/crash',
    context: 'ci.yml',
    ...data,
  });
const issue = (name: string, at: string, data: Row['data']): Row =>
  row(ours(name), 'forge.issue', 'acme/widget#7', at, {
    repo: 'acme/widget',
    author: 'alice',
    number: 7,
    issue: 7,
    state: 'open',
    labels: [],
    assignees: [],
    created_at: '2026-07-01T10:00:00.000Z',
    closed_at: '',
    title: 'Crash on start',
    untrusted_text: 'It crashes.\n\nSee log.',
    ...data,
  });
const pull = (name: string, at: string, data: Row['data']): Row =>
  row(ours(name), 'forge.pull', 'acme/widget#12', at, {
    repo: 'acme/widget',
    repo_slug: 'widget',
    number: 12,
    pr: 12,
    issue: 0,
    state: 'open',
    draft: false,
    merged: false,
    merged_by: '',
    merge_sha: '',
    mergeable: true,
    branch: 'fix/crash',
    base: 'main',
    sha: HEAD,
    labels: [],
    title: 'Fix crash',
    created_at: '2026-07-01T10:20:00.000Z',
    untrusted_text: 'Closes #7',
    ...data,
  });
const review = (name: string, data: Row['data']): Row =>
  row(ours(name), 'forge.review', 'acme/widget#12/alice', '2026-07-01T10:20:00.000Z', {
    action: 'reviewed',
    author: 'alice',
    number: 12,
    pr: 12,
    branch: 'fix/crash',
    sha: HEAD,
    reviewer: 'alice',
    ...data,
  });

const T_OPEN = '2026-07-01T10:00:00.000Z';
const T_CLOSE = '2026-07-01T11:00:00.000Z';
const T_PULL = '2026-07-01T10:20:00.000Z';
const T_MERGE = '2026-07-01T12:00:00.000Z';
const MERGED = { action: 'closed', state: 'closed', merged: true, merged_by: 'alice', merge_sha: MERGE };

const ROWS: readonly Row[] = [
  status('action_run_failure', { action: 'failure', state: 'failure', run: 21 }),
  status('action_run_failure-cancelled', { action: 'failure', state: 'cancelled', run: 22 }),
  status('action_run_recover', { action: 'recover', state: 'success', run: 23 }),
  status('action_run_success', { action: 'success', state: 'success', run: 23 }),
  row(ours('create-branch'), 'forge.repository', 'acme/widget/branch/fix/crash', RECEIVED, {
    action: 'created',
    author: 'ci-bot',
    what: 'branch',
    ref: 'fix/crash',
    sha: HEAD,
  }),
  row(ours('create-tag'), 'forge.repository', 'acme/widget/tag/v1.2.0', RECEIVED, {
    action: 'created',
    what: 'tag',
    ref: 'v1.2.0',
    sha: MERGE,
  }),
  row(ours('delete-branch'), 'forge.repository', 'acme/widget/branch/fix/crash', RECEIVED, {
    action: 'deleted',
    what: 'branch',
    ref: 'fix/crash',
    sha: '',
  }),
  row(ours('fork'), 'forge.repository', 'acme/widget/fork/bob/widget', RECEIVED, {
    action: 'forked',
    author: 'bob',
    repo: 'acme/widget',
    what: 'fork',
    ref: 'bob/widget',
  }),
  row(ours('issue_comment-created-on-pr'), 'forge.comment', 'acme/widget#12', '2026-07-01T10:30:00.000Z', {
    action: 'created',
    author: 'bob',
    number: 12,
    pr: 12,
    issue: 0,
    comment: 9001,
    untrusted_text: '/retry please',
  }),
  row(ours('issue_comment-created'), 'forge.comment', 'acme/widget#7', '2026-07-01T10:30:00.000Z', {
    author: 'bob',
    number: 7,
    pr: 0,
    issue: 7,
    comment: 9001,
    untrusted_text: '/retry please',
  }),
  issue('issues-opened', T_OPEN, { action: 'opened' }),
  issue('issues-reopened', T_OPEN, { action: 'reopened' }),
  issue('issues-edited-title', T_OPEN, { action: 'edited', title: 'Crash at startup' }),
  issue('issues-assigned', T_OPEN, { action: 'assigned', assignees: ['ci-bot'] }),
  issue('issues-label_updated', T_OPEN, { action: 'label_updated', labels: ['ready', 'bug'] }),
  issue('issues-label_cleared', T_OPEN, { action: 'label_cleared', labels: [] }),
  issue('issues-closed', T_CLOSE, { action: 'closed', state: 'closed', closed_at: T_CLOSE }),
  issue('issues-closed-by-commit', T_CLOSE, { action: 'closed', state: 'closed', closed_at: T_CLOSE }),
  row(ours('package-created'), 'forge.repository', 'acme/widget/package/widget@1.2.0', '2026-07-02T08:10:00.000Z', {
    repo: 'acme/widget',
    action: 'created',
    author: 'ci-bot',
    what: 'package',
    ref: 'widget@1.2.0',
  }),
  pull('pull_request-opened', T_PULL, { action: 'opened', author: 'ci-bot' }),
  pull('pull_request-synchronized', T_PULL, { action: 'synchronized', sha: '1'.repeat(40) }),
  pull('pull_request-label_updated', T_PULL, { action: 'label_updated', labels: ['automerge'] }),
  pull('pull_request-closed-unmerged', T_MERGE, { action: 'closed', state: 'closed' }),
  pull('pull_request-closed-merged', T_MERGE, MERGED),
  pull('pull_request-closed-merged-head-branch-deleted', T_MERGE, MERGED),
  row(ours('push'), 'forge.push', 'acme/widget@refs/heads/fix/crash', RECEIVED, {
    action: 'pushed',
    author: 'ci-bot',
    ref: 'refs/heads/fix/crash',
    branch: 'fix/crash',
    tag: '',
    before: BASE,
    after: HEAD,
    sha: HEAD,
    commits: 1,
    created: false,
    deleted: false,
    untrusted_text: 'Fix crash\n',
  }),
  row(ours('push-new-branch-no-commits'), 'forge.push', 'acme/widget@refs/heads/copy', RECEIVED, {
    branch: 'copy',
    before: '0'.repeat(40),
    after: BASE,
    commits: 0,
    created: true,
    deleted: false,
  }),
  row(ours('release-published'), 'forge.release', 'acme/widget@v1.2.0', '2026-07-02T08:00:00.000Z', {
    action: 'published',
    tag: 'v1.2.0',
    draft: false,
    prerelease: false,
    untrusted_text: 'notes',
  }),
  row(ours('repository-created'), 'forge.repository', 'acme/new', RECEIVED, { action: 'created', what: 'repository' }),
  row(ours('repository-deleted'), 'forge.repository', 'acme/widget', RECEIVED, { action: 'deleted' }),
  review('review-approved', { state: 'approved', untrusted_text: 'LGTM' }),
  review('review-rejected', { state: 'rejected', untrusted_text: 'Please add a test' }),
  review('review-comment', { state: 'comment', untrusted_text: 'nit' }),
  review('review-requested', { action: 'review_requested', state: 'requested', author: 'ci-bot', untrusted_text: '' }),
  row(ours('wiki-created'), 'forge.repository', 'acme/widget/wiki/Home', RECEIVED, {
    action: 'created',
    what: 'wiki',
    ref: 'Home',
  }),
  row('docs-example-push.json', 'forge.push', 'forgejo/webhooks@refs/heads/develop', RECEIVED, {
    author: 'forgejo',
    branch: 'develop',
    commits: 1,
  }),
  row(theirs('PullRequest'), 'forge.pull', 'gordon/hello-world#1', RECEIVED, {
    action: 'opened',
    number: 1,
    state: 'open',
    merged: false,
    branch: 'feature/changes',
  }),
  row(theirs('PullRequestLabelsUpdated'), 'forge.pull', 'test_it/test_ci_thing#1', RECEIVED, {
    action: 'label_updated',
    state: 'open',
    labels: ['Kind/Enhancement', 'Kind/Testing'],
  }),
  row(theirs('PullRequestMerged'), 'forge.pull', 'anbraten/test-repo#1', '2023-12-05T18:35:31.000Z', {
    state: 'closed',
    merged: true,
    merged_by: 'anbraten',
    merge_sha: 'f2440f050054df0f8ecabcace648f1683509064c',
  }),
  row(theirs('PullRequestUpdated'), 'forge.pull', 'Test-CI/multi-line-secrets#2', '2024-02-22T00:42:03.000Z', {
    action: 'synchronized',
    created_at: '2024-02-22T00:38:39.000Z',
    labels: ['Kind/Bug', 'Kind/Security'],
  }),
  row(theirs('Push'), 'forge.push', 'gordon/hello-world@refs/heads/main', RECEIVED, { author: 'gordon', commits: 1 }),
  row(theirs('Release'), 'forge.release', 'anbraten/demo@0.0.5', '2022-02-09T20:23:05.000Z', { tag: '0.0.5' }),
  row(theirs('Tag'), 'forge.repository', 'gordon/hello-world/tag/v1.0.0', RECEIVED, { what: 'tag', ref: 'v1.0.0' }),
];

const typeOf = new Map(manifest().map((entry) => [entry.file, entry.header_event_type]));

function read(file: string): AnyEvent {
  const text = fixtureText(file);
  const reading = parseForgejoWebhook(delivery(typeOf.get(file) ?? '', JSON.parse(text), text), context());
  if (reading.kind !== 'events') throw new Error(`${file}: ${reading.reason}`);
  expect(reading.events).toHaveLength(1);
  return reading.events[0] as AnyEvent;
}

test.each(ROWS)('$file is a $kind of $subject', ({ file, kind, subject, at, data }) => {
  const event = read(file);
  expect({ kind: event.kind, subject: event.subject, at: new Date(event.time).toISOString() }).toEqual({
    kind,
    subject,
    at,
  });
  expect(event.data).toMatchObject(data);
  expect(event.host).toBe('box');
  expect(event.source).toBe(`forge://forge.example.org/${(event.data as { repo: string }).repo}`);
});

test('the table has every fixture of the manifest, and the fixtures are the ones it was written for', () => {
  expect(ROWS.map((each) => each.file).toSorted()).toEqual([...typeOf.keys()].toSorted());
  const digests = manifest().map(({ file }) => [file, createHash('sha256').update(fixtureText(file)).digest('hex')]);
  expect(digests).toEqual(manifest().map(({ file, sha256 }) => [file, sha256]));
});

test('every delivery has an id of its own', () => {
  const ids = ROWS.map((each) => read(each.file).id);
  expect(new Set(ids).size).toBe(ROWS.length);
});
