import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../../../src/app/configure.ts';
import { checkRules } from '../../../src/app/rehearsal.ts';
import { CONDITIONS } from '../../../tools/coverage/conditions.ts';
import { FAULTS } from '../../../tools/coverage/faults.ts';
import { coveragePage } from '../../../tools/coverage/render.ts';

const root = join(import.meta.dirname, '../../..');
const { rulebook, tests } = await checkRules(readConfig({}, root), Date.UTC(2026, 0, 1));

/** The names of the cases of a file, or the titles of its tests as they stand there, with `%s` for what a table puts in. */
function titlesIn(file: string): readonly string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const pattern = file.endsWith('.toml') ? /^name = "(.*)"$/gm : /(?:\btest(?:\.\w+)*|\))\(\s*(['"`])(.*?)\1,/g;
  return [...text.matchAll(pattern)].map((match) => (match.at(-1) ?? '').replaceAll(/\\(['"`])/g, '$1'));
}

test.each(CONDITIONS.flatMap(({ what, rules }) => rules.map((rule) => [what, rule] as const)))(
  '%s: %s is a shipped rule',
  (_what, name) => {
    expect(rulebook.rules.map((rule) => rule.name)).toContain(name);
  },
);

test('every shipped rule is there for something that is asked for, or is about the reactor itself', () => {
  const named = new Set(CONDITIONS.flatMap(({ rules }) => rules));
  const others = rulebook.rules.filter((rule) => rule.pack !== 'reactor' && !named.has(rule.name));
  expect(others.map(({ id }) => id)).toEqual([]);
});

test.each(FAULTS.flatMap(({ number, shown }) => shown.map(([file, title]) => [number, file, title] as const)))(
  'fault %i is shown by a test of %s: %s',
  (_number, file, title) => {
    expect(titlesIn(file)).toContain(title);
  },
);

test('every fault has its number, from 1 to 39, and is shown', () => {
  expect(FAULTS.map(({ number }) => number)).toEqual(Array.from({ length: 39 }, (_, i) => i + 1));
  expect(FAULTS.filter(({ shown }) => shown.length === 0)).toEqual([]);
});

test('the page is the one that the rules and lists make: npm run docs', () => {
  expect(readFileSync(join(root, 'docs/coverage.md'), 'utf8')).toBe(coveragePage(rulebook.rules, tests));
});
