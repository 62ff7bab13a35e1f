/** A busy factory box on which nothing is wrong, as the events of its days. Everything that is usual happens: long runs, waits, restarts, red pipelines. */

import type { EventData, EventKind } from '../../src/core/catalog/catalog.ts';
import { toEvent, type AnyEvent } from '../../src/core/event.ts';
import { DAY, HOUR, MINUTE, SECOND, toIso, type Instant, type Millis } from '../../src/core/time.ts';

const REPO = 'johba/harb';
const HOST = 'box';

/** The events of some days, in order of arrival. */
export function healthyDays(start: Instant, days: number): readonly AnyEvent[] {
  const story = openStory();
  for (let day = 0; day < days; day++) {
    const midnight = start + day * DAY;
    for (let at = 0; at < DAY; at += MINUTE) minute(story, midnight + at, at);
    for (let n = 0; n < 9; n++) implementation(story, midnight + n * 160 * MINUTE, 100 + day * 9 + n);
    composeUp(story, midnight + 9 * HOUR);
    housekeeping(story, midnight);
  }
  return story.events.toSorted((a, b) => a.received - b.received);
}

interface Story {
  readonly events: AnyEvent[];
  say<K extends EventKind>(at: Instant, kind: K, subject: string, data: Partial<EventData<K>>): void;
}

function openStory(): Story {
  const events: AnyEvent[] = [];
  return {
    events,
    say(at, kind, subject, data) {
      const head = { id: `h${events.length}`, source: 'test://box', subject, time: at, host: HOST };
      events.push({ ...toEvent(kind, head, data), received: at });
    },
  };
}

/** Memory breathes, swap is used, disks fill and are cleaned, one sample is short of memory for ten seconds. */
function minute({ say }: Story, at: Instant, ofDay: Millis): void {
  const short = ofDay === 13 * HOUR;
  say(at, 'host.memory', HOST, { available_mb: short ? 450 : 2500 + ((ofDay / MINUTE) % 40) * 50, swap_used_mb: 3500 });
  if (short) say(at + 10 * SECOND, 'host.memory', HOST, { available_mb: 5000, swap_used_mb: 3500 });
  if (ofDay % (10 * MINUTE) !== 0) return;
  say(at, 'host.disk', '8:1', { fs_id: '8:1', mount: '/', used_pct: 60 + (ofDay / DAY) * 18 });
  say(at, 'agent.log', 'dev.log', devLog(at, ofDay));
  say(at, 'git.repo', '/repos/harb', {
    path: '/repos/harb',
    exists: true,
    what: 'project',
    on_primary: true,
    branch: 'main',
  });
}

const devLog = (at: Instant, ofDay: Millis): Partial<EventData<'agent.log'>> => ({
  path: '/logs/dev/dev-agent.log',
  agent: 'dev',
  exists: true,
  size_mb: 3,
  no_ready_polls: Math.floor(ofDay / (10 * MINUTE)) % 5,
  last_run_at: toIso(at - (ofDay % (160 * MINUTE))),
});

/** One issue from taking it up to its merge: 80 minutes of work, CI red once, a review that asks for changes, a second look. */
function implementation({ say }: Story, start: Instant, issue: number): void {
  const at = (minutes: number): Instant => start + minutes * MINUTE;
  const session = `dev-harb-${issue}`;
  const pull = { repo: REPO, repo_slug: 'harb', number: issue + 1000, pr: issue + 1000, issue, state: 'open' };
  const run = { session, role: 'dev', repo: REPO, exists: true, runner: 'alive', status_text: 'implementing' };
  const phase = { session, repo: REPO, issue, exists: true, issue_state: 'open' };
  const folder = { path: `/tmp/harb-worktree-${issue}`, name: `harb-worktree-${issue}`, exists: true, process: 'yes' };
  const queue = { repo: REPO, backlog: 5, ready: 2, seen: true };
  const waitingSince = (minutes: number): string => toIso(at(minutes));

  say(at(0), 'factory.queue', REPO, { ...queue, running: 1, idle_since: waitingSince(0) });
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
  say(at(157), 'factory.queue', REPO, { ...queue, running: 0, idle_since: waitingSince(157) });
}

type Say = Story['say'];

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

/** A sibling stack is taken down and up four times by its owner, and a container of it dies twice by itself. */
function composeUp({ say }: Story, start: Instant): void {
  const container = { stack: 'harb', service: 'anvil', name: 'harb-anvil-1', exists: true };
  for (let n = 0; n < 4; n++) {
    say(start + n * MINUTE, 'docker.container', 'harb/anvil/1', {
      ...container,
      action: 'die',
      requested: true,
      exit_code: 137,
    });
    say(start + n * MINUTE + SECOND, 'docker.container', 'harb/anvil/1', {
      ...container,
      action: 'start',
      state: 'running',
    });
  }
  for (const at of [start + 2 * HOUR, start + 3 * HOUR]) {
    say(at, 'docker.container', 'harb/anvil/1', { ...container, action: 'die', exit_code: 1 });
    say(at + SECOND, 'docker.container', 'harb/anvil/1', { ...container, action: 'start', state: 'running' });
  }
}

/** Agents are healthy, evidence is written before midnight, the ops repository is pushed, a main pipeline fails once. */
function housekeeping({ say }: Story, midnight: Instant): void {
  const late = midnight + 23 * HOUR + 50 * MINUTE;
  const date = toIso(midnight).slice(0, 10);
  say(late, 'evidence.file', 'engagement', { area: 'engagement', exists: true, date, dated_at: toIso(midnight) });
  const ops = { path: '/repos/harb-ops', exists: true, what: 'ops', on_primary: true };
  say(midnight + 4 * HOUR, 'git.repo', ops.path, { ...ops, ahead: 2, unpushed_since: toIso(midnight + 4 * HOUR) });
  say(midnight + 10 * HOUR, 'git.repo', ops.path, { ...ops, ahead: 0 });
  say(midnight + HOUR, 'ci.agent', 'wp-1', { name: 'wp-1', exists: true, health: 'healthy', grpc_errors: 1 });
  const main = { repo: REPO, default_branch: true, latest: true, number: Math.floor(midnight / DAY) };
  say(midnight + 2 * HOUR, 'ci.pipeline', 'main', { ...main, status: 'failure', red_in_a_row: 1 });
  say(midnight + 3 * HOUR, 'ci.pipeline', 'main', { ...main, status: 'success', red_in_a_row: 0 });
}
