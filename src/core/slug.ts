/** Names of files out of rules and keys: safe, bounded, and different for different things. */

import { stableId } from './event.ts';

const MAX = 80;
const HASH = 6;

/**
 * The vault item's name for a rule and a key: `supervisor-<rule>-<key…>`, of `[a-z0-9-]`, at most 80 characters.
 * A short hash ends it when it was cut or when another key could have the same name. `base`, when given, is the whole name, such as `stale-pr-7`.
 */
export function slugOf(rule: string, key: readonly string[], base?: string): string {
  const identity = stableId(rule, ...key);
  if (base !== undefined && base !== '') return boundedSlug(base, { max: MAX, identity, clear: base === toSafe(base) });
  const name = rule.slice(rule.lastIndexOf('/') + 1);
  return boundedSlug(['supervisor', name, ...key].join('-'), { max: MAX, identity, clear: isClear(key) });
}

/** As `slugOf` without the prefix and at most `max` characters: the subject's part in the name of an incident file. */
export function shortSlugOf(rule: string, key: readonly string[], max: number): string {
  const name = rule.slice(rule.lastIndexOf('/') + 1);
  return boundedSlug([name, ...key].join('-'), { max, identity: stableId(rule, ...key), clear: isClear(key) });
}

interface Bounds {
  readonly max: number;
  readonly identity: string;
  /** No other key can have this name. */
  readonly clear: boolean;
}

function boundedSlug(text: string, { max, identity, clear }: Bounds): string {
  const safe = toSafe(text);
  if (clear && safe.length <= max) return safe;
  const room = safe.slice(0, max - HASH - 1).replace(/-$/, '');
  return room === '' ? identity.slice(0, HASH) : `${room}-${identity.slice(0, HASH)}`;
}

/** Lower case letters, digits and single dashes between them. */
function toSafe(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}

/** Key parts that are left as they are, and that cannot be parted in another way. */
function isClear(key: readonly string[]): boolean {
  return key.every((part) => part !== '' && part === toSafe(part) && (key.length === 1 || !part.includes('-')));
}
