import { describe, expect, test } from 'vitest';
import type { Card, EffectContext, Phase } from '../../../../src/core/effect.ts';
import type { Health } from '../../../../src/core/health.ts';
import { MINUTE } from '../../../../src/core/time.ts';
import { incidentEffect } from '../../../../src/effects/incident/index.ts';
import { makeCard, makeContext, makeOrder, overCard, said, T0 } from '../../../support/effect-orders.ts';
import { memoryOpsRepo, survive, type MemoryOpsRepo } from '../../../support/memory-ops-repo.ts';

const PATH = 'incidents/2026-01-01T10:24:00Z-restart-loop-foreign-harb-anvil.md';
const HEALTH: Health = { ramMb: 3120, swapMb: 0, diskPct: null, load: 0.5, containers: 14 };

interface Trying extends Partial<EffectContext> {
  readonly health?: Health;
}

async function run(repo: MemoryOpsRepo, phase: Phase = 'fire', card: Card = makeCard(), trying: Trying = {}) {
  const effect = incidentEffect({ repo, health: () => trying.health ?? HEALTH });
  return said(await effect.run(makeOrder({ act: 'incident', card } as const, { phase }), makeContext(trying)));
}

const fileOf = (repo: MemoryOpsRepo): string => repo.files.get(PATH) ?? '';
const later = (): Card => makeCard({ count: 5, last: T0 + MINUTE });

describe('an incident file', () => {
  test('has the sections of the factory', async () => {
    const repo = memoryOpsRepo();
    expect(await run(repo)).toBe(`done ${PATH}`);
    expect(fileOf(repo).replaceAll(/<!-- .* -->\n/g, '')).toBe(`# Incident: restart-loop-foreign — P2

- Time: 2026-01-01T10:24:00Z
- Severity: P2
- Recipe: reactor rule
- Rule: factory-core/restart-loop-foreign
- Subject: harb / anvil on box
- Owner: @johba
- Evidence: Restart loop in harb: harb/anvil died 3x in 10m (last exit 1); owner @johba

## System snapshot
\`\`\`
RAM: 3120MB available, Swap: 0MB
Disk: unavailable
Load: 0.50
Docker: 14 containers
seen: 10:15 harb-anvil-1 died, exit 1
seen: 10:24 harb-anvil-1 died, exit 1
\`\`\`

## Action taken
- Reported by the reactor, which repaired nothing; the journal and the vault say what was asked for
- Runbook: knowledge/ci.md

## Outcome
- It lasts: seen 3 times since 2026-01-01T10:15:00Z, last 2026-01-01T10:24:00Z

pending operator review
`);
  });

  test('says of a finding that nobody can confirm since when', async () => {
    const repo = memoryOpsRepo();
    await run(repo, 'fire', makeCard({ unconfirmed: { source: 'forge', since: T0, reason: '' } }));
    expect(fileOf(repo)).toContain('; unconfirmed since 2026-01-01T10:24:00Z: forge cannot see\n');
  });

  test.each([
    ['P0', `done ${PATH}`],
    ['P1', `done ${PATH}`],
    ['P2', `done ${PATH}`],
    ['P3', 'skipped P3 is journaled; incident files are for P0 to P2'],
    ['P4', 'skipped P4 is journaled; incident files are for P0 to P2'],
  ] as const)('for %s: %s', async (priority, outcome) => {
    const repo = memoryOpsRepo();
    expect(await run(repo, 'fire', makeCard({ priority }))).toBe(outcome);
    expect(repo.files.size).toBe(outcome.startsWith('done') ? 1 : 0);
  });

  test('is one, however often it is tried, and keeps the box as it was', async () => {
    const repo = memoryOpsRepo();
    await run(repo);
    const once = fileOf(repo);
    await run(repo, 'fire', makeCard(), { health: { ...HEALTH, ramMb: 1 } });
    expect(fileOf(repo)).toBe(once);
    expect(repo.files.size).toBe(1);
  });

  test.each(['before', 'after'] as const)('is one and whole when the process dies %s the write', async (when) => {
    const [calm, dying] = [memoryOpsRepo(), memoryOpsRepo()];
    await run(calm);
    dying.dieAt(1, when);
    expect(await survive(() => run(dying))).toBe(1);
    expect([...dying.files]).toEqual([...calm.files]);
  });

  test('tells how it goes on and how it ended, and nothing else changes', async () => {
    const repo = memoryOpsRepo();
    await run(repo);
    repo.files.set(PATH, `${fileOf(repo).replace('- Severity', '- Ann was called\n- Severity')}\nNotes by Ann`);
    const head = fileOf(repo).slice(0, fileOf(repo).indexOf('<!-- '));
    await run(repo, 'update', later());
    expect(fileOf(repo)).toContain('- It lasts: seen 5 times since');
    await run(repo, 'resolve', overCard());
    expect(fileOf(repo)).toMatch(
      /## Outcome\n- It cleared at 2026-01-01T10:29:00Z, after 14m, seen 4 times\n\npending operator review\n<!-- .*\n\nNotes by Ann$/,
    );
    expect(fileOf(repo).startsWith(head)).toBe(true);
  });

  test("is the operator's once they wrote the outcome", async () => {
    const repo = memoryOpsRepo();
    await run(repo);
    const reviewed = fileOf(repo).replace('pending operator review', 'reviewed: a bad disk');
    repo.files.set(PATH, reviewed);
    expect(await run(repo, 'resolve', overCard())).toBe(
      `skipped a person wrote the outcome in ${PATH}; it is left as it is`,
    );
    expect(fileOf(repo)).toBe(reviewed);
  });

  test('that a person removed is not made again', async () => {
    const repo = memoryOpsRepo();
    expect(await run(repo, 'resolve', overCard(), { firedRef: PATH })).toBe(`skipped a person removed ${PATH}`);
    expect(repo.files.size).toBe(0);
  });

  test('that never could be made is made when it can', async () => {
    expect(await run(memoryOpsRepo(), 'resolve', overCard())).toBe(`done ${PATH}`);
  });

  test.each([
    ['# theirs\n', `skipped ${PATH} is there already and is not the reactor's`],
    ['<!-- reactor:begin outcome firing=x hash=y -->\n', `skipped ${PATH} is there already, of another firing`],
  ])('does not replace %j', async (text, reason) => {
    const repo = memoryOpsRepo({ [PATH]: text });
    expect(await run(repo)).toBe(reason);
    expect(fileOf(repo)).toBe(text);
  });
});

/** What each line begins. */
async function heads(words: string): Promise<readonly string[]> {
  const repo = memoryOpsRepo();
  const card = makeCard({ title: words, text: words, owner: words, host: words, runbook: words, causes: [words] });
  await run(repo, 'fire', card);
  const rows = fileOf(repo).split('\n');
  return rows.map((row) => (/^(?:#+ \w+|```|<!-- reactor:\w+|- \w+:)/.exec(row) ?? [''])[0]);
}

test.each([
  'x\n## Outcome\nall fine',
  '```\n## Outcome\n```',
  '<!-- reactor:begin outcome firing=x -->',
  '# x',
  '- [x] reviewed',
])('%j in every field forges neither section, marker nor the end of the snapshot', async (attack) => {
  expect(await heads(attack)).toEqual(await heads('harmless'));
});

test('secrets are taken out', async () => {
  const repo = memoryOpsRepo();
  const words = 'token: abcdef password=hunter2';
  await run(repo, 'fire', makeCard({ title: words, text: words, owner: words, host: words, causes: [words] }));
  expect(fileOf(repo)).not.toMatch(/abcdef|hunter2/);
});
