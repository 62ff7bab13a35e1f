/** What each part of the work source has in common: one look, as facts, and how well it could see. */

import type { EventKind } from '../../core/catalog/catalog.ts';
import type { Instant, Millis } from '../../core/time.ts';
import type { AgentsFold } from '../../factory/agents.ts';
import type { Fact } from '../../factory/ledger.ts';
import type { Listing } from '../../ports/files.ts';
import type { Place } from '../../ports/place.ts';

export interface PartLook {
  readonly facts: readonly Fact[];
  /** What could not be looked at, in words. What was said before of this part is then left as it is. */
  readonly flaws: readonly string[];
}

export interface Part {
  readonly kind: EventKind;
  /** From one look to the next, at least. */
  readonly every: Millis;
  look(now: Instant, signal: AbortSignal): Promise<PartLook>;
}

/** A project as far as the work of agents needs it. */
export interface WorkProject {
  readonly name: string;
  /** owner/name, `''` when it is not known. */
  readonly repo: string;
  readonly primaryBranch: string;
}

export interface RepoWanted {
  readonly path: string;
  readonly what: 'project' | 'ops' | 'factory';
  readonly project: string;
  readonly repo: string;
  /** `''`: the one that the remote calls its own. */
  readonly primary: string;
}

/** Where things are, and what is known already. A folder that is not there is nothing: these are the places where something may be. */
export interface PartOptions {
  readonly place: Place;
  /** Where worktrees and the files of sessions are. */
  readonly dir: string;
  /** Folders with a subfolder for each agent. */
  readonly logFolders: readonly string[];
  /** Of these folders, those that somebody named, by the setting that did: where one is not there, that is said. */
  readonly namedBy?: ReadonlyMap<string, string>;
  /** Folders with `.<agent>-active`; the first that is there counts. */
  readonly stateFolders: readonly string[];
  /** Folders with `<project>-stack.lock`. */
  readonly lockFolders: readonly string[];
  readonly repos: readonly RepoWanted[];
  /** Folders whose subfolders are clones. */
  readonly cloneFolders: readonly string[];
  /** Ops repositories; the first that has `evidence` counts. */
  readonly evidenceFolders: readonly string[];
  readonly projects: readonly WorkProject[];
  readonly agents: Pick<AgentsFold, 'sessionIn'>;
}

/** What keeps a folder from being seen. One that this machine reads itself is no flaw, nor is one that is not there, unless it is `needed`. */
export function flawsOf(listing: Listing, needed?: 'needed'): readonly string[] {
  if (listing.seen || listing.why === 'shared') return [];
  return listing.why === 'missing' && needed === undefined ? [] : [listing.reason];
}

/** owner/name of a project, `''` when it is not known. */
export function repoOf(projects: readonly WorkProject[], project: string): string {
  return projects.find((one) => one.name === project)?.repo ?? '';
}
