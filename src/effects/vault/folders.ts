/** Where an item is: its possible names in the folders a person moves it through, and whose each file is. */

import type { EffectOrder, SpecOf } from '../../core/effect.ts';
import { stableId } from '../../core/event.ts';
import { findBlock, type MarkedBlock } from '../../core/marked-block.ts';
import { toIsoSeconds, type Instant } from '../../core/time.ts';
import type { OpsRepo } from '../../ports/ops-repo.ts';

export type VaultOrder = EffectOrder<SpecOf<'vault'>>;

/** A file that has one of the item's names. */
export interface Found {
  readonly path: string;
  readonly name: string;
  readonly pending: boolean;
  readonly text: string;
  /** Null: it has no marker of ours, somebody else filed it. */
  readonly block: MarkedBlock | null;
}

interface Place {
  readonly name: string;
  readonly folder: string;
}

/** Name of the block in an item. */
export const ITEM = 'item';

const DECIDED = ['approved', 'fired', 'rejected'] as const;

/** Where an item of that name waits. */
export const pendingPath = (name: string): string => `vault/pending/${name}.md`;

/** The names an item of this firing may have, in the order in which they are tried: later ones are for when an earlier one is taken. */
export function namesOf(order: VaultOrder): readonly string[] {
  const { slug, card } = order.spec;
  const day = toIsoSeconds(card.firedAt).slice(0, 10).replaceAll('-', '');
  return [slug, `${slug}-${day}`, `${slug}-${day}-${shortOf(order.firing)}`];
}

/** Every file with one of these names, those that wait first. */
export async function survey(repo: OpsRepo, names: readonly string[]): Promise<readonly Found[]> {
  // Pending wholly before the rest: an item that a person moves on meanwhile is then seen in one place or in both, never in none.
  const pending = await Promise.all(names.map((name) => look(repo, { name, folder: 'pending' })));
  const places = names.flatMap((name) => DECIDED.map((folder) => ({ name, folder })));
  const decided = await Promise.all(places.map((place) => look(repo, place)));
  return [...pending, ...decided].filter((file) => file !== null);
}

async function look(repo: OpsRepo, { name, folder }: Place): Promise<Found | null> {
  const path = `vault/${folder}/${name}.md`;
  const text = await repo.read(path);
  if (text === null) return null;
  return { path, name, pending: folder === 'pending', text, block: findBlock(text, ITEM) };
}

/** The item of this firing, wherever it is. */
export function itemOf(order: VaultOrder, found: readonly Found[]): Found | null {
  return found.find((file) => isOfFiring(file.block, order)) ?? null;
}

/** Whether a block belongs to this very firing. */
export function isOfFiring(block: MarkedBlock | null, order: VaultOrder): boolean {
  return block?.attributes['firing'] === order.firing && block.attributes['fingerprint'] === order.fingerprint;
}

/** The names a withdrawn item may have; the second is for when two firings ended in the same second. */
export function withdrawnPaths(order: VaultOrder, name: string, at: Instant): readonly string[] {
  const base = `vault/withdrawn/${name}-${toIsoSeconds(at).replaceAll(/[-:]/g, '')}`;
  return [`${base}.md`, `${base}-${shortOf(order.firing)}.md`];
}

const shortOf = (firing: string): string => stableId(firing).slice(0, 6);
