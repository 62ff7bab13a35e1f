/** Vault, journal and incident on a real disk, side by side, as the outbox drives them. */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openOpsRepo } from '../../src/adapters/ops-repo.ts';
import type { Card, Phase } from '../../src/core/effect.ts';
import { stableId } from '../../src/core/event.ts';
import type { Health } from '../../src/core/health.ts';
import { slugOf } from '../../src/core/slug.ts';
import { incidentEffect } from '../../src/effects/incident/index.ts';
import { journalEffect } from '../../src/effects/journal/index.ts';
import { vaultEffect } from '../../src/effects/vault/index.ts';
import { makeCard, makeContext, makeOrder, overCard } from '../support/effect-orders.ts';

const folder = mkdtempSync(join(tmpdir(), 'ops-effects-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const health = (): Health => ({ ramMb: 3120, swapMb: 0, diskPct: 71, load: 0.5, containers: 14 });

/** The three effects on one folder; what they resolve with, in the order vault, journal, incident. */
function openEffects(root: string) {
  const repo = openOpsRepo(root);
  const vault = vaultEffect({ repo });
  const journal = journalEffect({ places: [{ repo, folder: 'journal/supervisor' }], health });
  const incident = incidentEffect({ repo, health });
  return (phase: Phase, card: Card) => {
    const slug = slugOf(card.rule, card.key);
    const item = makeOrder({ act: 'vault', slug, tier: 'medium', assignee: '@johba', human: '', card } as const, {
      phase,
    });
    const line = makeOrder({ act: 'journal', card, also: [`vault item ${slug}`] } as const, { phase });
    const file = makeOrder({ act: 'incident', card } as const, { phase });
    const context = makeContext();
    return Promise.all([vault.run(item, context), journal.run(line, context), incident.run(file, context)]);
  };
}

const filesOf = (root: string): readonly string[] =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .toSorted();

test('a finding comes and goes: one item, one journal page, one incident file, each step tried twice', async () => {
  const root = join(folder, 'life');
  const perform = openEffects(root);
  const steps: readonly (readonly [Phase, Card])[] = [
    ['fire', makeCard()],
    ['update', makeCard({ count: 7 })],
    ['resolve', overCard()],
  ];
  for (const [phase, card] of steps) {
    const first = await perform(phase, card);
    expect(await perform(phase, card)).toEqual(first);
    expect(first.map((result) => result.outcome)).toEqual(['done', 'done', 'done']);
  }
  expect(filesOf(root)).toEqual([
    'incidents/2026-01-01T10:24:00Z-restart-loop-foreign-harb-anvil.md',
    'journal/supervisor/2026-01-01.md',
    'vault/withdrawn/supervisor-restart-loop-foreign-harb-anvil-20260101T102900Z.md',
  ]);
  const page = readFileSync(join(root, 'journal/supervisor/2026-01-01.md'), 'utf8');
  expect(page.match(/^- \[P2\]/gm)).toHaveLength(2);
});

test('many findings at once leave one item each and nothing hidden', async () => {
  const root = join(folder, 'many');
  const perform = openEffects(root);
  const cards = Array.from({ length: 30 }, (_, n) =>
    makeCard({ key: ['harb', `web${n}`], fingerprint: stableId('f', n), firing: stableId('g', n) }),
  );
  for (const card of cards) await perform('fire', card);
  const files = filesOf(root);
  expect(files.filter((file) => file.startsWith('vault/pending/'))).toHaveLength(30);
  expect(files.filter((file) => file.startsWith('incidents/'))).toHaveLength(30);
  expect(files.filter((file) => file.includes('reactor-tmp'))).toEqual([]);
});
