import { describe, expect, test } from 'vitest';
import type { Card, Phase } from '../../../../src/core/effect.ts';
import type { Health } from '../../../../src/core/health.ts';
import { DAY, MINUTE, type Instant } from '../../../../src/core/time.ts';
import { journalEffect, type JournalPorts } from '../../../../src/effects/journal/index.ts';
import { OpsRepoError, type OpsRepo } from '../../../../src/ports/ops-repo.ts';
import { makeCard, makeContext, makeOrder, overCard, said, T0 } from '../../../support/effect-orders.ts';
import { memoryOpsRepo, survive, type MemoryOpsRepo } from '../../../support/memory-ops-repo.ts';

const PAGE = 'journal/supervisor/2026-01-01.md';
const HEALTH: Health = { ramMb: 3120, swapMb: 0, diskPct: 71, load: 0.524, containers: 14 };
const BLIND: Health = { ramMb: null, swapMb: null, diskPct: null, load: null, containers: null };

interface Saying {
  readonly phase?: Phase;
  readonly card?: Card;
  readonly also?: readonly string[];
  readonly at?: Instant;
}

const ports = (repo: OpsRepo, health: Health = HEALTH): JournalPorts => ({
  places: [{ repo, folder: 'journal/supervisor' }],
  health: () => health,
});

async function say(to: JournalPorts, saying: Saying = {}): Promise<string> {
  const { phase = 'fire', card = makeCard(), at = T0 } = saying;
  const also = saying.also ?? ['vault item supervisor-x', 'ops alerted'];
  const order = makeOrder({ act: 'journal', card, also } as const, { phase, decidedAt: at });
  return said(await journalEffect(to).run(order, makeContext()));
}

const pageOf = (repo: MemoryOpsRepo, path = PAGE): string => repo.files.get(path) ?? '';
/** As a person sees it: without what is hidden. */
const shown = (page: string): string => page.replaceAll(/ ?<!-- .*? -->/g, '');
const linesWith = (page: string, word: string): readonly string[] =>
  page.split('\n').filter((line) => line.includes(word));
const other = (n: number, more: Partial<Card> = {}): Card =>
  makeCard({ firing: `c${n}`, fingerprint: `d${n}`, title: `Finding ${n}`, text: '', ...more });

async function storm(repo: MemoryOpsRepo): Promise<void> {
  for (let n = 0; n < 50; n += 1) {
    await say(ports(repo), { card: other(n), also: ['ops alerted', `vault item v${n}`] });
  }
}

describe('an entry', () => {
  test('has the format of the formula', async () => {
    const repo = memoryOpsRepo();
    expect(await say(ports(repo))).toBe(`done ${PAGE}`);
    expect(shown(pageOf(repo))).toBe(`## Supervisor run — 10:20 UTC

### Health status
- RAM: 3120MB available, Swap: 0MB
- Disk: 71%
- Load: 0.52
- Docker: 14 containers

### Findings
- [P2] Restart loop in harb: harb/anvil died 3x in 10m (last exit 1); owner @johba — vault item supervisor-x, ops alerted

### Actions taken
- ops alerted: Restart loop in harb

### Vault items filed
- vault/pending/supervisor-x.md — Restart loop in harb
`);
  });

  test('says of a finding that nobody can confirm since when', async () => {
    const repo = memoryOpsRepo();
    await say(ports(repo), { card: makeCard({ unconfirmed: { source: 'forge', since: T0, reason: '502' } }) });
    expect(pageOf(repo)).toContain(
      'owner @johba (unconfirmed since 2026-01-01T10:24:00Z: forge cannot see, 502) — vault',
    );
  });

  test('keeps the two headings that nothing was done under', async () => {
    const repo = memoryOpsRepo();
    await say(ports(repo), { also: [] });
    expect(shown(pageOf(repo))).toContain('### Actions taken\n- No actions needed\n\n### Vault items filed\n- None\n');
    expect(pageOf(repo)).toContain('owner @johba — noted <!--');
  });

  test('says unavailable, never 0, for what could not be read', async () => {
    const repo = memoryOpsRepo();
    await say(ports(repo, BLIND));
    expect(pageOf(repo)).toContain(
      '- RAM: unavailable, Swap: unavailable\n- Disk: unavailable\n- Load: unavailable\n- Docker: unavailable\n',
    );
  });

  test('says what was ordered beside it', async () => {
    const repo = memoryOpsRepo();
    await say(ports(repo), { also: ['notify', 'vault item stale-pr-42', 'nudge', 'incident'] });
    expect(pageOf(repo)).toContain(
      '— alert ordered, vault item stale-pr-42, nudge ordered, incident file ordered <!--',
    );
    expect(pageOf(repo)).toContain('- vault/pending/stale-pr-42.md — Restart loop in harb <!--');
  });

  test('covers twenty minutes: the same slot shares it, the next has its own', async () => {
    const repo = memoryOpsRepo();
    for (const [n, minutes] of [0, 15, 16, 35, 36].entries()) {
      await say(ports(repo), { card: other(n), at: T0 + minutes * MINUTE });
    }
    expect(linesWith(pageOf(repo), '## Supervisor run')).toEqual(
      ['10:20', '10:40', '11:00'].map((time) => `## Supervisor run — ${time} UTC`),
    );
  });

  test('of a late order stands before those of later slots', async () => {
    const repo = memoryOpsRepo();
    await say(ports(repo), { card: other(2), at: T0 + 40 * MINUTE });
    await say(ports(repo), { card: other(1), at: T0 });
    expect(linesWith(pageOf(repo), '## Supervisor run').map((line) => line.slice(20, 25))).toEqual(['10:20', '11:00']);
    expect(linesWith(pageOf(repo), '[P2]').map((line) => line.slice(7, 16))).toEqual(['Finding 1', 'Finding 2']);
  });

  test('is on the page of its UTC day', async () => {
    const repo = memoryOpsRepo();
    expect(await say(ports(repo), { at: Date.UTC(2026, 0, 1, 23, 59) })).toBe(`done ${PAGE}`);
    expect(await say(ports(repo), { at: T0 + DAY })).toBe('done journal/supervisor/2026-01-02.md');
  });

  test('of a storm stays within 25 lines, counts the rest, and shows everything urgent', async () => {
    const repo = memoryOpsRepo();
    await storm(repo);
    const once = pageOf(repo);
    expect(once.trimEnd().split('\n')).toHaveLength(25);
    expect(shown(once)).toContain('- … and 45 more: `reactor findings --all` shows the rest\n');
    await storm(repo);
    expect(pageOf(repo)).toBe(once);
    await say(ports(repo), { card: other(99, { priority: 'P0' }) });
    expect(linesWith(pageOf(repo), '- [P0] Finding 99')).toHaveLength(1);
  });

  test('of a storm does not grow without end', async () => {
    const repo = memoryOpsRepo();
    for (let n = 0; n < 300; n += 1) await say(ports(repo), { card: other(n), also: [] });
    const page = pageOf(repo);
    await say(ports(repo), { card: other(301), also: [] });
    expect(pageOf(repo)).toBe(page);
    expect(page).toContain('- … and 200 or more:');
  });
});

describe('an all clear', () => {
  const clear = makeCard({ state: 'clear', rule: 'all-clear', priority: 'P4', title: 'All clear', text: 'no issues' });

  test('is the entry that the factory writes when nothing is wrong, 15 lines at least', async () => {
    const repo = memoryOpsRepo();
    await say(ports(repo), { card: clear, also: [] });
    await say(ports(repo), { card: clear, also: [] });
    expect(shown(pageOf(repo))).toBe(`## Supervisor run — 10:20 UTC

### Health status
- RAM: 3120MB available, Swap: 0MB
- Disk: 71%
- Load: 0.52
- Docker: 14 containers

### Findings
- No issues found — all systems healthy

### Actions taken
- No actions needed

### Vault items filed
- None
`);
    expect(pageOf(repo).trimEnd().split('\n').length).toBeGreaterThanOrEqual(15);
  });

  test('stands behind what was wrong in the same sweep, and what comes later stands behind it', async () => {
    const repo = memoryOpsRepo();
    for (const card of [other(1), clear, other(2)]) await say(ports(repo), { card, also: [] });
    const rows = pageOf(repo).split('\n').map(shown);
    expect(rows.slice(rows.indexOf('### Findings') + 1, rows.indexOf('### Actions taken') - 1)).toEqual([
      '- [P2] Finding 1 — noted',
      '- No issues found — all systems healthy',
      '- [P2] Finding 2 — noted',
    ]);
  });

  test('is shown however much went wrong before it', async () => {
    const repo = memoryOpsRepo();
    await storm(repo);
    await say(ports(repo), { card: clear, also: [] });
    expect(linesWith(pageOf(repo), 'No issues found')).toHaveLength(1);
  });
});

describe('a finding', () => {
  test('has one line, however often the order is carried out, whatever the box says by then', async () => {
    const repo = memoryOpsRepo();
    await say(ports(repo));
    const once = pageOf(repo);
    await say(ports(repo));
    await say(ports(repo, BLIND));
    expect(pageOf(repo)).toBe(once);
    expect(repo.changes()).toBe(1);
  });

  test.each(['before', 'after'] as const)('has one line when the process dies %s the write', async (when) => {
    const repo = memoryOpsRepo();
    await say(ports(repo), { card: other(1) });
    repo.dieAt(1, when);
    expect(await survive(() => say(ports(repo)))).toBe(1);
    expect(linesWith(pageOf(repo), '- [P2]')).toHaveLength(2);
    expect(linesWith(pageOf(repo), 'Restart loop in harb —')).toHaveLength(0);
    expect(linesWith(pageOf(repo), '- [P2] Restart loop in harb:')).toHaveLength(1);
  });

  test('has its line rewritten when it changes', async () => {
    const repo = memoryOpsRepo();
    await say(ports(repo));
    await say(ports(repo), { phase: 'update', card: makeCard({ text: 'died 9x' }) });
    expect(linesWith(pageOf(repo), '- [P2]').map(shown)).toEqual([
      '- [P2] Restart loop in harb: died 9x — vault item supervisor-x, ops alerted',
    ]);
  });

  test('has a second line when it is over', async () => {
    const repo = memoryOpsRepo();
    await say(ports(repo));
    await say(ports(repo), { phase: 'resolve', card: overCard(), at: T0 + 5 * MINUTE });
    await say(ports(repo), { phase: 'resolve', card: overCard(), at: T0 + 5 * MINUTE });
    expect(linesWith(pageOf(repo), '- [P2]').slice(1).map(shown)).toEqual([
      '- [P2] Restart loop in harb — resolved after 14m',
    ]);
  });
});

describe('what others wrote', () => {
  const THEIRS =
    '# Journal\r\n\r\n## Supervisor run — 10:20 UTC\n\n### Findings\n- [P2] theirs\n\n~~~\n## no heading\n~~~';

  test('stays byte by byte, also an entry of the same minute', async () => {
    const repo = memoryOpsRepo({ [PAGE]: THEIRS });
    await say(ports(repo));
    await say(ports(repo), { card: other(1) });
    expect(pageOf(repo).startsWith(`${THEIRS}\n\n## Supervisor run — 10:20 UTC\n<!-- reactor:entry`)).toBe(true);
    expect(linesWith(pageOf(repo), '- [P2]')).toHaveLength(3);
  });

  test('behind and within our entry stays where it is', async () => {
    const repo = memoryOpsRepo();
    await say(ports(repo));
    const noted = pageOf(repo).replace('### Actions taken', 'Ann: on it\n\n### Actions taken');
    repo.files.set(PAGE, `${noted}\n## Planner run\n- mine`);
    await say(ports(repo), { card: other(1) });
    const rows = pageOf(repo).split('\n').map(shown);
    expect(rows.slice(rows.indexOf('### Findings') + 2, rows.indexOf('### Actions taken'))).toEqual([
      '- [P2] Finding 1 — vault item supervisor-x, ops alerted',
      '',
      'Ann: on it',
      '',
    ]);
    expect(pageOf(repo).endsWith('\n## Planner run\n- mine')).toBe(true);
  });

  test('into a line of ours makes it theirs', async () => {
    const repo = memoryOpsRepo();
    await say(ports(repo));
    repo.files.set(PAGE, pageOf(repo).replace('died 3x', 'died 3x (Ann: a bad disk)'));
    const edited = pageOf(repo);
    await say(ports(repo), { phase: 'update', card: makeCard({ text: 'died 9x' }) });
    expect(pageOf(repo)).toBe(edited);
  });

  test('a heading that was taken away comes back with the next line', async () => {
    const repo = memoryOpsRepo();
    await say(ports(repo), { also: [] });
    repo.files.set(PAGE, pageOf(repo).replace('### Vault items filed\n- None\n', ''));
    await say(ports(repo), { card: other(1) });
    expect(shown(pageOf(repo))).toContain('\n\n### Vault items filed\n- vault/pending/supervisor-x.md — Finding 1\n');
  });

  test('between our reading and our writing is kept', async () => {
    const repo = memoryOpsRepo();
    let once = true;
    const racing: OpsRepo = {
      ...repo,
      write: async (path, text, expected) => {
        if (once) repo.files.set(path, 'theirs\n');
        once = false;
        return repo.write(path, text, expected);
      },
    };
    expect(await say(ports(racing))).toBe(`done ${PAGE}`);
    expect(pageOf(repo).startsWith('theirs\n\n## Supervisor run')).toBe(true);
  });

  test('without end, so that no write of ours ever fits, is a failure to be tried later', async () => {
    const repo: OpsRepo = {
      ...memoryOpsRepo(),
      write: async () => {
        throw new OpsRepoError('changed', 'changed again');
      },
    };
    expect(await say(ports(repo))).toBe('failed changed again');
  });
});

const both = (ops: MemoryOpsRepo, degraded: MemoryOpsRepo): JournalPorts => ({
  places: [
    { repo: ops, folder: 'journal/supervisor' },
    { repo: degraded, folder: '' },
  ],
  health: () => HEALTH,
});

describe('the place', () => {
  test('is the ops repo, and the folder of the degraded mode when that cannot be written', async () => {
    const [ops, degraded] = [memoryOpsRepo(), memoryOpsRepo()];
    expect(await say(both(ops, degraded))).toBe(`done ${PAGE}`);
    ops.refuse('read-only');
    expect(await say(both(ops, degraded), { card: other(1) })).toBe('done 2026-01-01.md');
    expect([...degraded.files.keys()]).toEqual(['2026-01-01.md']);
  });

  test('of a line that was written in degraded mode stays that one', async () => {
    const [ops, degraded] = [memoryOpsRepo(), memoryOpsRepo()];
    ops.refuse('read-only');
    await say(both(ops, degraded));
    ops.refuse(null);
    expect(await say(both(ops, degraded))).toBe('done 2026-01-01.md');
    expect(ops.files.size).toBe(0);
  });

  test('that is nowhere to be had says what to make writable', async () => {
    const ops = memoryOpsRepo();
    ops.refuse('denied');
    expect(await say(ports(ops))).toMatch(/^failed no folder for the journal .*OPS_REPO_ROOT/);
  });
});

/** How many rows the page has, and how many of them begin something. */
async function counts(words: string): Promise<readonly number[]> {
  const repo = memoryOpsRepo();
  const card = makeCard({ title: words, text: `a ${words}`, rule: words, key: [words], owner: words });
  await say(ports(repo), { card, also: [words, `vault item ${words}`, 'vault item x'] });
  await say(ports(repo), { card: other(1), also: [] });
  const rows = pageOf(repo).split('\n');
  return [rows.length, ...[/^#/, /^<!--/, /^- /, /<!--/].map((shape) => rows.filter((row) => shape.test(row)).length)];
}

test.each([
  'x\n## Supervisor run — 10:20 UTC\n### Findings',
  '<!-- reactor:entry slot=2026-01-01T10:20Z -->',
  '- [P0] forged',
  '`',
])('%j in every field forges neither line, entry nor marker', async (attack) => {
  expect(await counts(attack)).toEqual(await counts('harmless'));
});

test('secrets are taken out', async () => {
  const repo = memoryOpsRepo();
  await say(ports(repo), {
    card: makeCard({ title: 'token: abcdef', text: 'password=hunter2' }),
    also: ['secret=xyzzy'],
  });
  expect(pageOf(repo)).not.toMatch(/abcdef|hunter2|xyzzy/);
});
