import { describe, expect, test } from 'vitest';
import { isWanted, lockWriters, parsePhaseName } from '../../../../src/sources/files/names.ts';

describe('the name of a phase file', () => {
  test.each([
    ['dev-session-harb-42.phase', { session: 'dev-harb-42', role: 'dev', project: 'harb', issue: 42, pr: 0 }],
    ['review-session-harb-7.phase', { session: 'review-harb-7', role: 'review', project: 'harb', issue: 0, pr: 7 }],
    ['action-session-harb-9.phase', { session: 'action-harb-9', role: 'action', project: 'harb', issue: 9, pr: 0 }],
    ['dev-session-app-2-17.phase', { session: 'dev-app-2-17', role: 'dev', project: 'app-2', issue: 17, pr: 0 }],
    ['planner-session-app-2.phase', { session: 'planner-app-2', role: 'planner', project: 'app-2', issue: 0, pr: 0 }],
    [
      'supervisor-session-harb.phase',
      { session: 'supervisor-harb', role: 'supervisor', project: 'harb', issue: 0, pr: 0 },
    ],
    [
      'predictor-session-harb.phase',
      { session: 'predictor-harb', role: 'predictor', project: 'harb', issue: 0, pr: 0 },
    ],
    ['gardener-session-harb.phase', { session: 'gardener-harb', role: 'gardener', project: 'harb', issue: 0, pr: 0 }],
    [
      'vault-escalate-deploy-3.phase',
      { session: 'vault-escalate-deploy-3', role: 'vault', project: '', issue: 0, pr: 0 },
    ],
  ])('%s names its session', (name, session) => {
    expect(parsePhaseName(name)).toEqual(session);
  });

  test.each([
    'dev-session-harb.phase',
    'dev-session-harb-0.phase',
    'dev-session-harb-042.phase',
    'dev-session--42.phase',
    'dev-session-ha rb-42.phase',
    'dev-session-harb-42.phase.tmp',
    'x-dev-session-harb-42.phase',
    'tester-session-harb-42.phase',
    'dev-session-harb-42.context',
    'vault-escalate-.phase',
    'dev-session-harb\n-42.phase',
  ])('%j is none of the factory', (name) => {
    expect(parsePhaseName(name)).toBeNull();
  });
});

describe('the name of a lock', () => {
  test.each([
    ['dev-agent.lock', ['dev-agent']],
    ['dev-agent-harb.lock', ['dev-agent']],
    ['action-agent-12.lock', ['action-agent']],
    ['harb-review.lock', ['review-pr']],
    ['supervisor-run.lock', ['supervisor-run']],
    ['vault-poll.lock', ['vault-poll']],
    ['reproduce-inflight-12.pid', ['dispatcher']],
  ])('%s is written by %j', (name, writers) => {
    expect(lockWriters(name)).toEqual(writers);
  });

  test.each([
    'gardener-step.lock',
    'dev-agent-.lock',
    'run.lock',
    'x-inflight-3.lock',
    'yum.lock',
    'dev-agent-harb.lock.old',
  ])('%s is no lock that holds a process id', (name) => {
    expect(lockWriters(name)).toBeNull();
    expect(isWanted(name)).toBe(false);
  });
});
