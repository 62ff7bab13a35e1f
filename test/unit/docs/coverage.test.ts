import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../../../src/app/configure.ts';
import { checkRules } from '../../../src/app/rehearsal.ts';
import { CONDITIONS } from '../../../tools/coverage/conditions.ts';
import { FAULTS } from '../../../tools/coverage/faults.ts';
import { coveragePage } from '../../../tools/coverage/render.ts';

const root = join(import.meta.dirname, '../../..');
const { rulebook, tests } = await checkRules(readConfig({}, root), Date.UTC(2026, 0, 1));

/** The text of a file, or of all test files below a folder. */
function textOf(path: string): string {
  const full = join(root, path);
  if (statSync(full).isFile()) return readFileSync(full, 'utf8');
  return readdirSync(full, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(full, name), 'utf8'))
    .join('\n');
}

/** Blanks and quotes of every kind are the same: a page quotes a title, code may break it. */
const plain = (text: string): string => text.replaceAll(/[’'"`\\]/g, '').replaceAll(/\s+/g, ' ');

test.each(CONDITIONS.flatMap(({ what, rules }) => rules.map((rule) => [what, rule] as const)))(
  '%s: %s is a shipped rule',
  (_what, name) => {
    expect(rulebook.rules.map((rule) => rule.name)).toContain(name);
  },
);

test.each(FAULTS.flatMap(({ number, shown }) => shown.map(([file, title]) => [number, file, title] as const)))(
  'fault %i is shown by %s: %s',
  (_number, file, title) => {
    expect(plain(textOf(file)).includes(plain(title))).toBe(true);
  },
);

test('faults are numbered once each, and each is shown', () => {
  const numbers = FAULTS.map(({ number }) => number);
  expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
  expect(FAULTS.filter(({ shown }) => shown.length === 0)).toEqual([]);
});

test('the page is the one that the rules and lists make: npm run docs', () => {
  expect(readFileSync(join(root, 'docs/coverage.md'), 'utf8')).toBe(coveragePage(rulebook.rules, tests));
});
