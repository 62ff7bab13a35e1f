import { describe, expect, test } from 'vitest';
import type { EventData, EventKind } from '../../../../src/core/catalog/catalog.ts';
import { subjectOf } from '../../../../src/core/catalog/subject.ts';
import { toEvent, type AnyEvent, type StoredEvent } from '../../../../src/core/event.ts';
import type { SourceState } from '../../../../src/core/source.ts';
import { DAY, MINUTE, SECOND } from '../../../../src/core/time.ts';
import { opsSource } from '../../../../src/sources/forge/ops.ts';
import { fakeClock } from '../../../support/fake-clock.ts';
import { emptyForge, fakeForge, type ForgeWorld } from '../../../support/fake-forgejo.ts';
import { closePull, makeEntry, makePull } from '../../../support/forge-objects.ts';
import { SILENT_LOG } from '../../../support/run-source.ts';

const OPS = 'johba/harb-ops';
const THERE = 'codeberg.org/johba/gadget-ops';
const START = Date.UTC(2026, 0, 10, 12);

/** The repositories are asked side by side: theirs goes last. */
const isThere = (data: object): boolean => JSON.stringify(data).includes(THERE);

interface Rig extends AsyncDisposable {
  readonly clock: ReturnType<typeof fakeClock>;
  readonly main: ForgeWorld;
  readonly other: ForgeWorld;
  readonly reports: (readonly [SourceState, string])[];
  /** Something that another source says. */
  tell<K extends EventKind>(scheme: string, kind: K, data: Partial<EventData<K>>): void;
  /** Data of what was said of a kind since this was last asked. */
  said<K extends EventKind>(kind: K): readonly EventData<K>[];
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** The ops repository of the factory, and that of a project at another forge. */
function openRig(): Rig {
  const clock = fakeClock(START);
  const stored: StoredEvent[] = [];
  const main = { ...emptyForge(), repo: OPS, newest: '2026-01-09T12:00:00Z' };
  const other = { ...emptyForge(), repo: 'johba/gadget-ops', newest: '2026-01-10T11:00:00Z' };
  const reports: (readonly [SourceState, string])[] = [];
  const heard = new Map<string, number>();
  const source = opsSource({
    host: 'box',
    repos: [
      { repo: OPS, project: 'harb', isMain: true, forge: fakeForge(main) },
      { repo: THERE, project: 'gadget', isMain: false, forge: { ...fakeForge(other), host: 'codeberg.org' } },
    ],
    clock,
    log: SILENT_LOG,
    latest: (kind) =>
      new Map(stored.filter((event) => event.kind === kind).map((event) => [event.subject, event])).values(),
  });
  const append = (events: readonly AnyEvent[]): void => {
    for (const event of events) {
      if (stored.some(({ id }) => id === event.id)) throw new Error(`${event.id} is in the log already`);
      stored.push({ ...event, received: clock.now(), seq: stored.length + 1 });
      source.note(event);
    }
  };
  let run: { readonly stop: AbortController; readonly done: Promise<void> } | null = null;
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn += 1) await clock.settle();
  };
  const stop = async (): Promise<void> => {
    run?.stop.abort();
    await run?.done;
    run = null;
  };
  return {
    clock,
    main,
    other,
    reports,
    stop,
    tell(scheme, kind, data) {
      const head = { id: `told-${stored.length}`, source: `${scheme}://box/x`, time: clock.now(), host: 'box' };
      append([toEvent(kind, { ...head, subject: subjectOf(kind, data) }, data)]);
    },
    said(kind) {
      const from = heard.get(kind) ?? 0;
      heard.set(kind, stored.length);
      const fresh = stored.slice(from).filter((event) => event.source.startsWith('ops://'));
      return fresh
        .flatMap((event) => (event.kind === kind ? [event.data as EventData<typeof kind>] : []))
        .toSorted((a, b) => Number(isThere(a)) - Number(isThere(b)));
    },
    async start() {
      const controller = new AbortController();
      const done = source.run({
        signal: controller.signal,
        report: (state, reason) => void reports.push([state, reason]),
        emit: async (batch) => {
          append(batch);
          return { stored: batch.length, known: 0 };
        },
      });
      run = { stop: controller, done };
      await settle();
    },
    [Symbol.asyncDispose]: stop,
  };
}

const vaultPull = (number: number, id: string) =>
  ({ ...makePull({ number, branch: `vault/${id}`, updated: '2026-01-10T10:00:00Z' }), title: `vault: ${id}` }) as const;
const itemsOf = (rig: Rig): readonly string[] =>
  rig.said('vault.item').map((item) => `${item.id} #${item.pr} ${item.exists ? item.state : 'gone'}`);

describe('an item of the vault that only its pull request knows', () => {
  test('waits while that is open, and is what became of it, over a restart as well', async () => {
    await using rig = openRig();
    rig.main.pulls.set(5, vaultPull(5, 'publish-20260110'));
    rig.main.pulls.set(6, vaultPull(6, 'prune-20260110'));
    rig.main.pulls.set(7, makePull({ number: 7, branch: 'chore/gardener-x' }));
    rig.other.pulls.set(5, vaultPull(5, 'publish-20260110'));
    await rig.start();
    expect(rig.said('vault.item')).toMatchObject([
      {
        id: 'publish-20260110',
        pr: 5,
        repo: OPS,
        state: 'pending',
        folder: '',
        title: 'publish-20260110',
        tier: 'high',
        changed_at: '2026-01-10T10:00:00.000Z',
      },
      { id: 'prune-20260110', pr: 6 },
      { id: `${THERE}/publish-20260110`, pr: 5, repo: THERE },
    ]);
    rig.main.pulls.set(5, closePull(vaultPull(5, 'publish-20260110'), '2026-01-10T12:01:00Z', 'johba'));
    await rig.stop();
    await rig.clock.advance(MINUTE);
    rig.main.pulls.set(6, closePull(vaultPull(6, 'prune-20260110'), '2026-01-10T12:01:00Z'));
    await rig.start();
    expect(itemsOf(rig).toSorted()).toEqual([
      `${THERE}/publish-20260110 #5 pending`,
      'prune-20260110 #6 rejected',
      'publish-20260110 #5 approved',
    ]);
  });

  test('is asked for soon when a webhook tells of its repository, and else every five minutes', async () => {
    await using rig = openRig();
    await rig.start();
    rig.main.pulls.set(5, vaultPull(5, 'a'));
    rig.tell('forge', 'forge.pull', { repo: OPS, number: 5 });
    await rig.clock.advance(3 * SECOND);
    expect(itemsOf(rig)).toEqual(['a #5 pending']);
    rig.main.pulls.set(6, vaultPull(6, 'b'));
    await rig.clock.advance(4 * MINUTE);
    expect(itemsOf(rig)).toEqual([]);
    await rig.clock.advance(2 * MINUTE);
    expect(itemsOf(rig)).toEqual(['b #6 pending']);
  });

  test('is left to the clone as soon as that shows its file', async () => {
    await using rig = openRig();
    rig.main.pulls.set(5, vaultPull(5, 'a'));
    await rig.start();
    expect(itemsOf(rig)).toEqual(['a #5 pending']);
    rig.main.pulls.set(5, closePull(vaultPull(5, 'a'), '2026-01-10T12:00:00Z', 'johba'));
    rig.tell('vault', 'vault.item', { id: 'a', exists: true, state: 'approved', folder: 'actions' });
    await rig.clock.advance(12 * MINUTE);
    expect(itemsOf(rig)).toEqual([]);
  });

  test('keeps its state while the forge cannot be asked, and nobody says that there is none', async () => {
    await using rig = openRig();
    rig.main.pulls.set(5, vaultPull(5, 'a'));
    await rig.start();
    itemsOf(rig);
    rig.main.pulls.clear();
    rig.main.broken = 502;
    await rig.clock.advance(20 * MINUTE);
    expect(itemsOf(rig)).toEqual([]);
    expect(rig.reports.at(-1)).toEqual(['degraded', 'forge answers 502']);
    rig.other.broken = 502;
    await rig.clock.advance(2 * MINUTE + 5 * MINUTE);
    expect(rig.reports.at(-1)).toEqual(['unavailable', 'forge answers 502']);
    rig.main.broken = 0;
    await rig.clock.advance(2 * MINUTE);
    expect(itemsOf(rig)).toEqual(['a #5 gone']);
  });
});

describe('a repository of which no clone can be read', () => {
  test('tells when it was last written, until a clone can be read', async () => {
    await using rig = openRig();
    await rig.start();
    expect(rig.said('git.repo')).toMatchObject([
      {
        path: `forge://forge.example/${OPS}`,
        what: 'ops',
        project: 'harb',
        ahead: -1,
        last_push_at: '2026-01-09T12:00:00.000Z',
      },
      { path: `forge://${THERE}`, project: 'gadget' },
    ]);
    rig.tell('work', 'git.repo', { path: '/ops', exists: true, what: 'ops', repo: OPS, project: 'harb' });
    rig.tell('work', 'git.repo', {
      path: 'disinto-agents:/r/gadget-ops',
      exists: true,
      what: 'ops',
      project: 'gadget',
    });
    await rig.clock.advance(3 * SECOND);
    expect(rig.said('git.repo').map(({ path, exists }) => [path, exists])).toEqual([
      [`forge://forge.example/${OPS}`, false],
      [`forge://${THERE}`, false],
    ]);
    rig.main.broken = 502;
    rig.other.broken = 502;
    await rig.clock.advance(6 * MINUTE);
    expect(rig.reports.at(-1)?.[0]).toBe('degraded');
    rig.main.broken = 0;
    rig.tell('work', 'git.repo', { path: '/ops', exists: false, what: 'ops', repo: OPS });
    await rig.clock.advance(3 * SECOND);
    expect(rig.said('git.repo')).toMatchObject([{ path: `forge://forge.example/${OPS}`, exists: true }]);
  });

  test('is what the forge shows: a clone of a project in which its agents work is none of it', async () => {
    await using rig = openRig();
    await rig.start();
    rig.said('git.repo');
    rig.tell('work', 'git.repo', { path: '/harb', exists: true, what: 'project', repo: OPS, project: 'harb' });
    await rig.clock.advance(6 * MINUTE);
    expect(rig.said('git.repo')).toEqual([]);
  });

  test('is asked again every minute while the forge does not answer, also when clones can be read', async () => {
    await using rig = openRig();
    rig.tell('work', 'git.repo', { path: '/ops', exists: true, what: 'ops', repo: OPS, project: 'harb' });
    rig.tell('work', 'git.repo', { path: '/r/gadget-ops', exists: true, what: 'ops', project: 'gadget' });
    rig.main.broken = 502;
    rig.other.broken = 502;
    await rig.start();
    expect(rig.reports.at(-1)?.[0]).toBe('degraded');
    rig.main.broken = 0;
    rig.other.broken = 0;
    await rig.clock.advance(MINUTE + 3 * SECOND);
    expect(rig.reports.at(-1)?.[0]).toBe('available');
  });

  test('that was never written to has no such time, and a date from the future is now', async () => {
    await using rig = openRig();
    rig.main.newest = null;
    rig.other.newest = '2027-01-01T00:00:00Z';
    await rig.start();
    expect(rig.said('git.repo').map((data) => data.last_push_at)).toEqual(['', '2026-01-10T12:00:00.000Z']);
  });
});

describe('evidence in a repository of which no clone can be read', () => {
  const page = (name: string) => makeEntry(name, 'file');

  test('is the newest page of each area of the main one, and a new one is news', async () => {
    await using rig = openRig();
    rig.main.folders.set('evidence', [makeEntry('engagement', 'dir'), makeEntry('README.md', 'file')]);
    rig.main.folders.set('evidence/engagement', [page('2026-01-08.json'), page('2026-01-09.json'), page('notes.md')]);
    rig.other.folders.set('evidence', [makeEntry('holdout', 'dir')]);
    await rig.start();
    expect(rig.said('evidence.file')).toMatchObject([
      {
        area: 'engagement',
        exists: true,
        date: '2026-01-09',
        path: `forge://forge.example/${OPS}/evidence/engagement/2026-01-09.json`,
      },
    ]);
    rig.main.folders.set('evidence/engagement', [page('2026-01-10.json')]);
    await rig.clock.advance(6 * MINUTE);
    expect(rig.said('evidence.file')).toMatchObject([{ date: '2026-01-10' }]);
  });

  test('that is not there is looked for and not found; where the forge cannot be asked, nothing is said', async () => {
    await using rig = openRig();
    await rig.start();
    expect(rig.said('evidence.file')).toMatchObject([{ area: 'engagement', exists: false, date: '' }]);
    await using blind = openRig();
    blind.main.broken = 403;
    await blind.start();
    expect(blind.said('evidence.file')).toEqual([]);
  });

  test('keeps its last page where a folder of it can be read by now', async () => {
    await using rig = openRig();
    rig.main.folders.set('evidence', [makeEntry('engagement', 'dir')]);
    rig.main.folders.set('evidence/engagement', [page('2026-01-09.json')]);
    await rig.start();
    rig.said('evidence.file');
    rig.tell('work', 'evidence.file', { area: 'engagement', exists: true, date: '2026-01-10' });
    await rig.clock.advance(6 * MINUTE);
    expect(rig.said('evidence.file')).toEqual([]);
  });

  test('is not asked for while a folder of it is looked into and has no page', async () => {
    await using rig = openRig();
    rig.tell('work', 'evidence.file', { area: 'engagement', exists: false, date: '' });
    await rig.start();
    expect(rig.main.asked.some((path) => path.includes('/contents/'))).toBe(false);
  });

  test('is not asked for while a folder of it can be read', async () => {
    await using rig = openRig();
    rig.tell('work', 'evidence.file', { area: 'engagement', exists: true, date: '2026-01-10' });
    await rig.start();
    await rig.clock.advance(DAY / 24);
    expect(rig.said('evidence.file')).toEqual([]);
    expect(rig.main.asked.some((path) => path.includes('/contents/'))).toBe(false);
  });
});

test('items that the reactor files itself cost no question', async () => {
  await using rig = openRig();
  await rig.start();
  rig.main.asked.length = 0;
  for (let n = 0; n < 5; n += 1) rig.tell('vault', 'vault.item', { id: `supervisor-${n}`, exists: true });
  await rig.clock.advance(MINUTE);
  expect(rig.main.asked).toEqual([]);
});
