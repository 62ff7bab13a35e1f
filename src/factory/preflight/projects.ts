/** Preflight, for each project: CI Pipelines, Open PRs, Issue Status; and Blocked Issues of all. */

import type { EventData } from '../../core/catalog/catalog.ts';
import { DAY, MINUTE, parseIso, type Millis } from '../../core/time.ts';
import { isSameRepo, present, type Facts, type PreflightProject } from './facts.ts';
import { AVAILABLE, degraded, isSeen, notConfigured, unavailable, type Section, type Sight } from './section.ts';
import { ciLooking, forgeLooking, sightOf, type Looking } from './sight.ts';
import { cutLines, plain } from './words.ts';

export interface PipelineView {
  readonly number: number;
  readonly status: string;
  readonly branch: string;
  readonly event: string;
  readonly minutes: number;
  readonly finished_at: string;
}

export interface PipelinesView {
  readonly project: string;
  /** Finished within 24 h, newest number first; all of them. */
  readonly finished: readonly PipelineView[];
  /** Numbers of those that have been running for more than 20 min. */
  readonly stuck: readonly number[];
  /** Numbers of those that have been waiting to run for more than 30 min. */
  readonly pending: readonly number[];
}

const LONG_RUNNING: Millis = 20 * MINUTE;
const LONG_PENDING: Millis = 30 * MINUTE;
const ROWS = 10;

/** Pipelines of a project. The lines that name numbers are what the factory's recipes look for. */
export function ciPipelines(facts: Facts, project: PreflightProject): Section<PipelinesView> {
  const all = present(facts, 'ci.pipeline').filter(
    (data) => isSameRepo(data.repo, project.repo) && data.action !== 'gone' && data.status !== 'gone',
  );
  const isOlder = (iso: string, span: Millis): boolean => facts.now - (parseIso(iso) ?? facts.now) > span;
  const numbers = (wanted: (data: EventData<'ci.pipeline'>) => boolean): readonly number[] =>
    all
      .filter(wanted)
      .map(({ number }) => number)
      .toSorted((a, b) => a - b);
  const view = {
    project: project.name,
    finished: all
      .filter(({ finished_at: at }) => parseIso(at) !== null && !isOlder(at, DAY))
      .toSorted((a, b) => b.number - a.number)
      .map(toPipeline),
    stuck: numbers((data) => data.status === 'running' && isOlder(data.started_at, LONG_RUNNING)),
    pending: numbers((data) => data.status === 'pending' && isOlder(data.queued_at || data.created_at, LONG_PENDING)),
  };
  const rows = view.finished.map(
    ({ number, status, branch, minutes }) => `${number}\t${status}\t${plain(branch)}\t${minutes}`,
  );
  return {
    heading: headingOf('CI Pipelines', project),
    sight: ciSight(facts, project, all.length > 0),
    lines: [
      ...cutLines(rows, ROWS, ''),
      `Stuck (>20min): ${view.stuck.length}`,
      ...named('Stuck', view.stuck),
      `Pending (>30min): ${view.pending.length}`,
      ...named('Pending', view.pending),
    ],
    none: [],
    view,
  };
}

function toPipeline(data: EventData<'ci.pipeline'>): PipelineView {
  const { number, status, branch, event, duration_s, finished_at } = data;
  return { number, status, branch, event, minutes: Math.floor(duration_s / 60), finished_at };
}

/** `  Stuck (3): 91, 93, 95`: the recipes read the first number behind the word and a bracket. */
function named(word: string, numbers: readonly number[]): readonly string[] {
  if (numbers.length === 0) return [];
  const more = numbers.length > ROWS ? ` … and ${numbers.length - ROWS} more` : '';
  return [`  ${word} (${numbers.length}): ${numbers.slice(0, ROWS).join(', ')}${more}`];
}

function ciSight(facts: Facts, project: PreflightProject, isKnown: boolean): Sight {
  if (!project.hasCi) return notConfigured('woodpecker_repo_id is 0: the project has no CI');
  return repoSight(facts, project, ciLooking(facts, isKnown));
}

export interface PullView {
  readonly number: number;
  readonly branch: string;
  readonly title: string;
  readonly updated_at: string;
  readonly draft: boolean;
  readonly ci_state: string;
}

export interface PullsView {
  readonly project: string;
  /** Newest number first; all of them. */
  readonly pulls: readonly PullView[];
}

/** Open pull requests of a project. */
export function openPulls(facts: Facts, project: PreflightProject): Section<PullsView> {
  const all = present(facts, 'forge.pull').filter(({ repo }) => isSameRepo(repo, project.repo));
  const pulls = all
    .filter(({ state }) => state === 'open')
    .toSorted((a, b) => b.number - a.number)
    .map(({ number, branch, title, updated_at, draft, ci_state }) => ({
      number,
      branch,
      title: plain(title),
      updated_at,
      draft,
      ci_state,
    }));
  const lines = pulls.map(
    ({ number, branch, title, updated_at }) => `#${number} [${plain(branch)}] ${title} — updated ${updated_at || '?'}`,
  );
  return {
    heading: headingOf('Open PRs', project),
    sight: repoSight(facts, project, forgeLooking(facts, all.length > 0, project.repo)),
    lines: cutLines(lines, ROWS),
    none: ['No open PRs'],
    view: { project: project.name, pulls },
  };
}

export interface IssuesView {
  readonly project: string;
  /** Open issues that carry the label; all of them. */
  readonly backlog: number;
  readonly in_progress: number;
  readonly blocked: number;
}

/** How many issues of a project wait, are worked on, are blocked. */
export function issueStatus(facts: Facts, project: PreflightProject): Section<IssuesView> {
  const { all, open } = issuesOf(facts, project);
  const count = (label: string): number => open.filter(({ labels }) => labels.includes(label)).length;
  const view = { backlog: count('backlog'), in_progress: count('in-progress'), blocked: count('blocked') };
  return {
    heading: headingOf('Issue Status', project),
    sight: repoSight(facts, project, forgeLooking(facts, all.length > 0, project.repo)),
    lines: [`Backlog: ${view.backlog}, In-progress: ${view.in_progress}, Blocked: ${view.blocked}`],
    none: [],
    view: { project: project.name, ...view },
  };
}

export interface BlockedView {
  readonly issues: readonly { readonly project: string; readonly number: number; readonly title: string }[];
}

const BLOCKED = 50;

/** The blocked issues of all projects; their project stands behind them when there are several. */
export function blockedIssues(facts: Facts): Section<BlockedView> {
  const { projects } = facts;
  const known = projects.map((project) => {
    const { all, open } = issuesOf(facts, project);
    const sight = repoSight(facts, project, forgeLooking(facts, all.length > 0, project.repo));
    return { project, sight, open };
  });
  const issues = known.flatMap(({ project, sight, open }) =>
    (isSeen(sight) ? open : [])
      .filter(({ labels }) => labels.includes('blocked'))
      .toSorted((a, b) => a.number - b.number)
      .map(({ number, title }) => ({ project: project.name, number, title: plain(title) })),
  );
  const lines = issues.map(
    ({ project, number, title }) => `  #${number}: ${title}${projects.length > 1 ? ` (${plain(project)})` : ''}`,
  );
  return {
    heading: 'Blocked Issues',
    sight: joinSights(known),
    lines: cutLines(lines, BLOCKED),
    none: ['  None'],
    view: { issues },
  };
}

interface Seen {
  readonly project: PreflightProject;
  readonly sight: Sight;
}

/** Blind when all are; one that is not seen makes it half of the truth, and is named. */
function joinSights(known: readonly Seen[]): Sight {
  const asked = known.filter(({ sight }) => sight.state !== 'not_configured');
  const bad = asked.filter(({ sight }) => sight.state !== 'available');
  if (asked.length === 0) return known[0]?.sight ?? NO_PROJECT;
  if (bad.length === 0) return AVAILABLE;
  const isBlind = bad.length === asked.length && bad.every(({ sight }) => sight.state === 'unavailable');
  return (isBlind ? unavailable : degraded)(reasonOf(bad, asked.length));
}

/** What all of them say is said once. */
function reasonOf(bad: readonly Seen[], of: number): string {
  const reasons = new Set(bad.map(({ sight }) => sight.reason));
  if (reasons.size === 1 && bad.length === of) return [...reasons].join();
  return bad.map(({ project, sight }) => `${plain(project.name)}: ${sight.reason}`).join('; ');
}

function issuesOf(facts: Facts, project: PreflightProject) {
  const all = present(facts, 'forge.issue').filter(({ repo }) => isSameRepo(repo, project.repo));
  return { all, open: all.filter(({ state }) => state === 'open') };
}

const NO_PROJECT = notConfigured('set PROJECT_NAME and FORGE_REPO, or FACTORY_ROOT with its projects/*.toml');

function repoSight(facts: Facts, { name, repo }: PreflightProject, looking: Looking): Sight {
  if (repo !== '') return sightOf(facts, looking);
  return name === '' ? NO_PROJECT : notConfigured(`set repo in projects/${plain(name)}.toml`);
}

/** The factory's tools find `## CI Pipelines (harb)` by its words and ` (`. */
function headingOf(words: string, { name }: PreflightProject): string {
  return name === '' ? words : `${words} (${plain(name)})`;
}
