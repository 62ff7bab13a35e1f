import { expect, test } from 'vitest';
import {
  parseLeftFile,
  parseMarkerName,
  parseSessionFile,
  parseSessionName,
} from '../../../src/factory/session-names.ts';
import { parseWorktreeName, worktreeOf } from '../../../src/factory/worktree-names.ts';

test.each([
  ['dev-harb-42', 'dev', 'harb', 42, 0],
  ['dev-app-2-42', 'dev', 'app-2', 42, 0],
  ['review-harb-7', 'review', 'harb', 0, 7],
  ['action-harb-5', 'action', 'harb', 5, 0],
  ['vault-default-9', 'vault', 'default', 9, 0],
  ['planner-harb', 'planner', 'harb', 0, 0],
  ['architect-app-2', 'architect', 'app-2', 0, 0],
])('%s is a session', (session, ...whose) => {
  const [role, project, issue, pr] = whose;
  expect(parseSessionName(session)).toEqual({ session, role, project, issue, pr });
});

test.each([
  'dev-harb',
  'dev-harb-0',
  'dev-harb-042',
  'dev--42',
  'dev-harb-42x',
  'main',
  'xdev-harb-42',
  'tester-harb-42',
  '',
])('%s is none', (name) => {
  expect(parseSessionName(name)).toBeNull();
});

test.each([
  ['dev-session-harb-42.sid', 'sid', 'dev-harb-42'],
  ['supervisor-session-harb.sid', 'sid', 'supervisor-harb'],
  ['dev-session-harb-42.phase', 'phase', 'dev-harb-42'],
  ['dev-session-harb-42.phase', 'sid', undefined],
  ['dev-session-harb.sid', 'sid', undefined],
  ['dev-session-harb-42.sid.tmp', 'tmp', undefined],
])('%s with the ending %s is of %s', (name, ending, session) => {
  expect(parseSessionFile(name, ending)?.session).toBe(session);
});

test.each([
  ['dev-session-harb-42.context', 'dev-harb-42'],
  ['dev-impl-summary-harb-42.txt', 'dev-harb-42'],
  ['ci-result-app-2-42.txt', 'dev-app-2-42'],
  ['dev-thread-harb-42', 'dev-harb-42'],
  ['dev-renotify-harb-42', 'dev-harb-42'],
  ['dev-harb-42-scratch.md', 'dev-harb-42'],
  ['review-injected-harb-7', 'review-harb-7'],
  ['harb-review-output-7.json', 'review-harb-7'],
  ['claude-idle-dev-harb-42.ts', 'dev-harb-42'],
  ['claude-exited-planner-harb.ts', 'planner-harb'],
  ['phase-changed-dev-harb-42.marker', 'dev-harb-42'],
  ['claude-nudge-dev-harb-42.count', 'dev-harb-42'],
  ['dev-session-harb-42.phase', undefined],
  ['harb-review-7', undefined],
  ['claude-idle-somebody.ts', undefined],
])('%s was left by %s', (name, session) => {
  expect(parseLeftFile(name)?.session).toBe(session);
});

test('a marker says what it marks and of which session', () => {
  expect(parseMarkerName('claude-idle-dev-harb-42.ts')).toEqual({ what: 'idle', session: 'dev-harb-42' });
  expect(parseMarkerName('claude-exited-dev-harb-42.ts')).toEqual({ what: 'exited', session: 'dev-harb-42' });
  expect(parseMarkerName('claude-idle-me.ts')).toBeNull();
  expect(parseMarkerName('claude-started-dev-harb-42.ts')).toBeNull();
});

test.each([
  ['harb-worktree-42', 'dev', 'harb', 42, 0, 'dev-harb-42'],
  ['app-2-worktree-42', 'dev', 'app-2', 42, 0, 'dev-app-2-42'],
  ['harb-review-7', 'review', 'harb', 0, 7, 'review-harb-7'],
  ['action-5-1767261600', 'action', '', 5, 0, ''],
  ['harb-planner-run', 'planner', 'harb', 0, 0, 'planner-harb'],
  ['disinto-gardener-harb', 'gardener', 'harb', 0, 0, 'gardener-harb'],
  ['harb-sup-retry-91', 'retry', 'harb', 0, 0, ''],
])('%s is a worktree', (name, ...whose) => {
  const [role, project, issue, pr, session] = whose;
  expect(parseWorktreeName(name)).toEqual({ session, role, project, issue, pr });
});

test.each([
  'harb',
  'harb-review-output-7.json',
  'harb-worktree-',
  'harb-worktree-4x',
  'action-5',
  'disinto-ops',
  'systemd-private-1',
])('%s is none', (name) => {
  expect(parseWorktreeName(name)).toBeNull();
});

test('a path is in the worktree that one of its folders is', () => {
  expect(worktreeOf('/tmp/harb-worktree-42/src/app')).toBe('harb-worktree-42');
  expect(worktreeOf('/tmp/harb-worktree-42')).toBe('harb-worktree-42');
  expect(worktreeOf('/home/agent/repos/harb')).toBe('');
  expect(worktreeOf('')).toBe('');
});
