import { expect, test } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../../../src/core/time.ts';
import { closePull, makeIssue, makePull } from '../../../support/forge-objects.ts';
import { openWorld, REPO } from './running.ts';

const T = (day: number): string => `2026-01-0${day}T00:00:00Z`;
const ISO = (day: number): string => T(day).replace('Z', '.000Z');

test('an open issue is said with what it waits for, and who was decomposed from it', async () => {
  const it = openWorld();
  const { issues } = it.forge;
  issues.set(62, makeIssue({ number: 62, labels: ['vision'], assignees: ['dev-bot'], created: T(1), updated: T(4) }));
  issues.set(
    70,
    makeIssue({ number: 70, body: 'Decomposed from #62 (cause 1 of 2)\n\n## Depends on\n- #71\n- #90\n- #99' }),
  );
  issues.set(71, makeIssue({ number: 71, body: 'Decomposed from #62', created: T(3) }));
  issues.set(90, makeIssue({ number: 90, state: 'closed', closed: T(2) }));
  issues.set(623, makeIssue({ number: 623, state: 'closed', closed: T(2), body: 'Decomposed from #6' }));
  await it.start();
  const news = it.news();
  expect(news.map((one) => one['number'])).toEqual([62, 70, 71]);
  expect(news).toMatchObject([
    {
      kind: 'forge.issue',
      repo: REPO,
      action: 'observed',
      issue: 62,
      state: 'open',
      labels: ['vision'],
      assignees: ['dev-bot'],
      opener: 'alice',
      created_at: ISO(1),
      updated_at: ISO(4),
      closed_at: '',
      depends_on: [],
      parent: 0,
      children: 2,
      children_open: 2,
    },
    {
      number: 70,
      depends_on: ['71', '90', '99'],
      linked_dependencies: [],
      open_dependencies: 1,
      unknown_dependencies: 1,
      oldest_open_dependency_at: ISO(3),
      in_cycle: false,
      parent: 62,
    },
    { number: 71, parent: 62, open_dependencies: 0, children: 0 },
  ]);
  await it.clock.advance(2 * HOUR);
  expect(it.news()).toEqual([]);
  await it.halt();
});

test('children that were closed long ago count, and the parent is told when the last one closes', async () => {
  const it = openWorld();
  const { issues } = it.forge;
  issues.set(62, makeIssue({ number: 62 }));
  for (let number = 100; number < 220; number += 1) {
    issues.set(number, makeIssue({ number, state: 'closed', closed: T(1), body: 'Decomposed from #62' }));
  }
  issues.set(220, makeIssue({ number: 220, body: 'Decomposed from #62' }));
  await it.start();
  expect(it.news()).toMatchObject([
    { number: 62, children: 121, children_open: 1, children_closed_at: '' },
    { number: 220 },
  ]);
  const closed = makeIssue({ number: 220, state: 'closed', closed: T(9), body: 'Decomposed from #62' });
  issues.set(220, closed);
  it.tellIssue('closed', closed);
  await it.clock.advance(2 * SECOND);
  expect(it.news()).toMatchObject([{ number: 62, children: 121, children_open: 0, children_closed_at: ISO(9) }]);
  await it.halt();
});

test('webhooks that come together are looked into at once, and the last that was read of an issue is what is said', async () => {
  const it = openWorld();
  const { issues } = it.forge;
  await it.start();
  it.news();
  const child = (number: number) =>
    makeIssue({ number, state: 'closed', closed: T(number - 60), body: 'Decomposed from #62' });
  const told = [makeIssue({ number: 62 }), ...[63, 64, 65, 66, 67].map(child)];
  for (const issue of told) issues.set(issue.number, issue);
  for (const issue of told) it.tellIssue('edited', issue);
  await it.clock.advance(2 * SECOND);
  expect(it.news().filter((one) => one['number'] === 62)).toMatchObject([
    { children: 5, children_open: 0, children_closed_at: ISO(7) },
  ]);
  await it.halt();
});

test('a circle is found when its last arrow is written, and is gone when one of it closes', async () => {
  const it = openWorld();
  const { issues } = it.forge;
  issues.set(12, makeIssue({ number: 12, body: 'depends on #15' }));
  issues.set(15, makeIssue({ number: 15 }));
  await it.start();
  expect(it.news()).toMatchObject([{ in_cycle: false }, { in_cycle: false }]);
  const edited = makeIssue({ number: 15, body: '## Dependencies\n#12', updated: T(9) });
  issues.set(15, edited);
  it.tellIssue('edited', edited);
  expect(it.stored.at(-1)?.data).toMatchObject({ depends_on: ['12'], in_cycle: false });
  await it.clock.advance(2 * SECOND);
  expect(it.news()).toMatchObject([
    { number: 12, in_cycle: true, cycle: '12,15' },
    { number: 15, in_cycle: true, cycle: '12,15' },
  ]);
  issues.set(12, makeIssue({ number: 12, body: 'depends on #15', state: 'closed', closed: T(9) }));
  await it.clock.advance(5 * MINUTE);
  const news = it.news();
  expect(news).toHaveLength(2);
  expect(news.find((one) => one['number'] === 12)).toMatchObject({ state: 'closed', in_cycle: false });
  expect(news.find((one) => one['number'] === 15)).toMatchObject({ in_cycle: false, cycle: '', open_dependencies: 0 });
  await it.halt();
});

test('dependencies that are set at the forge count like those in the text, also of another repository', async () => {
  const it = openWorld();
  it.forge.issues.set(7, makeIssue({ number: 7, body: 'depends on #8' }));
  it.forge.issues.set(8, makeIssue({ number: 8, created: T(2) }));
  it.forge.pulls.set(9, makePull({ number: 9, created: T(3) }));
  const foreign = { ...makeIssue({ number: 5, created: T(1) }), repository: { full_name: 'acme/other' } };
  it.forge.links?.set(7, [makeIssue({ number: 8 }), makePull({ number: 9 }), foreign]);
  await it.start();
  expect(it.news('forge.issue')).toMatchObject([
    {
      number: 7,
      depends_on: ['8', '9', 'acme/other#5'],
      linked_dependencies: ['9', 'acme/other#5'],
      open_dependencies: 3,
      unknown_dependencies: 0,
      oldest_open_dependency_at: ISO(1),
    },
    { number: 8 },
  ]);
  it.tellIssue('label_updated', makeIssue({ number: 7, body: 'depends on #8', labels: ['x'] }));
  expect(it.stored.at(-1)?.data).toMatchObject({
    labels: ['x'],
    depends_on: ['8', '9', 'acme/other#5'],
    open_dependencies: 3,
  });
  it.forge.pulls.set(9, closePull(makePull({ number: 9 }), T(9)));
  it.forge.issues.set(7, makeIssue({ number: 7, body: 'depends on #8', labels: ['x'] }));
  await it.clock.advance(5 * MINUTE);
  expect(it.news('forge.issue')).toMatchObject([{ number: 7, open_dependencies: 2 }]);
  await it.halt();
});

test('a link is found at the next look when its issue changed, and in an hour when the forge did not say so', async () => {
  const it = openWorld();
  it.forge.issues.set(7, makeIssue({ number: 7 }));
  it.forge.issues.set(8, makeIssue({ number: 8 }));
  await it.start();
  it.news();
  it.forge.links?.set(7, [makeIssue({ number: 8 })]);
  await it.clock.advance(30 * MINUTE);
  expect(it.news()).toEqual([]);
  await it.clock.advance(35 * MINUTE);
  expect(it.news()).toMatchObject([{ number: 7, depends_on: ['8'], open_dependencies: 1 }]);
  it.forge.links?.set(7, []);
  it.forge.issues.set(7, makeIssue({ number: 7, updated: T(9) }));
  await it.clock.advance(5 * MINUTE);
  expect(it.news()).toMatchObject([{ number: 7, depends_on: [], open_dependencies: 0 }]);
  await it.halt();
});

test('a forge without such links is asked about them once an hour, and nothing is wrong with it', async () => {
  const it = openWorld();
  it.forge.links = null;
  it.forge.issues.set(7, makeIssue({ number: 7 }));
  it.forge.issues.set(8, makeIssue({ number: 8 }));
  await it.start();
  await it.clock.advance(50 * MINUTE);
  expect(it.forge.asked.filter((path) => path.includes('/dependencies')).length).toBeLessThan(5);
  expect(new Set(it.reports.map(([sight]) => sight))).toEqual(new Set(['available']));
  await it.halt();
});

test('an issue that was closed while nobody looked is found with the time it was closed', async () => {
  const it = openWorld();
  it.forge.issues.set(7, makeIssue({ number: 7 }));
  await it.start();
  await it.halt();
  it.news();
  it.forge.issues.set(7, makeIssue({ number: 7, state: 'closed', closed: T(9) }));
  await it.start();
  expect(it.news()).toMatchObject([{ number: 7, state: 'closed', action: 'closed', closed_at: ISO(9) }]);
  await it.clock.advance(11 * MINUTE);
  expect(it.news()).toEqual([]);
  await it.halt();
});

test('an issue that was opened and closed between two looks is told of once', async () => {
  const it = openWorld();
  await it.start();
  it.forge.issues.set(9, makeIssue({ number: 9, state: 'closed', closed: '2026-01-10T00:01:00Z' }));
  await it.clock.advance(16 * MINUTE);
  expect(it.news()).toMatchObject([{ number: 9, state: 'closed', action: 'observed' }]);
  await it.halt();
});

test('an issue that was closed by a forge whose clock is nine minutes behind is found', async () => {
  const it = openWorld();
  await it.start();
  it.forge.issues.set(9, makeIssue({ number: 9, state: 'closed', closed: '2026-01-09T23:52:00Z' }));
  await it.clock.advance(6 * MINUTE);
  expect(it.news()).toMatchObject([{ number: 9, state: 'closed' }]);
  await it.halt();
});

test('an issue that came and went while issues could not be read is found when they can', async () => {
  const it = openWorld();
  await it.start();
  it.forge.broken = 502;
  it.forge.brokenAt = '/issues';
  it.forge.issues.set(9, makeIssue({ number: 9, state: 'closed', closed: '2026-01-10T00:02:00Z' }));
  await it.clock.advance(40 * MINUTE);
  expect(it.news()).toEqual([]);
  it.forge.broken = 0;
  await it.clock.advance(6 * MINUTE);
  expect(it.news()).toMatchObject([{ number: 9, state: 'closed' }]);
  await it.halt();
});

test('dependencies that cannot be read, and an issue that makes no sense, are said', async () => {
  const it = openWorld();
  it.forge.issues.set(12, makeIssue({ number: 12 }));
  it.forge.broken = 502;
  it.forge.brokenAt = '/dependencies';
  await it.start();
  expect(it.reports.at(-1)).toEqual(['degraded', 'forge answers 502']);
  it.forge.broken = 0;
  it.forge.issues.set(13, { ...makeIssue({ number: 13 }), number: null } as never);
  await it.clock.advance(6 * MINUTE);
  expect(it.reports.at(-1)).toEqual(['degraded', '1 issues of acme/widget lack a number or a state']);
  await it.halt();
});

test('an issue that the forge does not have keeps its state, until it is gone for a minute', async () => {
  const it = openWorld();
  it.forge.issues.set(62, makeIssue({ number: 62 }));
  it.forge.issues.set(623, makeIssue({ number: 623 }));
  await it.start();
  it.news();
  it.forge.issues.delete(62);
  await it.clock.advance(5 * MINUTE);
  expect(it.news()).toEqual([]);
  expect(it.picture.issueState(REPO, 62)).toBe('open');
  await it.clock.advance(66 * SECOND);
  expect(it.news()).toMatchObject([{ number: 62, state: 'closed', action: 'deleted', closed_at: '' }]);
  expect(it.picture.issueState(REPO, 623)).toBe('open');
  await it.clock.advance(HOUR);
  expect(it.news()).toEqual([]);
  await it.halt();
});

test('an issue that came back before the second look is still there', async () => {
  const it = openWorld();
  it.forge.issues.set(7, makeIssue({ number: 7 }));
  await it.start();
  it.news();
  it.forge.issues.delete(7);
  await it.clock.advance(5 * MINUTE);
  it.forge.issues.set(7, makeIssue({ number: 7 }));
  await it.clock.advance(HOUR);
  expect(it.news()).toEqual([]);
  await it.halt();
});

test('an issue that was missed once and came back has to be missed twice again', async () => {
  const it = openWorld();
  it.forge.issues.set(7, makeIssue({ number: 7 }));
  await it.start();
  it.news();
  it.forge.issues.delete(7);
  await it.clock.advance(5 * MINUTE);
  it.forge.issues.set(7, makeIssue({ number: 7 }));
  await it.clock.advance(HOUR);
  it.forge.issues.delete(7);
  await it.clock.advance(5 * MINUTE);
  expect(it.news()).toEqual([]);
  await it.halt();
});

test('two looks in the same moment miss an issue once', async () => {
  const it = openWorld();
  it.forge.issues.set(7, makeIssue({ number: 7 }));
  await it.start();
  it.news();
  it.forge.issues.delete(7);
  await it.source.sweep?.('test');
  await it.source.sweep?.('test');
  expect(it.news()).toEqual([]);
  await it.halt();
});

test('what a session works on is asked for, at start and when it appears, though it was closed long ago', async () => {
  const it = openWorld();
  it.forge.issues.set(12, makeIssue({ number: 12, state: 'closed', closed: T(1) }));
  it.forge.issues.set(123, makeIssue({ number: 123, state: 'closed', closed: T(2) }));
  it.forge.issues.set(124, makeIssue({ number: 124, state: 'closed', closed: T(2) }));
  it.tell('session.phase', { session: 'dev-widget-12', repo: REPO, issue: 12, number: 12, exists: true });
  await it.start();
  expect(it.news()).toMatchObject([{ number: 12, state: 'closed', closed_at: ISO(1) }]);
  it.tell('session.phase', { session: 'dev-widget-123', repo: REPO, issue: 123, number: 123, exists: true });
  await it.clock.advance(2 * SECOND);
  expect(it.news()).toMatchObject([{ number: 123, state: 'closed', closed_at: ISO(2) }]);
  await it.clock.advance(HOUR);
  expect(it.news()).toEqual([]);
  await it.halt();
});
