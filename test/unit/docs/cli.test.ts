import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cliReference } from '../../../tools/cli-reference/render.ts';

test('docs/cli.md is what the program says of itself (npm run docs writes it)', () => {
  const committed = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8');
  expect(committed).toBe(cliReference());
});
