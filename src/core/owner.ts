/** Whose a container is: the factory's, a sibling stack's with a named owner, or unknown. */

/** One `[siblings.<stack>]` table. */
export interface Sibling {
  readonly owner: string;
  readonly contact: string;
  readonly repo: string;
  readonly note: string;
  /** Chat room the owner reads, `''` for the default room. */
  readonly room: string;
}

export interface Ownership {
  /** Compose projects that are the factory itself. */
  readonly ownStacks: readonly string[];
  readonly siblings: ReadonlyMap<string, Sibling>;
}

export interface Owned {
  readonly name: string;
  readonly stack: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface Owner {
  readonly managed: boolean;
  /** `factory`, a sibling's owner, or `unknown`. */
  readonly owner: string;
  readonly room: string;
}

const MANAGED_LABEL = 'com.disinto.managed';
const OWNER_LABEL = 'com.disinto.owner';

/**
 * The factory owns what carries its label, what runs in its own Compose projects, and what is named `disinto-*` outside any foreign project.
 * Everything else belongs to the owner that a label or the siblings table names, or to nobody known.
 */
export function ownerOf(thing: Owned, ownership: Ownership): Owner {
  if (isOurs(thing, ownership)) return { managed: true, owner: 'factory', room: '' };
  const sibling = ownership.siblings.get(thing.stack);
  const owner = thing.labels[OWNER_LABEL] ?? sibling?.owner ?? 'unknown';
  return { managed: false, owner: owner === '' ? 'unknown' : owner, room: sibling?.room ?? '' };
}

function isOurs(thing: Owned, ownership: Ownership): boolean {
  const label = thing.labels[MANAGED_LABEL];
  if (label !== undefined) return label === 'true';
  if (thing.stack !== '') return ownership.ownStacks.includes(thing.stack);
  return thing.name.startsWith('disinto-');
}
