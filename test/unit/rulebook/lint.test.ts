import { describe, expect, test } from 'vitest';
import { formatProblem } from '../../../src/core/problem.ts';
import { loadPacks } from '../../../src/rulebook/load.ts';
import { lintTests } from '../../../src/rulebook/lint.ts';
import { parseTestFile } from '../../../src/rulebook/read-tests.ts';
import { HEADER, NOW, ruleText } from './support.ts';

const FIRING = '{ at = "1m", expect = "firing" }';
const QUIET = '{ at = "1m", expect = "none" }';

async function lint(cases: readonly string[], lines = '', packs = 'x.toml'): Promise<readonly string[]> {
  const text = `${HEADER}${ruleText(`when = 'true'\n${lines}`)}`;
  const { rulebook } = await loadPacks([{ file: 'rules/x.toml', text }], { vars: {}, now: NOW });
  const head = `schema = 1\npacks = ["${packs}"]\nstart = 2026-01-01T00:00:00Z\n`;
  const { test: file } = await parseTestFile({ file: 't.toml', text: `${head}${cases.join('\n')}` });
  return lintTests(rulebook, file === null ? [] : [file]).map(formatProblem);
}

const oneCase = (step: string, rule = 'r'): string => `[[case]]\nname = "c"\nrule = "${rule}"\nsteps = [${step}]`;

describe('every live rule has both kinds of case', () => {
  const NO_FIRING =
    'rules/x.toml:5 rule.r: has no test in which it fires. Write: a [[case]] with rule = "r" and expect = "firing" in the folder tests';
  const NO_QUIET =
    'rules/x.toml:5 rule.r: has no test in which it does not fire. Write: a [[case]] with rule = "r" and expect = "none" in the folder tests';

  test.each([
    ['both', [oneCase(FIRING), oneCase(QUIET)], []],
    ['named in full', [oneCase(FIRING, 'test/r'), oneCase(QUIET, 'test/r')], []],
    ['firing alone', [oneCase(FIRING)], [NO_QUIET]],
    ['one case that is quiet first', [oneCase(`${QUIET}, { at = "2m", expect = "firing" }`)], [NO_QUIET]],
    ['quiet alone', [oneCase(QUIET)], [NO_FIRING]],
    ['a case that expects nothing', [oneCase(FIRING), oneCase('{ at = "1m", restart = true }')], [NO_QUIET]],
  ])('%s', async (_what, cases, problems) => {
    expect(await lint(cases)).toEqual(problems);
  });

  test.each(['shadow', 'off'])('a rule in mode %s may go without', async (mode) => {
    expect(await lint([], `mode = "${mode}"`)).toEqual([]);
  });
});

test('a case of no rule is said, with the right word', async () => {
  const problems = await lint([oneCase(FIRING), oneCase(QUIET), oneCase(QUIET, 'rr')]);
  expect(problems).toEqual(['t.toml:12 case.c: there is no rule "rr". Write: r']);
});

test('a case of a rule in another pack is said, with the pack', async () => {
  const problems = await lint([oneCase(QUIET)], 'mode = "off"', 'y.toml');
  expect(problems).toEqual(['t.toml:4 case.c: "r" stands in x.toml, which is not in packs. Write: packs = ["x.toml"]']);
});
