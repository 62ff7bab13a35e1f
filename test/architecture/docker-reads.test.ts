import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const adapters = join(import.meta.dirname, '../../src/adapters');
const text = readdirSync(adapters)
  .filter((name) => name.startsWith('docker'))
  .map((name) => readFileSync(join(adapters, name), 'utf8'))
  .join('\n');

test('an engine is only read: requests are GET, but for a command that looks into a container', () => {
  const methods = new Set([...text.matchAll(/'(GET|HEAD|POST|PUT|PATCH|DELETE)'/g)].map((match) => match[1]));
  expect(methods).toEqual(new Set(['GET', 'POST']));
  const posted = [...text.matchAll(/\b(?:post|openPost)\(\s*[`'"]([^`'"]+)/g)].map((match) => match[1] ?? '');
  expect(posted.length).toBeGreaterThan(0);
  expect(posted.filter((path) => !/\/exec(\/|$)/.test(path.replaceAll(/\$\{[^}]*\}/g, 'x')))).toEqual([]);
});
