import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkRules, rehearseRules } from '../../src/app/rehearsal.ts';
import { readConfig } from '../../src/app/configure.ts';
import { formatProblem } from '../../src/core/problem.ts';

const config = readConfig({}, join(import.meta.dirname, '../..'));
const checked = await checkRules(config, Date.UTC(2026, 0, 1));

test('the shipped rules and their tests have nothing wrong with them', () => {
  expect(checked.problems.map(formatProblem)).toEqual([]);
  expect(checked.rulebook.rules.length).toBeGreaterThan(15);
});

describe.each(rehearseRules(checked, '').map((file) => [file.file, file.cases] as const))('%s', (_, cases) => {
  test.each(cases.map((one) => [one.rule, one.name, one.failures] as const))('%s: %s', (_rule, _name, failures) => {
    expect(failures).toEqual([]);
  });
});
