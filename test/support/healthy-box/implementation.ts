/** One issue from taking it up to its merge. */

import { MINUTE, SECOND, toIso, type Instant } from '../../../src/core/time.ts';
import { REPO, type Say, type Story } from './story.ts';

/** 80 minutes of work, CI red once, a review that asks for changes, a second look. */
export function implementation({ say }: Story, start: Instant, issue: number): void {
  const at = (minutes: number): Instant => start + minutes * MINUTE;
  const session = `dev-harb-${issue}`;
  const pull = { repo: REPO, repo_slug: 'harb', number: issue + 1000, pr: issue + 1000, issue, state: 'open' };
  const run = { session, role: 'dev', repo: REPO, exists: true, runner: 'alive', status_text: 'implementing' };
  const phase = { session, repo: REPO, issue, exists: true, issue_state: 'open' };
  const folder = { path: `/tmp/harb-worktree-${issue}`, name: `harb-worktree-${issue}`, exists: true, process: 'yes' };
  const waitingSince = (minutes: number): string => toIso(at(minutes));

  const about = { repo: REPO, repo_slug: 'harb', number: issue, issue, state: 'open' };
  const taken = { ...about, labels: ['backlog', 'in-progress'], updated_at: waitingSince(0) };
  say(at(0), 'forge.issue', `${REPO}#${issue}`, taken);
  say(at(0), 'session.run', session, { ...run, active_at: waitingSince(0) });
  say(at(0), 'lock.file', '/tmp/dev-agent-harb.lock', {
    path: '/tmp/dev-agent-harb.lock',
    name: 'dev-agent-harb.lock',
    exists: true,
    owner: 'alive',
    pid: issue,
    age_s: 0,
  });
  for (let minutes = 0; minutes < 160; minutes += 20) {
    say(at(minutes), 'worktree', folder.path, { ...folder, active_at: waitingSince(minutes) });
  }
  say(at(80), 'forge.pull', `${REPO}#${pull.number}`, {
    ...pull,
    action: 'opened',
    created_at: waitingSince(80),
    last_push_at: waitingSince(80),
  });
  say(at(80), 'session.phase', session, { ...phase, phase: 'awaiting_ci', phase_since: waitingSince(80) });
  say(at(80), 'session.run', session, { ...run, waits_for: 'ci', active_at: waitingSince(80) });
  pipeline(say, at(81), pull, 'failure');
  say(at(96), 'forge.pull', `${REPO}#${pull.number}`, { ...pull, ci_state: 'failure', ci_since: waitingSince(95) });
  say(at(105), 'forge.push', `${REPO}@${issue}`, { ...pull, after: `sha${issue}b` });
  pipeline(say, at(106), pull, 'success');
  const green = { ...pull, ci_state: 'success', ci_since: waitingSince(120), ci_finished_at: waitingSince(120) };
  say(at(120), 'forge.pull', `${REPO}#${pull.number}`, { ...green, last_push_at: waitingSince(105) });
  say(at(120), 'session.phase', session, { ...phase, phase: 'awaiting_review', phase_since: waitingSince(120) });
  say(at(130), 'forge.review', `${REPO}#${pull.number}`, { ...pull, state: 'rejected' });
  say(at(130), 'forge.pull', `${REPO}#${pull.number}`, {
    ...green,
    reviewed: true,
    changes_requested: true,
    reviewed_at: waitingSince(130),
  });
  say(at(138), 'forge.push', `${REPO}@${issue}`, { ...pull, after: `sha${issue}c` });
  pipeline(say, at(139), pull, 'success');
  say(at(155), 'forge.pull', `${REPO}#${pull.number}`, { ...pull, action: 'closed', state: 'closed', merged: true });
  say(at(156), 'session.phase', session, { ...phase, exists: false });
  say(at(156), 'session.run', session, { ...run, exists: false });
  say(at(156), 'worktree', folder.path, { ...folder, exists: false });
  say(at(156), 'lock.file', '/tmp/dev-agent-harb.lock', {
    path: '/tmp/dev-agent-harb.lock',
    name: 'dev-agent-harb.lock',
    exists: false,
  });
  const closed = { ...about, labels: ['backlog'], state: 'closed', updated_at: waitingSince(157) };
  say(at(157), 'forge.issue', `${REPO}#${issue}`, { ...closed, closed_at: waitingSince(157) });
}

/** Pending for a quarter of an hour at most, running for as long. */
function pipeline(say: Say, start: Instant, pull: { readonly pr: number; readonly issue: number }, end: string): void {
  const number = Math.floor(start / SECOND);
  const about = { repo: REPO, repo_slug: 'harb', number, pr: pull.pr, issue: pull.issue, event: 'pull_request' };
  const times = { created_at: toIso(start), queued_at: toIso(start), started_at: toIso(start + MINUTE) };
  const subject = `${REPO}#${number}`;
  say(start, 'ci.pipeline', subject, {
    ...about,
    status: 'pending',
    created_at: toIso(start),
    queued_at: toIso(start),
  });
  say(start + MINUTE, 'ci.pipeline', subject, { ...about, ...times, status: 'running' });
  const finished_at = toIso(start + 14 * MINUTE);
  say(start + 14 * MINUTE, 'ci.pipeline', subject, { ...about, ...times, finished_at, status: end });
}
