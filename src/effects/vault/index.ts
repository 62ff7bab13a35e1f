/** Files one living item per finding in the ops repo's vault, keeps it up to date, and withdraws it when the finding clears. */

import { done, skipped, type Effect, type EffectContext, type EffectResult, type SpecOf } from '../../core/effect.ts';
import { findBlock, putBlock } from '../../core/marked-block.ts';
import type { Instant } from '../../core/time.ts';
import { onOpsRepo, type OpsRepo } from '../../ports/ops-repo.ts';
import {
  ITEM,
  isOfFiring,
  itemOf,
  namesOf,
  pendingPath,
  survey,
  withdrawnPaths,
  type Found,
  type VaultOrder,
} from './folders.ts';
import { renderItem, renderWithdrawn } from './text.ts';

export interface VaultPorts {
  readonly repo: OpsRepo;
}

/**
 * The vault as a folder. `ref` is the item's path. An item that a person edited between our markers, moved, or removed is left to that person,
 * and so is a name that somebody else's file has: skipped, with the path in the reason.
 */
export function vaultEffect({ repo }: VaultPorts): Effect<SpecOf<'vault'>> {
  return {
    act: 'vault',
    repeatable: true,
    run: (order, context) =>
      onOpsRepo(() => (order.phase === 'resolve' ? withdraw(repo, order) : file(repo, order, context))),
  };
}

async function file(repo: OpsRepo, order: VaultOrder, context: EffectContext): Promise<EffectResult> {
  const names = namesOf(order);
  const found = await survey(repo, names);
  const item = itemOf(order, found);
  if (item !== null) return item.pending ? rewrite(repo, order, item) : skipped(`a person moved it to ${item.path}`);
  if (order.phase === 'update' && context.firedRef !== '') return skipped(`a person removed ${context.firedRef}`);
  return fileAnew(repo, order, found);
}

/** Takes the first name that is free, or that has the same finding's item of an earlier firing waiting. */
async function fileAnew(repo: OpsRepo, order: VaultOrder, found: readonly Found[]): Promise<EffectResult> {
  for (const name of namesOf(order)) {
    const files = found.filter((one) => one.name === name);
    const theirs = files.find((one) => one.block === null);
    if (theirs !== undefined) return skipped(`${theirs.path} is there already and is not the reactor's`);
    const earlier = files.find((one) => one.pending && one.block?.attributes['fingerprint'] === order.fingerprint);
    if (earlier !== undefined) return rewrite(repo, order, earlier);
    if (files.length === 0) return put(repo, order, { path: pendingPath(name), before: null });
  }
  return skipped(`every name of the item is taken: ${found.map((one) => one.path).join(', ')}`);
}

async function rewrite(repo: OpsRepo, order: VaultOrder, item: Found): Promise<EffectResult> {
  if (item.block?.intact !== true) return skipped(`a person edited ${item.path}; it is left as it is`);
  return put(repo, order, { path: item.path, before: item.text });
}

async function put(
  repo: OpsRepo,
  order: VaultOrder,
  { path, before }: { readonly path: string; readonly before: string | null },
): Promise<EffectResult> {
  const text = withItem(before ?? '', order);
  if (text !== before) await repo.write(path, text, before);
  return done(path);
}

async function withdraw(repo: OpsRepo, order: VaultOrder): Promise<EffectResult> {
  const names = namesOf(order);
  const item = itemOf(order, await survey(repo, names));
  const at = order.spec.card.resolvedAt ?? order.decidedAt;
  if (item === null) return findWithdrawn(repo, order, names, at);
  if (!item.pending) return skipped(`a person moved it to ${item.path}; it stays there`);
  const target = await freePath(repo, withdrawnPaths(order, item.name, at));
  if (target === null) return skipped(`${item.path} stays: the names it would be withdrawn to are taken`);
  const current = item.block?.intact === true ? withItem(item.text, order) : item.text;
  const text = putBlock(current, { name: 'withdrawn', attributes: {}, body: renderWithdrawn(order.spec.card, at) });
  if (text !== item.text) await repo.write(item.path, text, item.text);
  await repo.rename(item.path, target);
  return done(target);
}

/** It is not pending: a try that died after the move has done it already. */
async function findWithdrawn(
  repo: OpsRepo,
  order: VaultOrder,
  names: readonly string[],
  at: Instant,
): Promise<EffectResult> {
  for (const path of names.flatMap((name) => withdrawnPaths(order, name, at))) {
    const text = await repo.read(path);
    if (text !== null && isOfFiring(findBlock(text, ITEM), order)) return done(path);
  }
  return skipped('no item of this firing is pending');
}

async function freePath(repo: OpsRepo, paths: readonly string[]): Promise<string | null> {
  for (const path of paths) {
    if ((await repo.read(path)) === null) return path;
  }
  return null;
}

function withItem(page: string, order: VaultOrder): string {
  const attributes = { fingerprint: order.fingerprint, firing: order.firing };
  return putBlock(page, { name: ITEM, attributes, body: renderItem(order.spec) });
}
