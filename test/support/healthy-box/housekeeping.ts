/** What else happens on a day: agents, evidence, planning, sessions with people, the approval queue. */

import { DAY, HOUR, MINUTE, SECOND, toIso, type Instant } from '../../../src/core/time.ts';
import { REPO, type Story } from './story.ts';

/** Agents are healthy, evidence is written before midnight, the ops repository is pushed, a main pipeline fails once, a clone is left on a branch for minutes. */
export function housekeeping({ say }: Story, midnight: Instant): void {
  const late = midnight + 23 * HOUR + 50 * MINUTE;
  const date = toIso(midnight).slice(0, 10);
  say(late, 'evidence.file', 'engagement', { area: 'engagement', exists: true, date, dated_at: toIso(midnight) });
  const ops = { path: '/repos/harb-ops', exists: true, what: 'ops', on_primary: true };
  say(midnight + 4 * HOUR, 'git.repo', ops.path, { ...ops, ahead: 2, unpushed_since: toIso(midnight + 4 * HOUR) });
  say(midnight + 10 * HOUR, 'git.repo', ops.path, { ...ops, ahead: 0 });
  say(midnight + HOUR, 'ci.agent', 'wp-1', { name: 'wp-1', exists: true, health: 'healthy', grpc_errors: 1 });
  // It is silent for six minutes, and somebody looks at another branch for as long, twice.
  const silent = { health: 'unhealthy', unhealthy_since: toIso(midnight + 6 * HOUR + 5 * MINUTE) };
  say(midnight + 6 * HOUR + 5 * MINUTE, 'ci.agent', 'wp-1', { name: 'wp-1', exists: true, ...silent });
  say(midnight + 6 * HOUR + 6 * MINUTE, 'ci.agent', 'wp-1', { name: 'wp-1', exists: true, health: 'healthy' });
  const clone = { path: '/repos/harb', exists: true, what: 'project' };
  for (const at of [midnight + 7 * HOUR + 3 * MINUTE, midnight + 8 * HOUR + 3 * MINUTE]) {
    const elsewhere = { on_primary: false, branch: 'fix/issue-7', branch_since: toIso(at) };
    say(at + SECOND, 'git.repo', clone.path, { ...clone, ...elsewhere });
    say(at + 6 * MINUTE, 'git.repo', clone.path, { ...clone, on_primary: true, branch: 'main' });
  }
  const main = { repo: REPO, default_branch: true, latest: true, number: Math.floor(midnight / DAY) };
  say(midnight + 2 * HOUR, 'ci.pipeline', 'main', { ...main, status: 'failure', red_in_a_row: 1 });
  say(midnight + 3 * HOUR, 'ci.pipeline', 'main', { ...main, status: 'success', red_in_a_row: 0 });
}

/** Issues wait for others, but not for long; a parent is there as long as one of its children. */
export function planning({ say }: Story, midnight: Instant): void {
  const day = Math.floor(midnight / DAY);
  const issue = (number: number) => ({ repo: REPO, repo_slug: 'harb', number, issue: number, state: 'open' });
  const [waiting, parent] = [2000 + day * 2, 2001 + day * 2];
  const oldest_open_dependency_at = toIso(midnight - 20 * DAY);
  const waits = { ...issue(waiting), open_dependencies: 1, oldest_open_dependency_at };
  say(midnight + HOUR, 'forge.issue', `${REPO}#${waiting}`, waits);
  say(midnight + 22 * HOUR, 'forge.issue', `${REPO}#${waiting}`, { ...issue(waiting), open_dependencies: 0 });

  const decomposed = { ...issue(parent), children: 2 };
  say(midnight + HOUR, 'forge.issue', `${REPO}#${parent}`, { ...decomposed, children_open: 1 });
  // The last child is closed, and its parent a few minutes later.
  const done = { children_open: 0, children_closed_at: toIso(midnight + 5 * HOUR) };
  say(midnight + 5 * HOUR, 'forge.issue', `${REPO}#${parent}`, { ...decomposed, ...done });
  say(midnight + 5 * HOUR + 5 * MINUTE, 'forge.issue', `${REPO}#${parent}`, {
    ...decomposed,
    ...done,
    state: 'closed',
  });
}

/** An architect is asked something and answers within ten minutes; a session ends and is taken away; people work as long as they like. */
export function sessions({ say }: Story, midnight: Instant): void {
  const terminal = (at: Instant, session: string, state: string, more: object = {}): void =>
    say(at, 'session.terminal', session, { session, exists: true, state, state_since: toIso(at), ...more });
  const start = midnight + 10 * HOUR;
  terminal(start, 'architect-harb', 'busy');
  terminal(start + HOUR, 'architect-harb', 'waiting_human');
  terminal(start + HOUR + 10 * MINUTE, 'architect-harb', 'busy');
  terminal(start + 2 * HOUR, 'architect-harb', 'waiting_human', { attached: true });
  terminal(start + 4 * HOUR, 'architect-harb', 'dead');
  terminal(start + 4 * HOUR + 3 * MINUTE, 'architect-harb', 'dead', { exists: false });
  terminal(start, 'planner-harb', 'dead', { interactive: true });

  const process = { exists: true, pid: 4000, started_at: toIso(start) };
  say(start, 'host.process', '4000', { ...process, class: 'agent_oneshot' });
  say(start + 2 * HOUR, 'host.process', '4000', { ...process, class: 'agent_oneshot', exists: false });
  say(start, 'host.process', '4001', { ...process, pid: 4001, class: 'agent_interactive' });
}

/** An item is filed, approved and run; somebody's item is half written for a minute. */
export function approvals({ say }: Story, midnight: Instant): void {
  const item = { id: 'rotate-token', exists: true, conforming: true };
  const at = midnight + 11 * HOUR;
  say(at, 'vault.item', item.id, { ...item, conforming: false, reason: 'no title', state: 'pending' });
  say(at + MINUTE, 'vault.item', item.id, { ...item, state: 'pending' });
  say(at + HOUR, 'vault.item', item.id, { ...item, state: 'approved' });
  say(at + 2 * HOUR, 'vault.item', item.id, { ...item, state: 'fired', exit_code: 0 });
}

/** It is started, its rules are edited, the forge and Docker are away for some seconds, a message is refused twice. */
export function reactorItself({ say }: Story, midnight: Instant): void {
  const at = midnight + 12 * HOUR;
  say(at, 'reactor.tick', 'reactor', { action: 'started', blind_s: 2 });
  say(at + HOUR, 'reactor.tick', 'rules', { action: 'reload' });
  say(at, 'reactor.store', 'store', { state: 'ok' });
  say(at, 'reactor.rule', 'factory-core/mem-floor', { rule: 'factory-core/mem-floor', state: 'ok' });
  for (const source of ['forge', 'docker']) {
    const since = toIso(at + 2 * HOUR);
    say(at + 2 * HOUR, 'reactor.source', source, { source, state: 'unavailable', reason: 'refused', since });
    say(at + 2 * HOUR + 20 * SECOND, 'reactor.source', source, { source, state: 'available', since });
  }
  say(at + 2 * HOUR, 'docker.daemon', 'box', { action: 'disconnected' });
  say(at + 2 * HOUR + 20 * SECOND, 'docker.daemon', 'box', { action: 'connected' });
  const effect = { act: 'notify', target: 'notify:ops', effect: `o${at}` };
  say(at + 3 * HOUR, 'reactor.effect', 'notify:ops', { ...effect, state: 'failing', attempts: 3 });
  say(at + 3 * HOUR + MINUTE, 'reactor.effect', 'notify:ops', { ...effect, state: 'delivered', attempts: 4 });
}
