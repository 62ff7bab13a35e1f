import { describe, expect, test } from 'vitest';
import type { Card, EffectContext, Phase } from '../../../../src/core/effect.ts';
import { DAY, MINUTE, SECOND } from '../../../../src/core/time.ts';
import { vaultEffect } from '../../../../src/effects/vault/index.ts';
import type { OpsRepoFault } from '../../../../src/ports/ops-repo.ts';
import { makeCard, makeContext, makeOrder, overCard, said, T0 } from '../../../support/effect-orders.ts';
import { memoryOpsRepo, survive, type MemoryOpsRepo } from '../../../support/memory-ops-repo.ts';

const SLUG = 'supervisor-restart-loop-foreign-harb-anvil';
const PENDING = `vault/pending/${SLUG}.md`;
const WITHDRAWN = `vault/withdrawn/${SLUG}-20260101T102900Z.md`;

async function run(repo: MemoryOpsRepo, phase: Phase, card: Card = makeCard(), context: Partial<EffectContext> = {}) {
  const spec = { act: 'vault', slug: SLUG, tier: 'medium', assignee: '@johba', human: '', card } as const;
  return said(await vaultEffect({ repo }).run(makeOrder(spec, { phase }), makeContext(context)));
}

const pathsOf = (repo: MemoryOpsRepo): readonly string[] => [...repo.files.keys()].toSorted();
const textOf = (repo: MemoryOpsRepo, path: string): string => repo.files.get(path) ?? `no ${path}`;
const later = (more: Partial<Card> = {}): Card => makeCard({ count: 5, last: T0 + MINUTE, ...more });
const again = (more: Partial<Card> = {}): Card => makeCard({ firing: 'b2b2b2b2b2b2', firedAt: T0 + 2 * DAY, ...more });

async function fired(): Promise<MemoryOpsRepo> {
  const repo = memoryOpsRepo();
  await run(repo, 'fire');
  return repo;
}

describe('an item is filed', () => {
  test('and says what it is about where the factory looks for it', async () => {
    const repo = memoryOpsRepo();
    expect(await run(repo, 'fire')).toBe(`done ${PENDING}`);
    expect(pathsOf(repo)).toEqual([PENDING]);
    expect(
      textOf(repo, PENDING)
        .split('\n')
        .find((line) => line.startsWith('# ')),
    ).toBe('# Restart loop in harb');
  });

  test('and has only hidden markers around what a person reads', async () => {
    const [first, ...rest] = textOf(await fired(), PENDING)
      .trimEnd()
      .split('\n');
    expect(first).toMatch(/^<!-- reactor:begin item fingerprint=f0f0\w+ firing=a1a1\w+ hash=[0-9a-f]{12} -->$/);
    expect(rest.at(-1)).toBe('<!-- reactor:end item -->');
  });

  test('once, however often the same order is carried out', async () => {
    const repo = await fired();
    const before = new Map(repo.files);
    expect(await run(repo, 'fire')).toBe(`done ${PENDING}`);
    expect(repo.files).toEqual(before);
    expect(repo.changes()).toBe(1);
  });

  test.each(['approved', 'fired', 'rejected'])('not again when a person moved it to %s', async (folder) => {
    const repo = await fired();
    await repo.rename(PENDING, `vault/${folder}/${SLUG}.md`);
    const reason = `skipped a person moved it to vault/${folder}/${SLUG}.md`;
    expect(await run(repo, 'fire')).toBe(reason);
    expect(await run(repo, 'update', later(), { firedRef: PENDING })).toBe(reason);
    expect(pathsOf(repo)).toEqual([`vault/${folder}/${SLUG}.md`]);
  });

  test.each(['pending', 'approved', 'fired', 'rejected'])(
    'not when another agent has filed one in %s',
    async (folder) => {
      const path = `vault/${folder}/${SLUG}.md`;
      const repo = memoryOpsRepo({ [path]: '# theirs\n' });
      expect(await run(repo, 'fire')).toBe(`skipped ${path} is there already and is not the reactor's`);
      expect([...repo.files]).toEqual([[path, '# theirs\n']]);
    },
  );

  test.each(['approved', 'fired', 'rejected'])(
    'under a dated name when one of an earlier firing is in %s',
    async (folder) => {
      const repo = await fired();
      await repo.rename(PENDING, `vault/${folder}/${SLUG}.md`);
      const dated = `vault/pending/${SLUG}-20260103.md`;
      expect(await run(repo, 'fire', again())).toBe(`done ${dated}`);
      expect(await run(repo, 'fire', again())).toBe(`done ${dated}`);
      expect(pathsOf(repo)).toEqual([dated, `vault/${folder}/${SLUG}.md`].toSorted());
    },
  );

  test('under the dated name also after the earlier one was deleted', async () => {
    const repo = await fired();
    await repo.rename(PENDING, `vault/rejected/${SLUG}.md`);
    await run(repo, 'fire', again());
    repo.files.delete(`vault/rejected/${SLUG}.md`);
    expect(await run(repo, 'fire', again())).toBe(`done vault/pending/${SLUG}-20260103.md`);
    expect(pathsOf(repo)).toEqual([`vault/pending/${SLUG}-20260103.md`]);
  });

  test('in the place of the same finding of an earlier firing that still waits', async () => {
    const repo = await fired();
    expect(await run(repo, 'fire', again({ count: 9 }))).toBe(`done ${PENDING}`);
    expect(pathsOf(repo)).toEqual([PENDING]);
    expect(textOf(repo, PENDING)).toContain('firing=b2b2b2b2b2b2');
    expect(textOf(repo, PENDING)).toContain('Seen: 9 times');
  });

  test('beside the one of another finding that has the same name', async () => {
    const repo = await fired();
    const other = again({ fingerprint: 'e5e5e5', firedAt: T0 });
    expect(await run(repo, 'fire', other)).toBe(`done vault/pending/${SLUG}-20260101.md`);
    expect(textOf(repo, PENDING)).toContain('firing=a1a1');
  });

  test('again when it is said again after a person deleted it', async () => {
    const repo = await fired();
    repo.files.clear();
    expect(await run(repo, 'fire', later(), { firedRef: PENDING })).toBe(`done ${PENDING}`);
  });
});

describe('an item is updated', () => {
  test('in place, and nothing a person wrote around it changes by a byte', async () => {
    const repo = await fired();
    const above = 'I look at it — Ann\r\n\r\n';
    const below = '\n## Notes\n\n- [ ] ask Bob  \n\ttabbed\n# Even a title\nno newline at the end';
    repo.files.set(PENDING, above + textOf(repo, PENDING) + below);
    expect(await run(repo, 'update', later())).toBe(`done ${PENDING}`);
    const text = textOf(repo, PENDING);
    expect(text).toContain('Seen: 5 times');
    expect(text.startsWith(`${above}<!-- reactor:begin item `)).toBe(true);
    expect(text.endsWith(`<!-- reactor:end item -->\n${below}`)).toBe(true);
  });

  test.each<[string, (text: string) => string]>([
    ['a word', (text) => text.replace('mend what', 'ignore what')],
    ['a line', (text) => text.replace('## Why', 'Ann: on it\n\n## Why')],
    ['the end marker', (text) => text.replace('<!-- reactor:end item -->\n', '')],
    ['the hash', (text) => text.replace(/hash=\w+/, 'hash=000000000000')],
  ])('not when a person changed %s inside it', async (_what, edit) => {
    const repo = await fired();
    const edited = edit(textOf(repo, PENDING));
    repo.files.set(PENDING, edited);
    expect(await run(repo, 'update', later())).toBe(`skipped a person edited ${PENDING}; it is left as it is`);
    expect(textOf(repo, PENDING)).toBe(edited);
  });

  test('not when a person removed it', async () => {
    const repo = await fired();
    repo.files.clear();
    expect(await run(repo, 'update', later(), { firedRef: PENDING })).toBe(`skipped a person removed ${PENDING}`);
    expect(pathsOf(repo)).toEqual([]);
  });

  test('into being when it never could be filed', async () => {
    const repo = memoryOpsRepo();
    expect(await run(repo, 'update', later(), { firedRef: '' })).toBe(`done ${PENDING}`);
  });
});

describe('an item is withdrawn', () => {
  test('with the time and the reason, what people wrote included', async () => {
    const repo = await fired();
    repo.files.set(PENDING, `${textOf(repo, PENDING)}\nAnn was here`);
    expect(await run(repo, 'resolve', overCard())).toBe(`done ${WITHDRAWN}`);
    expect(pathsOf(repo)).toEqual([WITHDRAWN]);
    const text = textOf(repo, WITHDRAWN);
    expect(text).toContain('Ann was here\n\n<!-- reactor:begin withdrawn ');
    expect(text).toMatch(
      /## Withdrawn\n- When: 2026-01-01T10:29:00Z\n.*\n- Lasted: 14m, seen 4 times\n<!-- reactor:end withdrawn -->\n$/,
    );
    expect(text).toContain('Seen: 4 times');
  });

  test('once, however often the order is carried out', async () => {
    const repo = await fired();
    await run(repo, 'resolve', overCard());
    const before = new Map(repo.files);
    expect(await run(repo, 'resolve', overCard())).toBe(`done ${WITHDRAWN}`);
    expect(repo.files).toEqual(before);
  });

  test('as a person left it when they had edited it', async () => {
    const repo = await fired();
    const edited = textOf(repo, PENDING).replace('mend what', 'ignore what');
    repo.files.set(PENDING, edited);
    expect(await run(repo, 'resolve', overCard())).toBe(`done ${WITHDRAWN}`);
    expect(textOf(repo, WITHDRAWN).startsWith(edited)).toBe(true);
  });

  test('not when a person moved it', async () => {
    const repo = await fired();
    await repo.rename(PENDING, `vault/approved/${SLUG}.md`);
    expect(await run(repo, 'resolve', overCard())).toBe(
      `skipped a person moved it to vault/approved/${SLUG}.md; it stays there`,
    );
    expect(pathsOf(repo)).toEqual([`vault/approved/${SLUG}.md`]);
  });

  test('not when there is none, or only another firing has one', async () => {
    expect(await run(memoryOpsRepo(), 'resolve', overCard())).toBe('skipped no item of this firing is pending');
    const repo = await fired();
    await run(repo, 'fire', again());
    expect(await run(repo, 'resolve', overCard())).toBe('skipped no item of this firing is pending');
    expect(pathsOf(repo)).toEqual([PENDING]);
  });

  test('beside another firing that ended in the same second', async () => {
    const repo = await fired();
    await run(repo, 'resolve', overCard());
    const other = { firing: 'b2b2b2b2b2b2' };
    await run(repo, 'fire', makeCard(other));
    expect(await run(repo, 'resolve', overCard(other))).toMatch(
      new RegExp(`^done vault/withdrawn/${SLUG}-20260101T102900Z-[0-9a-f]{6}.md$`),
    );
    expect(pathsOf(repo)).toHaveLength(2);
  });

  test('and a new firing afterwards is a new item under the same name', async () => {
    const repo = await fired();
    await run(repo, 'resolve', overCard());
    expect(await run(repo, 'fire', again())).toBe(`done ${PENDING}`);
    expect(pathsOf(repo)).toEqual([PENDING, WITHDRAWN]);
  });
});

describe('nothing is left half or twice', () => {
  const CUTS = [1, 2, 3, 4, 5].flatMap((n) => (['before', 'after'] as const).map((when) => [when, n] as const));

  test.each(CUTS)('when the process dies %s change %i', async (when, n) => {
    const repo = memoryOpsRepo();
    repo.dieAt(n, when);
    const steps: readonly (readonly [Phase, Card])[] = [
      ['fire', makeCard()],
      ['update', later()],
      ['resolve', overCard()],
      ['fire', again()],
    ];
    let deaths = 0;
    for (const [phase, card] of steps) deaths += await survive(() => run(repo, phase, card));
    expect(deaths).toBe(1);
    expect(pathsOf(repo)).toEqual([PENDING, WITHDRAWN]);
    expect(textOf(repo, WITHDRAWN).match(/## Withdrawn/g)).toHaveLength(1);
    expect(textOf(repo, PENDING).match(/^# /gm)).toHaveLength(1);
  });

  test.each<[OpsRepoFault, boolean]>([
    ['full', true],
    ['read-only', true],
    ['denied', true],
    ['changed', true],
    ['other', true],
    ['outside', false],
    ['not-text', false],
  ])('when the folder says %s, and whether it is tried again is %s', async (fault, retry) => {
    const repo = memoryOpsRepo();
    repo.refuse(fault);
    const spec = { act: 'vault', slug: SLUG, tier: 'low', assignee: '', human: '', card: makeCard() } as const;
    const result = await vaultEffect({ repo }).run(makeOrder(spec), makeContext());
    expect(result).toEqual({ outcome: 'failed', reason: `refused: ${fault}`, retry });
    repo.refuse(null);
    expect(await run(repo, 'fire')).toBe(`done ${PENDING}`);
  });

  test('whenever it is carried out: the text does not depend on the clock', async () => {
    const repo = await fired();
    const before = textOf(repo, PENDING);
    await run(repo, 'fire', makeCard(), { now: T0 + DAY + 7 * SECOND, attempt: 9 });
    expect(textOf(repo, PENDING)).toBe(before);
  });
});

test('an item that a person moves while it is looked for is not filed twice', async () => {
  const repo = await fired();
  const approved = `vault/approved/${SLUG}.md`;
  const moving: MemoryOpsRepo = {
    ...repo,
    read: async (path) => {
      const text = await repo.read(path);
      if (path === PENDING && text !== null) await repo.rename(PENDING, approved);
      return text;
    },
  };
  expect(await run(moving, 'update', later(), { firedRef: PENDING })).toBe(`failed ${PENDING} was changed`);
  expect(await run(moving, 'update', later(), { firedRef: PENDING })).toBe(`skipped a person moved it to ${approved}`);
  expect(pathsOf(repo)).toEqual([approved]);
});
