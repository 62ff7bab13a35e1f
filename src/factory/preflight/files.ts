/** Preflight: Lock Files, Recent Agent Logs, Stale Worktrees, Pending Vault Items. */

import type { EventData } from '../../core/catalog/catalog.ts';
import { MINUTE, parseIso } from '../../core/time.ts';
import { present, type Facts } from './facts.ts';
import { notConfigured, type Section } from './section.ts';
import { sightOf } from './sight.ts';
import { baseName, cutLines, minutesSince, plain, whereOf } from './words.ts';

const SHOWN = 50;

export interface LockView {
  readonly file: string;
  readonly place: string;
  /** 0 when it names none. */
  readonly pid: number;
  readonly owner: string;
  readonly evidence: string;
  readonly locked_at: string;
}

export interface LocksView {
  readonly locks: readonly LockView[];
  /** A rebase was begun in a clone more than 20 min ago, and nothing that works there on purpose goes on. */
  readonly git_rebase_broken: boolean;
}

/** A rebase that is younger may be somebody's work. */
const BROKEN_AFTER = 20 * MINUTE;

/** Lock files with their owners, and the line by which the factory's tools know of a broken rebase. */
export function lockFiles(facts: Facts): Section<LocksView> {
  const locks = present(facts, 'lock.file').toSorted(byPath);
  const where = whereOf(locks);
  const lines = locks.map(
    (data) =>
      `  ${plain(data.name)}: PID=${data.pid === 0 ? '?' : data.pid} ${data.owner} age=${minutesSince(data.locked_at, facts.now)}min${where(data)}`,
  );
  const isBroken = present(facts, 'git.repo').some((data) => {
    const since = parseIso(data.rebase_since);
    return data.rebase_in_progress && !data.guarded && since !== null && facts.now - since > BROKEN_AFTER;
  });
  return {
    heading: 'Lock Files',
    sight: sightOf(facts, { source: 'files', advice: null, isKnown: locks.length > 0 }),
    lines: [...cutLines(lines, SHOWN), ...(isBroken ? ['git-rebase: broken'] : [])],
    none: ['  None'],
    view: {
      locks: locks.map(({ name, place, pid, owner, evidence, locked_at }) => ({
        file: name,
        place,
        pid,
        owner,
        evidence: plain(evidence),
        locked_at,
      })),
      git_rebase_broken: isBroken,
    },
  };
}

export interface LogView {
  readonly path: string;
  readonly agent: string;
  readonly project: string;
  readonly written_at: string;
  readonly signal: string;
  readonly signal_at: string;
  readonly no_ready_polls: number;
  /** Why its last lines could not be read, `''` when they could. */
  readonly unread: string;
  readonly tail: readonly string[];
}

export interface LogsView {
  readonly logs: readonly LogView[];
}

/** The order of the factory's own tool; others follow. */
const LOG_ORDER = ['supervisor', 'dev', 'review', 'gardener', 'planner', 'predictor', 'action'];

/** Agents' logs: when each was written last, and its last lines. */
export function agentLogs(facts: Facts): Section<LogsView> {
  const logs = present(facts, 'agent.log').toSorted((a, b) => rankOf(a) - rankOf(b) || byPath(a, b));
  const views = logs.map((data) => toLog(data, facts));
  const lines = views.flatMap((view, i) => [
    ...(i === 0 ? [] : ['']),
    `### ${plain(shortPath(view.path))} (last modified ${minutesSince(view.written_at, facts.now)}min ago)`,
    ...(view.unread === '' ? view.tail.map(harmless) : [`  unavailable: ${view.unread}`]),
  ]);
  const isKnown = logs.length > 0;
  const sight = sightOf(facts, { source: 'work', advice: null, isKnown });
  // A setting is not what is missing where the container with the logs cannot be entered.
  const isUnset = !facts.setUp.logs && !isKnown && sight.state !== 'unavailable';
  return {
    heading: 'Recent Agent Logs',
    sight: isUnset ? notConfigured('set FACTORY_ROOT or DISINTO_LOG_DIR') : sight,
    lines,
    none: ['  None'],
    view: { logs: views },
  };
}

function rankOf({ agent }: { readonly agent: string }): number {
  const rank = LOG_ORDER.indexOf(agent);
  return rank === -1 ? LOG_ORDER.length : rank;
}

function toLog(data: EventData<'agent.log'>, facts: Facts): LogView {
  const { path, agent, project, written_at, signal, signal_at, no_ready_polls } = data;
  const tail = facts.tails.get(path) ?? { read: false, reason: 'its last lines were not read' };
  return {
    path,
    agent,
    project,
    written_at,
    signal,
    signal_at,
    no_ready_polls,
    unread: tail.read ? '' : plain(tail.reason),
    tail: tail.read ? tail.lines : [],
  };
}

/** The folder of the agent and the file, as the factory names its logs. */
const shortPath = (path: string): string => path.split('/').slice(-2).join('/');

/** No line of a log makes a heading. */
const harmless = (line: string): string => (/^#{1,6}(?:\s|$)/.test(line) ? ` ${line}` : line);

export interface WorktreeView {
  readonly name: string;
  readonly place: string;
  readonly active_at: string;
  /** Why it must not be taken away, `''` when nothing speaks for it. */
  readonly kept: string;
}

export interface WorktreesView {
  readonly worktrees: readonly WorktreeView[];
}

/** Working folders by their last activity. What is preserved, lived in or not seen through is not called old. */
export function staleWorktrees(facts: Facts): Section<WorktreesView> {
  const all = present(facts, 'worktree').toSorted(byPath);
  const where = whereOf(all);
  const lines = all.map((data) => {
    const age = minutesSince(data.active_at, facts.now);
    const kept = keptFor(data);
    const said = kept === '' ? `${age}min old` : `idle ${age}min, ${kept}`;
    return `  ${plain(data.name)}: ${said}${where(data)}`;
  });
  return {
    heading: 'Stale Worktrees',
    sight: sightOf(facts, { source: 'work', advice: null, isKnown: all.length > 0 }),
    lines: cutLines(lines, SHOWN),
    none: ['  None'],
    view: {
      worktrees: all.map((data) => ({
        name: data.name,
        place: data.place,
        active_at: data.active_at,
        kept: keptFor(data),
      })),
    },
  };
}

function keptFor(data: EventData<'worktree'>): string {
  if (data.preserved) return 'preserved';
  if (data.process === 'yes') return 'a process works in it';
  if (data.session !== '') return `session ${plain(data.session)} is in it`;
  return data.process === 'no' ? '' : 'its processes cannot be seen';
}

export interface VaultItemView {
  readonly file: string;
  readonly title: string;
  readonly tier: string;
  readonly conforming: boolean;
}

export interface VaultView {
  readonly items: readonly VaultItemView[];
}

/** What waits in the vault for a person. */
export function pendingVaultItems(facts: Facts): Section<VaultView> {
  const all = present(facts, 'vault.item');
  const items = all
    .filter(({ state }) => state === 'pending')
    .toSorted(byPath)
    .map(({ path, title, tier, conforming }) => ({ file: baseName(path), title: plain(title), tier, conforming }));
  return {
    heading: 'Pending Vault Items',
    sight: sightOf(facts, { source: 'vault', advice: null, isKnown: all.length > 0 }),
    lines: cutLines(
      items.map(({ file, title }) => `  ${plain(file)}: ${title}`),
      SHOWN,
    ),
    none: ['  None'],
    view: { items },
  };
}

function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  if (a.path === b.path) return 0;
  return a.path < b.path ? -1 : 1;
}
