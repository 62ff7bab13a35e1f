/** Runs of agents without a terminal: which there are, and what is known of each. Pure but for the questions it asks of `agents`. */

import type { EventData } from '../../core/catalog/catalog.ts';
import { toIso, type Instant } from '../../core/time.ts';
import type { AgentsFold } from '../../factory/agents.ts';
import { formulaSession, numberedSession, type SessionName } from '../../factory/session-names.ts';
import type { FolderSeen, MarkerSeen, SidSeen, StatusSeen } from './folder.ts';
import { waitsFor, type RunResult, type Status } from './status.ts';

/** A run as the temporary folder shows it. */
export interface Run {
  readonly name: SessionName;
  readonly sid: SidSeen | null;
  readonly status: Status | null;
  readonly marker: MarkerSeen | null;
}

/** One run a session that has a session id file, or that a status line names. */
export function findRuns({ sids, statuses, markers }: FolderSeen): readonly Run[] {
  const runs = new Map<string, Run>();
  const markerOf = (session: string): MarkerSeen | null =>
    markers.filter((one) => one.session === session).toSorted((a, b) => b.at - a.at)[0] ?? null;
  for (const sid of sids) {
    const { session } = sid.name;
    runs.set(session, { name: sid.name, sid, status: null, marker: markerOf(session) });
  }
  for (const seen of statuses) {
    const name = nameOf(seen, sids);
    const known = runs.get(name.session);
    const run = known ?? { name, sid: null, marker: markerOf(name.session) };
    runs.set(name.session, { ...run, status: seen.status });
  }
  return [...runs.values()];
}

/** A status without a number is that of the only session of its agent, if there is only one. */
function nameOf({ of, status }: StatusSeen, sids: readonly SidSeen[]): SessionName {
  const own = sids.filter(({ name }) => name.role === of.role && (of.project === '' || name.project === of.project));
  const [only] = own;
  if (status.number > 0) {
    const project = of.project === '' && own.length > 0 ? (only?.name.project ?? '') : of.project;
    return numberedSession(of.role, project, status.number);
  }
  return own.length === 1 && only !== undefined ? only.name : formulaSession(of.role, of.project);
}

export interface Runner {
  readonly state: 'alive' | 'dead' | 'unknown';
  readonly pid: number;
  readonly evidence: string;
  /** A lock or a process told of it. */
  readonly seen: boolean;
}

/** Who carries a run out: a one-shot agent in its worktree, or the process that holds its lock. */
export function findRunner(run: Run, place: string, agents: Pick<AgentsFold, 'lock' | 'process'>): Runner {
  const pid = agents.process(run.name.session);
  if (pid !== 0) return { state: 'alive', pid, evidence: `process ${pid} works in its worktree`, seen: true };
  const lock = locksOf(run)
    .map((name) => agents.lock(place, name))
    .find((one) => one !== null);
  if (lock === undefined || lock === null) return NOBODY;
  const state = lock.owner === 'alive' || lock.owner === 'dead' ? lock.owner : 'unknown';
  return { state, pid: lock.pid, evidence: `its lock: ${lock.evidence}`, seen: true };
}

const NOBODY: Runner = { state: 'unknown', pid: 0, evidence: 'no lock and no process is seen', seen: false };

/** The dev agent has one lock a project, for the run that its status names; other runs of the project left theirs long ago. */
function locksOf({ name, status }: Run): readonly string[] {
  const { role, project, issue } = name;
  if (role === 'dev') return status === null ? [] : [`dev-agent-${project}.lock`, 'dev-agent.lock'];
  if (role === 'review') return [`${project}-review.lock`];
  if (role === 'action') return [`action-agent-${issue}.lock`];
  return [`${role}-run.lock`];
}

export interface RunView {
  readonly run: Run;
  readonly place: string;
  /** owner/name, `''` when it is not known. */
  readonly repo: string;
  readonly runner: Runner;
  /** The last result of this very session, and when it came. */
  readonly result: (RunResult & { readonly at: Instant }) | null;
  readonly activeAt: Instant;
}

/** What an event says of a run. */
export function toRunData({
  run,
  place,
  repo,
  runner,
  result,
  activeAt,
}: RunView): Omit<EventData<'session.run'>, 'host'> {
  const { name, sid, status, marker } = run;
  return {
    place,
    ...name,
    repo,
    number: name.issue + name.pr,
    exists: true,
    runner: runner.state,
    pid: runner.pid,
    pid_alive: runner.state === 'alive',
    evidence: runner.evidence,
    started_at: toIso(sid?.at ?? null),
    ...statusData(status),
    active_at: toIso(activeAt),
    ...resultData(result),
    marker: marker?.what ?? '',
    marker_at: toIso(marker?.at ?? null),
  };
}

type StatusData = Pick<EventData<'session.run'>, 'status_text' | 'status_since' | 'waits_for'>;

function statusData(status: Status | null): StatusData {
  const text = status?.text ?? '';
  return { status_text: text, status_since: toIso(status?.at ?? null), waits_for: waitsFor(text) };
}

function resultData(
  result: RunView['result'],
): Pick<EventData<'session.run'>, 'last_result' | 'last_result_at' | 'last_error'> {
  return {
    last_result: result?.result ?? '',
    last_result_at: toIso(result?.at ?? null),
    last_error: result?.error ?? '',
  };
}
