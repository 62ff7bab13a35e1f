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
  readonly ready: boolean;
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
  readySince: Instant | null;
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
  return { issues: new Map(), running: new Set(), seen: false, paused: false, lastRunAt: null, readySince: null };
}

function take(
  event: AnyEvent,
  repoOf: (name: string) => Repo,
  ofProject: (project: string) => readonly Repo[],
): boolean {
  switch (event.kind) {
    case 'forge.issue':
      takeIssue(repoOf(event.data.repo), event.data, event.time);
      return true;
    case 'session.run':
      return takeWorker(`run ${event.subject}`, event.data, event.data.runner !== 'dead', repoOf);
    case 'session.terminal':
      return takeWorker(`terminal ${event.subject}`, event.data, event.data.state !== 'dead', repoOf);
    case 'agent.log':
      return takeLog(event.data, ofProject);
    case 'agent.guard':
      return takeGuard(event.data, ofProject);
    default:
      return false;
  }
}

function takeIssue(repo: Repo, data: EventData<'forge.issue'>, at: Instant): void {
  const had = readyOf(repo) > 0;
  if (data.state === 'open') repo.issues.set(data.number, toIssue(data));
  else repo.issues.set(data.number, { backlog: false, ready: false, inProgress: false, blocked: false });
  const has = readyOf(repo) > 0;
  if (has && !had) repo.readySince = at;
  if (!has) repo.readySince = null;
}

function toIssue({ labels, open_dependencies }: EventData<'forge.issue'>): Issue {
  const backlog = labels.includes('backlog');
  return {
    backlog,
    ready: backlog && open_dependencies === 0 && !labels.some((label) => NOT_DEV.has(label)),
    inProgress: labels.includes('in-progress'),
    blocked: labels.includes('blocked'),
  };
}

type Worker = Pick<EventData<'session.run'>, 'role' | 'repo' | 'exists'>;

function takeWorker(subject: string, worker: Worker, isAlive: boolean, repoOf: (name: string) => Repo): boolean {
  if (worker.role !== 'dev' || worker.repo === '') return false;
  const repo = repoOf(worker.repo);
  repo.seen = true;
  if (worker.exists && isAlive) repo.running.add(subject);
  else repo.running.delete(subject);
  return true;
}

function takeLog(data: EventData<'agent.log'>, ofProject: (project: string) => readonly Repo[]): boolean {
  if (data.agent !== 'dev' || !data.exists) return false;
  const last = Math.max(...[data.last_run_at, data.last_done_at].map((text) => parseIso(text) ?? 0));
  for (const repo of ofProject(data.project)) {
    repo.seen = true;
    if (last > 0) repo.lastRunAt = Math.max(repo.lastRunAt ?? 0, last);
  }
  return true;
}

function takeGuard(data: EventData<'agent.guard'>, ofProject: (project: string) => readonly Repo[]): boolean {
  if (data.agent !== 'dev') return false;
  for (const repo of ofProject('')) repo.paused = !data.active;
  return true;
}

const readyOf = (repo: Repo): number => [...repo.issues.values()].filter((issue) => issue.ready).length;

function toFigures(name: string, repo: Repo): QueueFigures {
  const issues = [...repo.issues.values()];
  const idle = repo.readySince === null ? null : Math.max(repo.readySince, repo.lastRunAt ?? 0);
  return {
    repo: name,
    backlog: issues.filter((issue) => issue.backlog).length,
    ready: readyOf(repo),
    in_progress: issues.filter((issue) => issue.inProgress).length,
    blocked: issues.filter((issue) => issue.blocked).length,
    running: repo.running.size,
    paused: repo.paused,
    seen: repo.seen,
    last_run_at: toIso(repo.lastRunAt),
    idle_since: toIso(idle),
  };
}
