/** One look at an ops repository over the forge. */

import type { EventData, EventKind } from '../../core/catalog/catalog.ts';
import { messageOf } from '../../core/errors.ts';
import type { AnyEvent } from '../../core/event.ts';
import { inParallel } from '../../core/in-parallel.ts';
import { parseIso, toIso, type Instant } from '../../core/time.ts';
import { areaFact, DAILY_AREA, isArea, isPage } from '../../factory/evidence.ts';
import { toFact, type Fact } from '../../factory/ledger.ts';
import { addressOf } from './elsewhere.ts';
import { fieldsOf } from './fields.ts';
import type { OpsRepoAt } from './ops.ts';
import type { LocalSight } from './ops-local.ts';
import { createVaultPulls } from './ops-vault.ts';
import { AT_ONCE } from './part.ts';

export interface OpsLookOptions extends OpsRepoAt {
  readonly local: LocalSight;
  /** What an earlier run said of it. */
  readonly before: readonly AnyEvent[];
  readonly signal: AbortSignal;
}

export interface OpsSight {
  readonly facts: readonly Fact[];
  /** False for what could not be looked at, or is another source's now: it keeps its state. */
  isCovered(fact: Fact): boolean;
  /** In words. */
  readonly flaws: readonly string[];
}

export interface OpsLook {
  /** Never rejects. */
  all(now: Instant): Promise<OpsSight>;
  /** The last look saw nothing. */
  isBlind(): boolean;
  /** A clone of it can be read. */
  hasClone(): boolean;
}

/** What was read of one kind. */
export interface PartSeen {
  readonly facts: readonly Fact[];
  /** False: it is another source's, and was not asked for. */
  readonly isAsked: boolean;
  /** What was said before and is not among the facts is gone. */
  readonly isWhole: boolean;
}

interface Part {
  readonly kind: EventKind;
  /** Rejects when it could not be read. */
  look(now: Instant): Promise<PartSeen>;
}

/** So many areas are looked at. */
const MOST_AREAS = 20;

/** A look at a repository. */
export function createOpsLook(options: OpsLookOptions): OpsLook {
  const { repo, project, local } = options;
  const parts: readonly Part[] = [
    { kind: 'vault.item', look: createVaultPulls(options) },
    { kind: 'git.repo', look: (now) => lookAtRepo(options, now) },
    { kind: 'evidence.file', look: (now) => lookAtEvidence(options, now) },
  ];
  let isBlind = false;
  return {
    isBlind: () => isBlind,
    hasClone: () => local.hasClone(repo, project),
    async all(now) {
      const looked = await Promise.allSettled(parts.map(async ({ look }) => look(now)));
      const seen = looked.map((one) => (one.status === 'fulfilled' ? one.value : null));
      const flaws = looked.flatMap((one) => (one.status === 'rejected' ? [messageOf(one.reason)] : []));
      const whole = new Set(parts.filter((_, i) => seen[i]?.isWhole === true).map(({ kind }) => kind));
      isBlind = flaws.length > 0 && !seen.some((one) => one?.isAsked === true);
      return {
        facts: seen.flatMap((one) => one?.facts ?? []),
        // A file that a clone shows by now is said by whoever reads the clone: it is not gone.
        isCovered: (fact) => whole.has(fact.kind) && !(fact.kind === 'vault.item' && local.hasItem(fact.subject)),
        flaws: [...new Set(flaws)],
      };
    },
  };
}

/** When it was last written. A clone that can be read knows more, and then this says no more of it. */
async function lookAtRepo({ repo, project, forge, local, signal }: OpsLookOptions, now: Instant): Promise<PartSeen> {
  if (local.hasClone(repo, project)) return { facts: [], isAsked: false, isWhole: true };
  const commit = await forge.newestCommit(repo, signal);
  const date = parseIso(fieldsOf(commit).time('commit.committer.date'));
  const data: Omit<EventData<'git.repo'>, 'host'> = {
    place: '',
    path: addressOf(repo, forge.host),
    exists: true,
    what: 'ops',
    project,
    repo,
    branch: '',
    branch_since: '',
    primary: '',
    on_primary: true,
    detached: false,
    rebase_in_progress: false,
    rebase_since: '',
    merge_in_progress: false,
    dirty: false,
    changed: 0,
    ahead: -1,
    behind: 0,
    unpushed_since: '',
    last_push_at: toIso(date === null ? null : Math.min(date, now)),
    guarded: false,
  };
  return { facts: [toFact('git.repo', data)], isAsked: true, isWhole: true };
}

/** Of the main one alone: an area has one newest page. */
async function lookAtEvidence(options: OpsLookOptions, now: Instant): Promise<PartSeen> {
  const { repo, forge, local, isMain, signal } = options;
  if (!isMain || local.hasEvidence()) return { facts: [], isAsked: false, isWhole: false };
  const namesIn = async (path: string, type: 'dir' | 'file'): Promise<readonly string[]> =>
    ((await forge.folder(repo, path, signal)) ?? [])
      .map((entry) => fieldsOf(entry))
      .filter((entry) => entry.words('type') === type)
      .map((entry) => entry.words('name'));
  const found = (await namesIn('evidence', 'dir')).filter(isArea);
  const areas = [...new Set([DAILY_AREA, ...found])].slice(0, MOST_AREAS);
  const facts = await inParallel(areas, AT_ONCE, async (area) => {
    const pages = found.includes(area) ? (await namesIn(`evidence/${area}`, 'file')).filter(isPage) : [];
    const folder = `${addressOf(repo, forge.host)}/evidence/${area}`;
    const pathOf = (page: string): string => (page === '' ? folder : `${folder}/${page}`);
    return areaFact({ area, pages, place: '', pathOf, now });
  });
  return { facts, isAsked: true, isWhole: true };
}
