/** Runs of a place as facts: what the temporary folder shows, with their transcripts and last results. */

import { join } from 'node:path';
import { MINUTE, type Instant, type Millis } from '../../core/time.ts';
import type { AgentsFold } from '../../factory/agents.ts';
import { toFact, type Fact } from '../../factory/ledger.ts';
import { createMemo } from '../../factory/memo.ts';
import { createActivity } from '../../factory/spans.ts';
import type { Place } from '../../ports/place.ts';
import type { FolderSeen } from './folder.ts';
import { findRunner, findRuns, toRunData, type Run, type Runner } from './runs.ts';
import { parseResult, type RunResult } from './status.ts';
import { lastWritten } from './transcripts.ts';

export interface RunFactsOptions {
  readonly place: Place;
  readonly dir: string;
  readonly resultFolders: readonly string[];
  readonly claudeFolders: readonly string[];
  readonly agents: AgentsFold;
  /** owner/name of a project, `''` when it is not known. */
  repoOf(project: string): string;
  /** Sessions whose runs the log has heard of here. */
  readonly before: ReadonlySet<string>;
}

const RESULT = 'agent-run-last.json';
const MOST_BYTES = 1024 * 1024;

/** What `claude -p` said last, by session id. */
type Results = ReadonlyMap<string, RunResult & { readonly at: Instant }>;

/** A run that says nothing for so long, and that nobody is seen to carry out, looks as if it were given up. */
const QUIET: Millis = 10 * MINUTE;

/** A maker of facts that remembers what it read. */
export function createRunFacts(options: RunFactsOptions): (seen: FolderSeen, now: Instant) => Promise<readonly Fact[]> {
  const { place, dir, claudeFolders, agents, repoOf } = options;
  const activity = createActivity();
  const readResults = createResults(options);
  const met = new Set(options.before);
  const signOf = async (run: Run): Promise<Instant> => {
    const folder = workingFolder(dir, run);
    const written = await lastWritten(place.files, claudeFolders, folder, run.sid?.id ?? '');
    return Math.max(written, run.sid?.at ?? 0, run.status?.at ?? 0);
  };
  return async (seen, now) => {
    const runs = findRuns(seen);
    activity.keep(new Set(runs.map((run) => run.name.session)));
    const [signs, results] = await Promise.all([Promise.all(runs.map(signOf)), readResults(runs)]);
    return runs.flatMap((run, i) => {
      const { session } = run.name;
      const activeAt = activity.of(session, signs[i] ?? 0, now);
      const result = results.get(run.sid?.id ?? '') ?? null;
      const runner = findRunner(run, place.name, agents);
      // As the reactor starts, its lock and its process may not have been looked at yet: the next look says it.
      const isNew = !met.has(session);
      met.add(session);
      if (isNew && isSilent(run, runner, now - activeAt)) return [];
      const data = toRunData({ run, place: place.name, repo: repoOf(run.name.project), runner, result, activeAt });
      return [toFact('session.run', data)];
    });
  };
}

const isSilent = ({ status }: Run, { seen }: Runner, quiet: Millis): boolean =>
  !seen && status !== null && quiet >= QUIET;

/** Where a run works, by the factory's convention. */
function workingFolder(dir: string, { name }: Run): string {
  const { role, project, issue, pr } = name;
  if (role === 'review') return join(dir, `${project}-review-${pr}`);
  return join(dir, issue === 0 ? `${project}-${role}-run` : `${project}-worktree-${issue}`);
}

function createResults({ place, resultFolders }: RunFactsOptions): (runs: readonly Run[]) => Promise<Results> {
  const memo = createMemo<{ readonly result: RunResult | null }>();
  const read = async (path: string) => {
    const reading = await place.files.read(path, MOST_BYTES);
    return reading.got === 'text' ? { result: parseResult(reading.text) } : null;
  };
  return async (runs) => {
    if (runs.length === 0) return new Map();
    const folders = [...new Set(resultFolders.flatMap((root) => runs.map((run) => join(root, run.name.role))))];
    const listings = await Promise.all(folders.map((path) => place.files.list(path, (name) => name === RESULT)));
    const files = listings.flatMap((listing, i) =>
      listing.seen ? listing.files.map((file) => ({ ...file, path: join(folders[i] ?? '', file.name) })) : [],
    );
    const found = await Promise.all(files.map(({ path, version }) => memo.of(path, version, () => read(path))));
    const results = files.flatMap(({ modified }, i) => {
      const result = found[i]?.result ?? null;
      return result === null ? [] : [[result.session, { ...result, at: modified }] as const];
    });
    return new Map(results);
  };
}
