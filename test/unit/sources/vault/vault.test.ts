import { describe, expect, test } from 'vitest';
import { SECOND, toIso } from '../../../../src/core/time.ts';
import { parseAction } from '../../../../src/sources/vault/action.ts';
import { vaultSource, type VaultSourceOptions } from '../../../../src/sources/vault/index.ts';
import { decideTier, parsePolicy } from '../../../../src/sources/vault/policy.ts';
import { fakeClock } from '../../../support/fake-clock.ts';
import { fakePlace, type FakePlace } from '../../../support/fake-place.ts';
import { logOf, runSource, SILENT_LOG, type RunningSource } from '../../../support/run-source.ts';

const GOOD = `id = "publish-20260101"
formula = "run-publish-site"
context = "Publish the site"
secrets = ["DEPLOY_KEY", "GITHUB_TOKEN"]
mounts = ["ssh"]
timeout_minutes = 30
blast_radius = "high"
`;

const HUMAN_ONLY = `context = "Fix branch protection of the ops repository"
unblocks = ["#758"]

[action_required]
description = """
- remove the protection
"""
`;

const FORMULAS = new Set(['run-publish-site', 'groom-backlog']);
const edit = (from: RegExp | string, to: string): string => GOOD.replace(from, to);

describe('an action', () => {
  test('with the ten legal keys can be run', () => {
    expect(parseAction(GOOD, 'publish-20260101', FORMULAS)).toEqual({
      shape: 'action',
      reason: '',
      title: 'Publish the site',
      formula: 'run-publish-site',
      claimed: 'high',
    });
    expect(parseAction(edit(/^(id.*)$/m, '$1 # the name'), 'publish-20260101', null).reason).toBe('');
    expect(parseAction(edit(/secrets = .*/, 'secrets = []'), 'publish-20260101', null).reason).toBe('');
  });

  test.each([
    ['a key that no action has', `${GOOD}colour = "red"\n`, 'colour is no key of an action'],
    ['such a key below a table header', `${GOOD}[execution]\nunblocks = "#1"\n`, 'unblocks is no key of an action'],
    ['no secrets', edit(/secrets = .*\n/, ''), 'secrets is missing'],
    ['another id than its file', edit('publish-20260101', 'publish-20260102'), 'id is not publish-20260101'],
    ['single quotes', edit('"Publish the site"', "'Publish the site'"), 'context is not a text in double quotes'],
    ['a formula that is not there', edit('run-publish-site', 'run-away'), 'there is no formula of that name'],
    ['a secret that may not be given', edit('DEPLOY_KEY', 'FORGE_ADMIN_TOKEN'), 'secrets may hold CLAWHUB_TOKEN'],
    [
      'a list over more than one line',
      edit('["DEPLOY_KEY", ', '[\n"DEPLOY_KEY", '),
      'secrets is not a list on one line',
    ],
    ['a mount that is not known', edit('"ssh"', '"docker"'), 'mounts may hold ssh'],
    ['no time', edit('= 30', '= 0'), 'timeout_minutes is not a number'],
    ['a tier that is none', edit('"high"', '"tiny"'), 'blast_radius is none of low, medium, high'],
    ['a mode that is none', `${GOOD}dispatch_mode = "now"\n`, 'dispatch_mode is none of direct, pr'],
  ])('with %s cannot', (_, text, reason) => {
    const reading = parseAction(text, 'publish-20260101', FORMULAS);
    expect(reading.shape).toBe('action');
    expect(reading.reason).toContain(reason);
  });

  test('without a formula is a request to people', () => {
    expect(parseAction(HUMAN_ONLY, 'fix-it', FORMULAS)).toEqual({
      shape: 'human_only',
      reason: 'it names no formula, and has the key unblocks, which an action cannot have: only a person can do it',
      title: 'Fix branch protection of the ops repository',
      formula: '',
      claimed: '',
    });
  });
});

const POLICY = `# tiers
groom-backlog = "high"
[tiers]
groom-backlog = "low" # daily
"run-publish-site" = "medium"
broken = "tiny"
[other]
dev = "low"
`;

describe('the tier', () => {
  test('policy is what stands in its own table', () => {
    expect([...parsePolicy(POLICY)]).toEqual([
      ['groom-backlog', 'low'],
      ['run-publish-site', 'medium'],
    ]);
  });

  test.each([
    ['groom-backlog', '', 'low'],
    ['groom-backlog', 'low', 'low'],
    ['groom-backlog', 'high', 'high'],
    ['run-publish-site', 'low', 'medium'],
    ['run-publish-site', 'high', 'high'],
    ['broken', 'low', 'high'],
    ['unknown-one', 'low', 'high'],
    ['', 'low', 'high'],
  ] as const)('of formula "%s" that claims "%s" is %s', (formula, claimed, tier) => {
    expect(decideTier(formula, claimed, parsePolicy(POLICY)).tier).toBe(tier);
  });

  test('is high while the policy cannot be read', () => {
    expect(decideTier('groom-backlog', 'low', null)).toEqual({ tier: 'high', reason: 'the policy cannot be read' });
  });
});

const REQUEST = '# Buy a domain\n\n## What\nA domain\n\n## Why\nBlocks #7\n\n## Unblocks\n- #7\n';

async function start(
  fill: (place: FakePlace) => void,
  more: Partial<VaultSourceOptions> = {},
): Promise<{ place: FakePlace; clock: ReturnType<typeof fakeClock>; source: RunningSource }> {
  const clock = fakeClock();
  const place = fakePlace();
  place.put('/factory/formulas/run-publish-site.toml', '', 0);
  place.put('/ops/vault/policy.toml', POLICY, 0);
  fill(place);
  const options = { host: 'box', root: '/ops', formulaFolder: '/factory/formulas', files: place.files };
  const source = await runSource(
    vaultSource({ ...options, clock, log: SILENT_LOG, latest: logOf([]), ...more }),
    clock,
  );
  return { place, clock, source };
}

test('where the factory’s clone is not, what the reactor filed is said, and that it is not all', async () => {
  const fill = (place: FakePlace): void => place.put('/ops/vault/pending/harb-domain.md', REQUEST, 5000);
  const world = await start(fill, { isOwn: async () => true });
  await using source = world.source;
  expect(source.said('vault.item')).toHaveLength(1);
  expect(source.reports.at(-1)).toEqual(['degraded', expect.stringContaining('/ops is no clone of the ops repo')]);
});

describe('an item', () => {
  test('is said once with what its folder makes of it', async () => {
    const world = await start((place) => place.put('/ops/vault/pending/harb-domain.md', REQUEST, 5000));
    await using source = world.source;
    expect(source.said('vault.item')).toEqual([
      {
        host: 'box',
        id: 'harb-domain',
        exists: true,
        state: 'pending',
        folder: 'pending',
        repo: '',
        pr: 0,
        shape: 'request',
        conforming: true,
        reason: '',
        title: 'Buy a domain',
        formula: '',
        tier: 'high',
        tier_reason: 'it names no formula',
        claimed_tier: '',
        exit_code: -1,
        changed_at: toIso(5000),
        finding: '',
        path: 'vault/pending/harb-domain.md',
      },
    ]);
    await world.clock.advance(60 * SECOND);
    expect(source.said('vault.item')).toEqual([]);
    expect(source.reports).toEqual([['available', 'reading the vault in /ops']]);
  });

  test.each([
    [
      'pending/a.md',
      '## What\n## Why\n## Unblocks\n',
      { conforming: false, reason: 'it has no title: a first line "# …"' },
    ],
    ['pending/a.md', '# T\n## What\n## Unblocks\n', { conforming: false, reason: 'it has no section "## Why"' }],
    ['pending/a.md', REQUEST.replace('Blocks #7', '- Blast radius: medium'), { claimed_tier: 'medium', tier: 'high' }],
    ['approved/a.md', REQUEST, { state: 'approved' }],
    ['rejected/a.md', REQUEST, { state: 'rejected' }],
    ['withdrawn/a.md', REQUEST, { state: 'withdrawn' }],
    ['fired/a.md', REQUEST, { state: 'fired' }],
    ['pending/a.json', '{"id":"a","type":"blog-post"}', { shape: 'legacy', conforming: true, title: 'blog-post a' }],
    ['pending/a.json', '{"id":"a"', { shape: 'legacy', conforming: false }],
    [
      'actions/a.toml',
      GOOD.replace('publish-20260101', 'a'),
      { state: 'approved', shape: 'action', conforming: true, tier: 'high' },
    ],
    ['actions/a.toml', HUMAN_ONLY, { state: 'pending', shape: 'human_only', conforming: false, tier: 'high' }],
    [
      'actions/a.toml',
      GOOD.replace('publish-20260101', 'a').replace('blast_radius = "high"', ''),
      { tier: 'medium', formula: 'run-publish-site' },
    ],
  ])('%s', async (path, text, expected) => {
    const world = await start((place) => place.put(`/ops/vault/${path}`, text, 0));
    await using source = world.source;
    expect(source.said('vault.item')).toMatchObject([{ id: 'a', ...expected }]);
  });

  test.each([
    ['{"id":"a","exit_code":0}', { state: 'fired', exit_code: 0 }],
    ['{"id":"a","exit_code":2}', { state: 'failed', exit_code: 2 }],
    ['{', { state: 'failed', exit_code: 1 }],
  ])('that ran with the result %s', async (result, expected) => {
    const world = await start((place) => {
      place.put('/ops/vault/actions/a.toml', GOOD, 0);
      place.put('/ops/vault/actions/a.result.json', result, 0);
    });
    await using source = world.source;
    expect(source.said('vault.item')).toMatchObject([{ id: 'a', ...expected }]);
  });

  test.each([
    ['pending', 'rejected', 'rejected'],
    ['fired', 'rejected', 'fired'],
    ['approved', 'withdrawn', 'withdrawn'],
  ])('in %s and in %s is %s, which is further on', async (one, other, state) => {
    const world = await start((place) => {
      for (const folder of [one, other]) place.put(`/ops/vault/${folder}/a.md`, REQUEST, 0);
    });
    await using source = world.source;
    expect(source.said('vault.item')).toMatchObject([{ id: 'a', state }]);
  });

  test('that is moved, changed and taken away is said each time', async () => {
    const world = await start((place) => place.put('/ops/vault/pending/a.md', REQUEST, 0));
    await using source = world.source;
    source.said('vault.item');
    world.place.remove('/ops/vault/pending/a.md');
    world.place.put('/ops/vault/approved/a.md', REQUEST, 0);
    await world.clock.advance(5 * SECOND);
    expect(source.said('vault.item')).toMatchObject([{ id: 'a', state: 'approved' }]);
    world.place.remove('/ops/vault/approved/a.md');
    await world.clock.advance(5 * SECOND);
    expect(source.said('vault.item')).toMatchObject([{ id: 'a', exists: false }]);
  });

  test('that cannot be seen any more is not gone', async () => {
    const world = await start((place) => place.put('/ops/vault/pending/a.md', REQUEST, 0));
    await using source = world.source;
    source.said('vault.item');
    world.place.refused.set('/ops/vault/pending', '/ops/vault/pending: not allowed to read it');
    await world.clock.advance(5 * SECOND);
    expect(source.said('vault.item')).toEqual([]);
    expect(source.reports.at(-1)).toEqual(['degraded', '/ops/vault/pending: not allowed to read it']);
  });

  test('in a vault that is not there any more is not gone, also when it was there before a restart', async () => {
    const world = await start((place) => place.put('/ops/vault/pending/a.md', REQUEST, 0));
    world.place.remove('/ops');
    await world.clock.advance(5 * SECOND);
    await world.source[Symbol.asyncDispose]();
    const later = await start((place) => place.remove('/ops'), { latest: logOf(world.source.events) });
    await later.source[Symbol.asyncDispose]();
    for (const { events, reports } of [world.source, later.source]) {
      expect(events.filter((event) => event.kind === 'vault.item' && !event.data.exists)).toEqual([]);
      expect(reports.at(-1)).toEqual(['degraded', '/ops/vault: no such folder']);
    }
  });

  test('has not been filed where there is no vault yet', async () => {
    const world = await start((place) => place.remove('/ops'));
    await using source = world.source;
    expect([source.events, source.reports]).toEqual([[], [['available', 'reading the vault in /ops']]]);
  });

  test('is not gone while it cannot be read, nor is any other', async () => {
    const world = await start((place) => {
      place.put('/ops/vault/pending/a.md', REQUEST, 0);
      place.put('/ops/vault/pending/b.md', REQUEST, 0);
    });
    await using source = world.source;
    source.said('vault.item');
    world.place.put('/ops/vault/pending/a.md', `${REQUEST}more`, 1);
    world.place.refused.set('/ops/vault/pending/a.md', 'not allowed to read it');
    await world.clock.advance(5 * SECOND);
    expect(source.said('vault.item')).toEqual([]);
    expect(source.reports.at(-1)).toEqual(['degraded', '/ops/vault/pending/a.md: not allowed to read it']);
  });

  test('that another source says is left to it', async () => {
    const world = await start((place) => place.put('/ops/vault/pending/a.md', REQUEST, 0));
    await using _ = world.source;
    const others = world.source.events.map((event) => ({ ...event, source: 'ops://box/a' }));
    const later = await start(() => undefined, { latest: logOf(others) });
    await using source = later.source;
    expect(source.events).toEqual([]);
  });

  test.each([
    ['no folder with formulas was named', { formulaFolder: null }],
    ['the folder with formulas cannot be looked into', { formulaFolder: '/elsewhere' }],
  ])('names a formula of which nobody knows whether it is there when %s', async (_, more) => {
    const action = 'id = "a"\nformula = "groom-backlog"\ncontext = "do it"\nsecrets = []\n';
    const world = await start((place) => place.put('/ops/vault/actions/a.toml', action, 0), more);
    await using source = world.source;
    expect(source.said('vault.item')).toMatchObject([{ id: 'a', conforming: true, reason: '' }]);
  });

  test('is not the page about the folder, nor the result of another', async () => {
    const world = await start((place) => {
      place.put('/ops/vault/pending/README.md', REQUEST, 0);
      place.put('/ops/vault/pending/.hidden.md', REQUEST, 0);
      place.put('/ops/vault/actions/a.result.json', '{}', 0);
    });
    await using source = world.source;
    expect(source.events).toEqual([]);
  });

  test('that is closed is said while it is among the newest hundred', async () => {
    const world = await start((place) => {
      for (let i = 0; i < 150; i += 1) place.put(`/ops/vault/fired/item-${i}.md`, REQUEST, i);
    });
    await using source = world.source;
    const ids = source.said('vault.item').map((item) => item.id);
    expect(ids).toHaveLength(100);
    expect(ids).toContain('item-149');
    expect(ids).not.toContain('item-49');
  });
});
