import { describe, expect, test } from 'vitest';
import { forgejoForge } from '../../src/adapters/forgejo.ts';
import type { Forge } from '../../src/ports/forge.ts';
import { emptyForge, fakeForge, startFakeForgejo, TOKEN, type ForgeWorld } from '../support/fake-forgejo.ts';
import { fixture } from '../support/forge-deliveries.ts';
import {
  asIssue,
  closePull,
  makeEntry,
  makeIssue,
  makePull,
  makeReview,
  makeStatus,
  SHA,
} from '../support/forge-objects.ts';

const REPO = 'acme/widget';
const { signal } = new AbortController();
const T = '2026-01-02T00:00:00Z';

interface Open extends AsyncDisposable {
  readonly forge: Forge;
  readonly world: ForgeWorld;
}

const MAKERS: readonly (readonly [string, () => Promise<Open>])[] = [
  [
    'the fake',
    async () => {
      const world = emptyForge();
      return { world, forge: fakeForge(world), [Symbol.asyncDispose]: async () => undefined };
    },
  ],
  [
    'the client of Forgejo',
    async () => {
      const server = await startFakeForgejo();
      const forge = forgejoForge({ url: `${server.url}/`, token: TOKEN });
      return { world: server.world, forge, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
    },
  ],
];

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at + 1);
const numbersOf = (list: readonly unknown[]): readonly number[] =>
  list.map((one) => (one as { number: number }).number);

describe.each(MAKERS)('%s', (_, open) => {
  test('lists are whole: 120 of everything that has pages', async () => {
    await using it = await open();
    const { world, forge } = it;
    for (const n of range(120)) {
      world.pulls.set(n, makePull({ number: n }));
      world.issues.set(1000 + n, makeIssue({ number: 1000 + n }));
      world.issues.set(2000 + n, makeIssue({ number: 2000 + n, state: 'closed', closed: T }));
    }
    world.reviews.set(
      1,
      range(120).map((n) => makeReview({ by: `r${n}`, state: 'COMMENT', sha: SHA(1), at: T })),
    );
    world.statuses.set(
      SHA(1),
      range(120).map((n) => makeStatus(`ci/${n}`, 'success', T)),
    );
    world.links?.set(
      1001,
      range(120).map((n) => makeIssue({ number: 2000 + n })),
    );
    expect(numbersOf(await forge.openPulls(REPO, signal))).toEqual(range(120));
    expect(await forge.issues(REPO, { state: 'open', since: null }, signal)).toHaveLength(120);
    expect(await forge.issues(REPO, { state: 'closed', since: null }, signal)).toHaveLength(120);
    expect(await forge.reviews(REPO, 1, signal)).toHaveLength(120);
    expect(await forge.statuses(REPO, SHA(1), signal)).toHaveLength(120);
    expect(await forge.dependencies(REPO, 1001, signal)).toHaveLength(120);
  });

  test('what is not there is null, and what has nothing is empty', async () => {
    await using it = await open();
    const { world, forge } = it;
    world.issues.set(7, makeIssue({ number: 7 }));
    expect(await forge.issue(REPO, 8, signal)).toBeNull();
    expect(await forge.pull(REPO, 7, signal)).toBeNull();
    expect(await forge.commit(REPO, SHA(1), signal)).toBeNull();
    expect(await forge.statuses(REPO, SHA(1), signal)).toEqual([]);
    expect(await forge.dependencies(REPO, 7, signal)).toEqual([]);
    world.links = null;
    expect(await forge.dependencies(REPO, 7, signal)).toBeNull();
  });

  test('issues come without pull requests, and may be asked for by their last change', async () => {
    await using it = await open();
    const { world, forge } = it;
    world.pulls.set(5, makePull({ number: 5 }));
    world.issues.set(7, makeIssue({ number: 7, updated: '2026-01-01T00:00:00Z' }));
    world.issues.set(8, makeIssue({ number: 8, updated: '2026-01-03T00:00:00Z' }));
    expect(numbersOf(await forge.issues(REPO, { state: 'open', since: null }, signal))).toEqual([7, 8]);
    expect(numbersOf(await forge.issues(REPO, { state: 'open', since: Date.parse(T) }, signal))).toEqual([8]);
    expect(await forge.issue(REPO, 5, signal)).toMatchObject({ number: 5, pull_request: { merged: false } });
  });

  test('a pull request that was merged says by whom, and a commit its date', async () => {
    await using it = await open();
    const { world, forge } = it;
    world.pulls.set(5, closePull(makePull({ number: 5 }), T, 'alice'));
    world.commits.set(SHA(5), T);
    expect(await forge.openPulls(REPO, signal)).toEqual([]);
    expect(await forge.pull(REPO, 5, signal)).toMatchObject({ merged: true, merged_by: { login: 'alice' } });
    expect(await forge.commit(REPO, SHA(5), signal)).toMatchObject({ commit: { committer: { date: T } } });
    expect(await forge.fullName(REPO, signal)).toBe(REPO);
  });

  test('a repository has a newest commit, or none, and folders, or none', async () => {
    await using it = await open();
    const { world, forge } = it;
    expect(await forge.newestCommit(REPO, signal)).toBeNull();
    world.newest = T;
    expect(await forge.newestCommit(REPO, signal)).toMatchObject({ commit: { committer: { date: T } } });
    expect(await forge.folder(REPO, 'evidence/engagement', signal)).toBeNull();
    world.folders.set('evidence/engagement', [makeEntry('2026-01-01.json', 'file')]);
    expect(await forge.folder(REPO, 'evidence/engagement', signal)).toMatchObject([{ name: '2026-01-01.json' }]);
    await expect(forge.newestCommit('acme/other', signal)).rejects.toThrow('or the token may not see it');
    await expect(forge.folder('acme/other', 'evidence', signal)).rejects.toThrow('or the token may not see it');
    world.broken = 502;
    await expect(forge.newestCommit(REPO, signal)).rejects.toThrow('answers 502');
    await expect(forge.folder(REPO, 'evidence', signal)).rejects.toThrow('answers 502');
  });

  test('a forge that is broken, and a repository that it does not have, are errors and never empty', async () => {
    await using it = await open();
    const { world, forge } = it;
    await expect(forge.openPulls('acme/other', signal)).rejects.toThrow('or the token may not see it');
    world.broken = 502;
    await expect(forge.openPulls(REPO, signal)).rejects.toThrow('answers 502');
    await expect(forge.issue(REPO, 7, signal)).rejects.toThrow('answers 502');
    await expect(forge.dependencies(REPO, 7, signal)).rejects.toThrow('answers 502');
  });
});

test('the objects of the fake have the fields of those in the recordings', () => {
  const keys = (value: object): readonly string[] => Object.keys(value).toSorted();
  const pull = fixture('constructed-v15-pull_request-opened.json').pull_request;
  const merged = fixture('constructed-v15-pull_request-closed-merged.json').pull_request;
  const issue = fixture('constructed-v15-issues-opened.json').issue;
  expect(keys(makePull({ number: 1 }))).toEqual(keys(pull));
  expect(keys(makePull({ number: 1 })['head'] as object)).toEqual(keys(pull.head));
  expect(keys(closePull(makePull({ number: 1 }), T, 'alice'))).toEqual(keys(merged));
  expect(keys(makeIssue({ number: 1 }))).toEqual(keys(issue));
  expect(keys(asIssue(makePull({ number: 1 })))).toEqual(keys(issue));
});
