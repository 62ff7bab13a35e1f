import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BUILTINS, GLOBALS, LAYERS, PACKAGES, PURE_BUILTINS } from '../../tools/lint/import-table.ts';
import { ROOT } from './lint-tree.ts';

const PAGE = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');

/** The rows of the table under a header, as cells without spaces and backticks around them. */
function rowsOf(header: string): readonly (readonly string[])[] {
  const lines = PAGE.split('\n').map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')));
  const start = lines.findIndex((cells) => cells.slice(1, -1).join(' | ') === header);
  expect(start).toBeGreaterThan(0);
  const rows = lines.slice(start + 2);
  return rows
    .slice(
      0,
      rows.findIndex((cells) => cells.length < 3),
    )
    .map((cells) => cells.slice(1, -1));
}

const shown = (table: Readonly<Record<string, readonly string[]>>, prefix = '') =>
  Object.entries(table).map(([name, layers]) => [prefix + name, layers.join(', ') || 'nothing']);

test('the page shows the import table as the linter runs it', () => {
  expect(rowsOf('Layer | May import')).toEqual(shown(LAYERS));
});

test('the page shows who alone may use what', () => {
  expect(rowsOf('Name | Only in')).toEqual([...shown(PACKAGES), ...shown(BUILTINS, 'node:'), ...shown(GLOBALS)]);
  for (const name of PURE_BUILTINS) expect(PAGE).toContain(`\`node:${name}\``);
});

test('every dependency has its line in the import table and in decision 1', () => {
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  ) as Readonly<Record<string, Readonly<Record<string, string>>>>;
  const decision = readFileSync(join(ROOT, 'docs/decisions/0001-dependencies.md'), 'utf8');
  expect(Object.keys(dependencies ?? {}).toSorted()).toEqual(Object.keys(PACKAGES).toSorted());
  const all = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });
  expect(all.filter((name) => !decision.includes(`\`${name}\``))).toEqual([]);
  expect(all.length).toBeGreaterThan(20);
});
