import { expect, test } from 'vitest';
import { findCycles, standingsOf, type IssueNode } from '../../../src/factory/issue-graph.ts';

const DAY = (day: number): string => `2026-01-0${day}T00:00:00.000Z`;

function graph(...nodes: readonly (Partial<IssueNode> & { readonly number: number })[]) {
  const blank = { open: true, createdAt: DAY(1), closedAt: '', dependsOn: [], elsewhere: [], parent: 0 };
  return new Map(nodes.map((node) => [node.number, { ...blank, ...node }]));
}

test('an issue waits for those of its dependencies that are open, whatever their text says', () => {
  const issues = graph(
    { number: 1, dependsOn: [2, 3, 4, 99], elsewhere: [{ open: true, createdAt: DAY(2), closedAt: '' }] },
    { number: 2, createdAt: DAY(5) },
    { number: 3, createdAt: DAY(3) },
    { number: 4, createdAt: DAY(1), open: false },
  );
  expect(standingsOf(issues)(1)).toMatchObject({
    open_dependencies: 3,
    unknown_dependencies: 1,
    oldest_open_dependency_at: DAY(2),
    in_cycle: false,
    cycle: '',
  });
});

test('an open dependency whose age is not known does not hide the age of another', () => {
  const issues = graph(
    { number: 1, dependsOn: [2, 3] },
    { number: 2, createdAt: '' },
    { number: 3, createdAt: DAY(4) },
  );
  expect(standingsOf(issues)(1).oldest_open_dependency_at).toBe(DAY(4));
});

test.each<readonly [string, ReturnType<typeof graph>, Readonly<Record<number, string>>]>([
  ['two', graph({ number: 15, dependsOn: [12] }, { number: 12, dependsOn: [15] }), { 12: '12,15', 15: '12,15' }],
  ['an issue that waits for itself', graph({ number: 5, dependsOn: [5] }), { 5: '5' }],
  [
    'three, and one that only waits for them',
    graph(
      { number: 9, dependsOn: [1] },
      { number: 1, dependsOn: [2] },
      { number: 2, dependsOn: [3] },
      { number: 3, dependsOn: [1, 9999] },
    ),
    { 1: '1,2,3', 2: '1,2,3', 3: '1,2,3' },
  ],
  [
    'two circles that do not touch',
    graph(
      { number: 1, dependsOn: [2] },
      { number: 2, dependsOn: [1, 3] },
      { number: 3, dependsOn: [4] },
      { number: 4, dependsOn: [3] },
    ),
    { 1: '1,2', 2: '1,2', 3: '3,4', 4: '3,4' },
  ],
  [
    'a diamond, which is no circle',
    graph(
      { number: 1, dependsOn: [2, 3] },
      { number: 2, dependsOn: [4] },
      { number: 3, dependsOn: [4] },
      { number: 4 },
    ),
    {},
  ],
  [
    'a circle that a closed issue opens',
    graph({ number: 1, dependsOn: [2] }, { number: 2, dependsOn: [1], open: false }),
    {},
  ],
  [
    'numbers that only begin alike',
    graph({ number: 62, dependsOn: [623] }, { number: 623, dependsOn: [6] }, { number: 6 }),
    {},
  ],
])('the circles of %s', (_, issues, expected) => {
  expect(Object.fromEntries(findCycles(issues))).toEqual(expected);
});

test('a chain of fifty thousand issues that ends where it began is one circle', () => {
  const count = 50_000;
  const issues = graph(
    ...Array.from({ length: count }, (_, at) => ({ number: at + 1, dependsOn: [((at + 1) % count) + 1] })),
  );
  expect(findCycles(issues).size).toBe(count);
});

test('what an issue waited for was closed when the last of it was, as far as that is known', () => {
  const issues = graph(
    { number: 1, dependsOn: [2, 3], elsewhere: [{ open: false, createdAt: DAY(1), closedAt: DAY(5) }] },
    { number: 2, open: false, closedAt: DAY(6) },
    { number: 3, open: false, closedAt: DAY(4) },
    { number: 4, dependsOn: [2, 5] },
    { number: 5 },
    { number: 6, dependsOn: [2, 7] },
    { number: 7, open: false },
    { number: 8, dependsOn: [2, 99] },
  );
  const closed = (number: number): string => standingsOf(issues)(number).dependencies_closed_at;
  expect([1, 2, 4, 6, 8].map(closed)).toEqual([DAY(6), '', '', '', '']);
});

test('the last child was closed when the last of them was, as far as that is known', () => {
  const issues = graph(
    { number: 1 },
    { number: 2, parent: 1, open: false, closedAt: DAY(4) },
    { number: 3, parent: 1, open: false, closedAt: DAY(3) },
    { number: 4 },
    { number: 5, parent: 4, open: false, closedAt: DAY(4) },
    { number: 6, parent: 4 },
    { number: 7 },
    { number: 8, parent: 7, open: false },
  );
  const closed = (number: number): string => standingsOf(issues)(number).children_closed_at;
  expect([1, 4, 7, 2].map(closed)).toEqual([DAY(4), '', '', '']);
});

test('a parent counts its children, and itself never', () => {
  const issues = graph(
    { number: 62 },
    { number: 623, parent: 6 },
    { number: 70, parent: 62 },
    { number: 71, parent: 62, open: false },
    { number: 72, parent: 72 },
  );
  const standing = standingsOf(issues);
  expect(standing(62)).toMatchObject({ children: 2, children_open: 1 });
  expect(standing(72)).toMatchObject({ children: 0, children_open: 0 });
  expect(standing(6)).toMatchObject({ children: 1, children_open: 1 });
});
