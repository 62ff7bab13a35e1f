import { describe, expect, test } from 'vitest';
import type { CiPipeline } from '../../../../src/ports/ci.ts';
import { createTable, GONE } from '../../../../src/sources/ci/table.ts';

const reading = (status: string, updatedAt: number | null, over: Partial<CiPipeline> = {}): CiPipeline => ({
  number: 1,
  status,
  event: 'push',
  author: '',
  sha: '',
  branch: 'main',
  ref: '',
  refspec: '',
  fromFork: false,
  parent: 0,
  supersededBy: 0,
  createdAt: 0,
  updatedAt,
  startedAt: null,
  finishedAt: null,
  reviewedAt: null,
  workflows: null,
  ...over,
});

const openTable = () => createTable({ id: 7, repo: 'acme/widget', defaultBranch: 'main' });

describe('of two answers that overtook each other', () => {
  test.each<readonly [string, CiPipeline, CiPipeline, string]>([
    ['the later update counts', reading('running', 20), reading('pending', 10), 'running'],
    ['the later update counts, also when it comes later', reading('pending', 10), reading('running', 20), 'running'],
    ['in the same second the later answer counts', reading('pending', 10), reading('running', 10), 'running'],
    ['what has ended does not begin again', reading('success', 10), reading('running', 20), 'success'],
    ['without times the later answer counts', reading('pending', null), reading('running', null), 'running'],
    [
      'without times what has ended does not begin again',
      reading('failure', null),
      reading('running', null),
      'failure',
    ],
    ['an unknown word is still open', reading('dreaming', 10), reading('success', 10), 'success'],
    ['what was declined stays declined', reading('declined', 10), reading('blocked', 10), 'declined'],
  ])('%s', (_, first, second, wanted) => {
    const table = openTable();
    table.take([first]);
    table.take([second]);
    expect(table.get(1)?.status).toBe(wanted);
  });

  test('one that says that it is there after all wins over its loss', () => {
    const table = openTable();
    table.take([reading('running', 10)]);
    table.lose(1);
    expect([table.get(1)?.status, table.open()]).toEqual([GONE, []]);
    table.take([reading('running', 10)]);
    expect([table.get(1)?.status, table.open()]).toEqual(['running', [1]]);
  });

  test('a list takes away no workflows, a new status does', () => {
    const table = openTable();
    table.take([reading('failure', 10, { workflows: [] })]);
    table.take([reading('failure', 10)]);
    expect(table.get(1)?.workflows).toEqual([]);
    table.take([reading('killed', 20)]);
    expect(table.get(1)?.workflows).toBeNull();
  });
});

test('what ended long ago is forgotten, but not what is open, the last runs of the default branch and the newest number', () => {
  const table = openTable();
  const old = { finishedAt: 100 };
  for (let number = 1; number <= 10; number += 1) table.take([reading('success', 100, { number, ...old })]);
  table.take([
    reading('running', 100, { number: 11, branch: 'x' }),
    reading('success', 100, { number: 12, branch: 'x', ...old }),
    reading('success', 100, { number: 13, branch: 'x', finishedAt: 300 }),
    reading('success', 100, { number: 14, branch: 'x', ...old }),
  ]);
  table.forget(200);
  expect(table.all().map(({ number }) => number)).toEqual([6, 7, 8, 9, 10, 11, 13, 14]);
  expect(table.highest()).toBe(14);
});
