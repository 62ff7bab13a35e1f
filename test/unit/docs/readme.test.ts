import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const readme = read('README.md');

const blocks = (language: string): readonly string[] =>
  [...readme.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map((match) => match[1] ?? '');

test('the rule that the README shows is the one that is shipped', () => {
  const [shown] = blocks('toml');
  expect(shown).toBeTruthy();
  expect(read('rules/core.toml')).toContain(shown);
});

test('the two commands of the README are scripts of the package', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const [commands] = blocks('sh');
  expect(commands).toMatch(/^npm ci && npm start .*\nnpm ci && npm test /);
  expect(scripts).toMatchObject({
    start: expect.stringMatching(/\bnode .*src\/main\.ts run$/),
    test: expect.stringContaining('vitest run'),
  });
});

test('every file that the README points to exists', () => {
  const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map((match) => match[1] ?? '');
  expect(links.length).toBeGreaterThan(5);
  expect(links.filter((link) => !existsSync(join(root, link)))).toEqual([]);
});
