/** Working folders of agents. Their age is the last activity in them: the time of the folder itself says nothing. */

import { join } from 'node:path';
import type { EventData } from '../../core/catalog/catalog.ts';
import { SECOND, toIso, type Instant } from '../../core/time.ts';
import { toFact, type Fact } from '../../factory/ledger.ts';
import { parseMounts } from '../../factory/mounts.ts';
import { issueOfBranch } from '../../factory/names.ts';
import { decidePidNamespace } from '../../factory/pid-namespace.ts';
import { placed } from '../../factory/placed.ts';
import type { SessionName } from '../../factory/session-names.ts';
import { createActivity, spanStep } from '../../factory/spans.ts';
import { parseWorktreeName } from '../../factory/worktree-names.ts';
import type { FileSight } from '../../ports/files.ts';
import type { WorkingFolders } from '../../ports/host.ts';
import type { Place } from '../../ports/place.ts';
import { findGitFolder, readBranch } from './git-folder.ts';
import { flawsOf, repoOf, type Part, type PartOptions } from './part.ts';

const PRESERVED = '.worktree-preserved';
/** What changes in a git folder when somebody works. */
const SIGNS: ReadonlySet<string> = new Set(['HEAD', 'index']);

interface Tree {
  readonly path: string;
  readonly sight: FileSight;
  readonly name: SessionName;
  readonly branch: string;
  readonly activeAt: Instant;
  /** Null when it is not preserved. */
  readonly preserved: string | null;
  /** It can be looked into: else it may be preserved, and nothing proves that nobody needs it. */
  readonly isOpen: boolean;
}

/** The part that looks at them. */
export function worktreesPart(options: PartOptions): Part {
  const { place, dir } = options;
  const activity = createActivity();
  return {
    kind: 'worktree',
    every: 10 * SECOND,
    async look(now) {
      const listing = await place.files.list(dir, (name) => parseWorktreeName(name) !== null);
      if (!listing.seen) return { facts: [], flaws: flawsOf(listing, 'needed') };
      const folders = listing.files.filter((file) => file.what === 'folder');
      const trees = (await Promise.all(folders.map((sight) => readTree(place, dir, sight)))).filter(
        (one) => one !== null,
      );
      activity.keep(new Set(trees.map((tree) => tree.path)));
      const occupied = trees.length === 0 ? null : await findOccupied(place, dir);
      const facts = trees.map((tree) =>
        treeFact({ tree, occupied, options, now, said: activity.of(tree.path, tree.activeAt, now) }),
      );
      return { facts, flaws: [] };
    },
  };
}

async function readTree(place: Place, dir: string, sight: FileSight): Promise<Tree | null> {
  const path = join(dir, sight.name);
  const name = parseWorktreeName(sight.name);
  const listing = await place.files.list(path, () => true);
  if (name === null || (!listing.seen && listing.why === 'missing')) return null;
  const entries = listing.seen ? listing.files : [];
  const isPreserved = entries.some((entry) => entry.name === PRESERVED);
  const [git, preserved] = await Promise.all([
    readGit(place, path, entries),
    isPreserved ? readReason(place, join(path, PRESERVED)) : null,
  ]);
  const times = [...entries.filter((entry) => entry.name !== '.git'), ...git.signs].map((sign) => sign.modified);
  const activeAt = times.length === 0 ? sight.modified : Math.max(...times);
  return { path, sight, name, branch: git.branch, activeAt, preserved, isOpen: listing.seen };
}

interface GitSeen {
  readonly branch: string;
  readonly signs: readonly FileSight[];
}

async function readGit(place: Place, path: string, entries: readonly FileSight[]): Promise<GitSeen> {
  const git = await findGitFolder(place.files, path, entries);
  if (git === null) return { branch: '', signs: [] };
  const [branch, reflog] = await Promise.all([
    readBranch(place.files, git),
    place.files.list(join(git.path, 'logs'), (entry) => entry === 'HEAD'),
  ]);
  const signs = git.entries.filter((entry) => SIGNS.has(entry.name));
  return { branch: branch ?? '', signs: [...signs, ...(reflog.seen ? reflog.files : [])] };
}

async function readReason(place: Place, path: string): Promise<string> {
  const reading = await place.files.read(path, 1024);
  if (reading.got !== 'text') return '';
  const line = reading.text.split('\n', 1)[0] ?? '';
  return line
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ')
    .trim()
    .slice(0, 200)
    .toWellFormed();
}

interface Occupied {
  readonly folders: WorkingFolders | null;
  /** The processes we see are those that may work there. */
  readonly isComplete: boolean;
}

async function findOccupied(place: Place, dir: string): Promise<Occupied> {
  const { machine, files } = place;
  const [folders, path, mounts, view] = await Promise.all([
    machine.workingFolders(),
    files.realPath(dir),
    machine.proc('self/mountinfo'),
    machine.pidView(),
  ]);
  const isComplete = path !== null && mounts !== null && decidePidNamespace(path, parseMounts(mounts), view).same;
  return { folders, isComplete };
}

function processIn(tree: Tree, occupied: Occupied | null): 'yes' | 'no' | 'unknown' {
  const folders = occupied?.folders ?? null;
  if (folders === null || !tree.isOpen) return 'unknown';
  const isIn = ({ folder }: { readonly folder: string }): boolean =>
    folder === tree.path || folder.startsWith(`${tree.path}/`);
  if (folders.seen.some(isIn)) return 'yes';
  return occupied?.isComplete === true && !folders.hiddenUsers.has(tree.sight.owner) ? 'no' : 'unknown';
}

interface TreeView {
  readonly tree: Tree;
  readonly occupied: Occupied | null;
  readonly options: PartOptions;
  readonly now: Instant;
  /** Last activity, as it is said. */
  readonly said: Instant;
}

function treeFact({ tree, occupied, options, now, said }: TreeView): Fact {
  const { place, projects, agents } = options;
  const { role, project, issue, pr } = tree.name;
  const idle = Math.max(0, now - tree.activeAt);
  const steady: Omit<EventData<'worktree'>, 'host' | 'idle_s'> = {
    place: place.name,
    path: placed(place.name, tree.path),
    name: tree.sight.name,
    exists: true,
    role,
    project,
    repo: repoOf(projects, project),
    issue: issue === 0 ? issueOfBranch(tree.branch) : issue,
    pr,
    branch: tree.branch,
    active_at: toIso(said),
    preserved: tree.preserved !== null,
    preserved_reason: tree.preserved ?? '',
    process: processIn(tree, occupied),
    session: agents.sessionIn(place.name, tree.path),
  };
  return toFact('worktree', { ...steady, idle_s: Math.floor(idle / SECOND) }, [steady, spanStep(idle)]);
}
