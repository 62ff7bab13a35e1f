/** Clones that the factory works in: their branch, a rebase that was left, what is changed and what is not pushed. */

import { join } from 'node:path';
import type { EventData } from '../../core/catalog/catalog.ts';
import { SECOND, toIso, type Instant } from '../../core/time.ts';
import { toFact, type Fact } from '../../factory/ledger.ts';
import { createMemo } from '../../factory/memo.ts';
import { placed } from '../../factory/placed.ts';
import type { FileSight } from '../../ports/files.ts';
import { askGit, type GitAnswer, type GitState } from './git.ts';
import { findGitFolder, type GitFolder } from './git-folder.ts';
import { flawsOf, type Part, type PartOptions, type RepoWanted } from './part.ts';

/** A changed file shows nowhere in `.git`, so git is asked this often, besides whenever something in `.git` moved. */
const ASK_AGAIN = 30 * SECOND;

/** The part that looks at them. */
export function reposPart(options: PartOptions): Part {
  const { place } = options;
  const memo = createMemo<GitAnswer>();
  let guardedAt: Instant = 0;
  const lookAt = async (wanted: RepoWanted, now: Instant, signal: AbortSignal): Promise<Found> => {
    const listing = await place.files.list(wanted.path, (name) => name === '.git');
    if (!listing.seen) return { wanted, flaw: flawsOf(listing).join() };
    const git = await findGitFolder(place.files, wanted.path, listing.files);
    if (git === null) return { wanted, flaw: '' };
    const version = await versionOf(git, options, now);
    const clone = { place, path: wanted.path, git: git.path, primary: wanted.primary };
    const answer = await memo.of(wanted.path, version, () => askGit(clone, signal));
    if (answer?.ok !== true) return { wanted, flaw: `${wanted.path}: ${answer?.reason ?? 'git said nothing'}` };
    return { wanted, flaw: '', git, state: answer.state };
  };
  return {
    kind: 'git.repo',
    every: 0,
    async look(now, signal) {
      const { wanted, flaws } = await findWanted(options);
      memo.keep(new Set(wanted.map((one) => one.path)));
      const found = await Promise.all(wanted.map((one) => lookAt(one, now, signal)));
      const isGuarded = found.length > 0 && (await findGuard(options));
      if (isGuarded) guardedAt = now;
      const facts = found.flatMap((one) =>
        one.git === undefined ? [] : [repoFact({ ...one, isGuarded, guardedAt, place: place.name })],
      );
      return { facts, flaws: [...flaws, ...found.map((one) => one.flaw).filter((flaw) => flaw !== '')] };
    },
  };
}

type Found =
  | { readonly wanted: RepoWanted; readonly flaw: string; readonly git?: undefined }
  | { readonly wanted: RepoWanted; readonly flaw: string; readonly git: GitFolder; readonly state: GitState };

interface Wanted {
  readonly wanted: readonly RepoWanted[];
  /** Folders of clones that cannot be looked into. */
  readonly flaws: readonly string[];
}

/** What was configured, and every clone in the folders of clones. */
async function findWanted({ place, repos, cloneFolders, projects }: PartOptions): Promise<Wanted> {
  const listings = await Promise.all(cloneFolders.map((folder) => place.files.list(folder, () => true)));
  const clones = listings.flatMap((listing, i) =>
    (listing.seen ? listing.files : [])
      .filter((file) => file.what === 'folder')
      .map((file) => toWanted(join(cloneFolders[i] ?? '', file.name), file.name, projects)),
  );
  const known = new Set(repos.map((repo) => repo.path));
  const wanted = [...repos, ...clones.filter((clone) => !known.has(clone.path))];
  return { wanted, flaws: listings.flatMap((one) => flawsOf(one)) };
}

/** `harb` is a project's clone, `harb-ops` its ops repository, `_factory` the factory's own. */
function toWanted(path: string, name: string, projects: PartOptions['projects']): RepoWanted {
  if (name.startsWith('_')) return { path, what: 'factory', project: '', repo: '', primary: '' };
  const isOps = name.endsWith('-ops');
  const project = isOps ? name.slice(0, -'-ops'.length) : name;
  const known = projects.find((one) => one.name === project);
  const primary = isOps ? '' : (known?.primaryBranch ?? '');
  return { path, what: isOps ? 'ops' : 'project', project, repo: isOps ? '' : (known?.repo ?? ''), primary };
}

async function versionOf(git: GitFolder, { place }: PartOptions, now: Instant): Promise<string> {
  const folders = ['refs/heads', 'logs/refs/remotes/origin'].map((name) => join(git.path, name));
  const listings = await Promise.all(folders.map((folder) => place.files.list(folder, () => true)));
  const entries: readonly FileSight[] = [...git.entries, ...listings.flatMap((one) => (one.seen ? one.files : []))];
  return [Math.floor(now / ASK_AGAIN), ...entries.map((entry) => `${entry.name} ${entry.version}`)].join('\n');
}

/** An evolution run changes files on purpose; its pid is in a file of its own. */
async function findGuard({ place, dir }: PartOptions): Promise<boolean> {
  const reading = await place.files.read(join(dir, 'evolution.pid'), 64);
  const pid = reading.got === 'text' && /^[1-9]\d{0,6}$/.test(reading.text.trim()) ? Number(reading.text) : 0;
  if (pid === 0) return false;
  const sight = await place.machine.process(pid);
  return sight.seen === 'running' || sight.seen === 'hidden';
}

interface RepoView {
  readonly wanted: RepoWanted;
  readonly git: GitFolder;
  readonly state: GitState;
  readonly isGuarded: boolean;
  /** When that was last so, 0 when it was not seen. */
  readonly guardedAt: Instant;
  readonly place: string;
}

const REBASES = ['rebase-merge', 'rebase-apply'];
const MERGES = ['MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD'];

function repoFact({ wanted, git, state, isGuarded, guardedAt, place }: RepoView): Fact {
  const has = (names: readonly string[]): FileSight | undefined =>
    git.entries.find((entry) => names.includes(entry.name));
  const rebase = has(REBASES);
  const isRebasing = rebase !== undefined;
  const isOnPrimary = state.primary === '' || state.branch === state.primary;
  const data: Omit<EventData<'git.repo'>, 'host'> = {
    place,
    path: placed(place, wanted.path),
    exists: true,
    what: wanted.what,
    project: wanted.project,
    repo: wanted.repo,
    branch: state.branch,
    primary: state.primary,
    on_primary: isOnPrimary,
    branch_since: isOnPrimary || state.branchSince === null ? '' : toIso(Math.max(state.branchSince, guardedAt)),
    detached: state.branch === '',
    rebase_in_progress: isRebasing,
    rebase_since: toIso(rebase?.modified ?? null),
    merge_in_progress: !isRebasing && has(MERGES) !== undefined,
    dirty: state.changed > 0,
    changed: state.changed,
    ahead: state.unpushed.count,
    behind: state.behind,
    unpushed_since: toIso(state.unpushed.oldest),
    last_push_at: toIso(state.lastPush),
    guarded: isGuarded,
  };
  return toFact('git.repo', data);
}
