/** The work that waits in each repository, and whether an agent takes it up: folded out of issues, logs, sessions, runs and guards. */

import type { EventData } from '../core/catalog/catalog.ts';
import type { AnyEvent } from '../core/event.ts';
import { parseIso, toIso, type Instant } from '../core/time.ts';

export type QueueFigures = Omit<EventData<'factory.queue'>, 'host'>;

export interface QueueFold {
  /** Takes an event in; true when it may have changed a figure. */
  apply(event: AnyEvent): boolean;
  /** Every repository that has issues, as it stands now. */
  figures(): readonly QueueFigures[];
}

export interface QueueProject {
  readonly name: string;
  /** owner/name. */
  readonly repo: string;
}

/** Labels of issues that are not a developer's work, whatever else they carry. */
const NOT_DEV: ReadonlySet<string> = new Set([
  'blocked',
  'bug-report',
  'vision',
  'in-triage',
  'in-progress',
  'prediction/unreviewed',
  'prediction/dismissed',
  'action',
  'formula',
  'awaiting-live-verification',
]);

interface Issue {
  readonly backlog: boolean;
  /** Since when it is ready, null when it is not. */
  readonly readySince: Instant | null;
  /** When this was said of it. */
  readonly at: Instant;
  readonly inProgress: boolean;
  readonly blocked: boolean;
}

interface Repo {
  readonly issues: Map<number, Issue>;
  /** Dev sessions and runs that are alive, by subject. */
  readonly running: Set<string>;
  seen: boolean;
  paused: boolean;
  lastRunAt: Instant | null;
  /** When something last ended that kept the agents from work: a run, or an operator's word. */
  freeSince: Instant | null;
}

/** A fold that has seen nothing. An agent's log that names no project is that of every project. */
export function createQueueFold(projects: readonly QueueProject[]): QueueFold {
  const repos = new Map<string, Repo>();
  const repoOf = (name: string): Repo => {
    const known = repos.get(name) ?? createRepo();
    repos.set(name, known);
    return known;
  };
  const ofProject = (project: string): readonly Repo[] =>
    projects.filter((one) => project === '' || one.name === project).map((one) => repoOf(one.repo));
  return {
    apply: (event) => take(event, repoOf, ofProject),
    figures: () => [...repos].filter(([, repo]) => repo.issues.size > 0).map(([name, repo]) => toFigures(name, repo)),
  };
}

function createRepo(): Repo {
  return { issues: new Map(), running: new Set(), seen: false, paused: false, lastRunAt: null, freeSince: null };
}

function take(
  event: AnyEvent,
  repoOf: (name: string) => Repo,
  ofProject: (project: string) => readonly Repo[],
): boolean {
  switch (event.kind) {
    case 'forge.issue': {
      const { issues } = repoOf(event.data.repo);
      issues.set(event.data.number, toIssue(event.data, issues.get(event.data.number), event.time));
      return true;
    }
    case 'session.run': {
      const { runner, active_at } = event.data;
      const worker = { subject: `run ${event.subject}`, isAlive: runner !== 'dead', endedAt: parseIso(active_at) };
      return takeWorker({ ...event.data, ...worker, at: event.time }, repoOf);
    }
    case 'session.terminal': {
      const { state, state_since } = event.data;
      const worker = {
        subject: `terminal ${event.subject}`,
        isAlive: state !== 'dead',
        endedAt: parseIso(state_since),
      };
      return takeWorker({ ...event.data, ...worker, at: event.time }, repoOf);
    }
    case 'agent.log':
      return takeLog(event.data, ofProject);
    case 'agent.guard':
      return takeGuard(event.data, event.time, ofProject);
    default:
      return false;
  }
}

type IssueData = EventData<'forge.issue'>;

function toIssue(data: IssueData, before: Issue | undefined, at: Instant): Issue {
  const { labels, open_dependencies, state } = data;
  const isOpen = state === 'open';
  const backlog = isOpen && labels.includes('backlog');
  const isReady = backlog && open_dependencies === 0 && !labels.some((label) => NOT_DEV.has(label));
  return {
    backlog,
    readySince: isReady ? (before?.readySince ?? becameReady(data, before, at)) : null,
    at,
    inProgress: isOpen && labels.includes('in-progress'),
    blocked: isOpen && labels.includes('blocked'),
  };
}

/**
 * The latest time at which it can have become ready: labels and text cannot change without a change of the issue, and what it waited for
 * was closed at some time. Where these do not tell, or tell of a time before it was seen not to be ready, it became so just now.
 */
function becameReady(data: IssueData, before: Issue | undefined, at: Instant): Instant {
  const changed = parseIso(data.updated_at);
  const closed = data.depends_on.length === 0 ? 0 : parseIso(data.dependencies_closed_at);
  if (changed === null || closed === null) return at;
  const ready = Math.min(at, Math.max(changed, closed));
  return before !== undefined && before.at >= ready ? at : ready;
}

interface Worker extends Pick<EventData<'session.run'>, 'role' | 'repo' | 'exists'> {
  readonly subject: string;
  readonly isAlive: boolean;
  /** When it was last seen to do something; null when that is not known. */
  readonly endedAt: Instant | null;
  readonly at: Instant;
}

function takeWorker(worker: Worker, repoOf: (name: string) => Repo): boolean {
  if (worker.role !== 'dev' || worker.repo === '') return false;
  const repo = repoOf(worker.repo);
  repo.seen = true;
  if (worker.exists && worker.isAlive) {
    repo.running.add(worker.subject);
    return true;
  }
  const wasRunning = repo.running.delete(worker.subject);
  repo.freeSince = latest(repo.freeSince, wasRunning ? worker.at : worker.endedAt);
  return true;
}

function takeLog(data: EventData<'agent.log'>, ofProject: (project: string) => readonly Repo[]): boolean {
  if (data.agent !== 'dev' || !data.exists) return false;
  const last = [data.last_run_at, data.last_done_at].map((text) => parseIso(text)).reduce(latest, null);
  for (const repo of ofProject(data.project)) {
    repo.seen = true;
    repo.lastRunAt = latest(repo.lastRunAt, last);
  }
  return true;
}

function takeGuard(
  { agent, active }: EventData<'agent.guard'>,
  at: Instant,
  ofProject: (project: string) => readonly Repo[],
): boolean {
  if (agent !== 'dev') return false;
  for (const repo of ofProject('')) {
    if (repo.paused && active) repo.freeSince = latest(repo.freeSince, at);
    repo.paused = !active;
  }
  return true;
}

function latest(one: Instant | null, other: Instant | null): Instant | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}

/** Since when each ready issue is ready. */
const readyOf = (repo: Repo): readonly Instant[] =>
  [...repo.issues.values()].map((issue) => issue.readySince).filter((since) => since !== null);

function toFigures(name: string, repo: Repo): QueueFigures {
  const issues = [...repo.issues.values()];
  const ready = readyOf(repo);
  const idle = ready.length === 0 ? null : Math.max(Math.min(...ready), repo.lastRunAt ?? 0, repo.freeSince ?? 0);
  return {
    repo: name,
    backlog: issues.filter((issue) => issue.backlog).length,
    ready: ready.length,
    in_progress: issues.filter((issue) => issue.inProgress).length,
    blocked: issues.filter((issue) => issue.blocked).length,
    running: repo.running.size,
    paused: repo.paused,
    seen: repo.seen,
    last_run_at: toIso(repo.lastRunAt),
    idle_since: toIso(idle),
  };
}
