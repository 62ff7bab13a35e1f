/** What rules must have besides being right: a case in which each fires, and one in which it does not. */

import type { Problem } from '../core/problem.ts';
import type { Rule, Rulebook } from '../core/rule.ts';
import { nearest } from './mistake.ts';
import type { TestCase, TestFile } from './test-file.ts';

interface Covered {
  fires: boolean;
  stays: boolean;
}

/** Everything that is missing or astray in the tests of a rulebook. */
export function lintTests(rulebook: Rulebook, tests: readonly TestFile[]): readonly Problem[] {
  const covered = new Map<string, Covered>(rulebook.rules.map((rule) => [rule.id, { fires: false, stays: false }]));
  const astray = tests.flatMap((test) => test.cases.flatMap((one) => cover(one, test, { rulebook, covered })));
  const bare = rulebook.rules
    .filter((rule) => rule.mode === 'live')
    .flatMap((rule) => missing(rule, covered.get(rule.id) ?? { fires: false, stays: false }));
  return [...astray, ...bare];
}

/** The rule that a case is about, among the packs of its file; null when there is none. */
function ruleOfCase(one: TestCase, test: TestFile, rulebook: Rulebook): Rule | null {
  const isNamed = (rule: Rule): boolean => rule.id === one.rule || rule.name === one.rule;
  return rulebook.rules.find((rule) => isNamed(rule) && test.packs.includes(fileName(rule))) ?? null;
}

function cover(
  one: TestCase,
  test: TestFile,
  { rulebook, covered }: { readonly rulebook: Rulebook; readonly covered: ReadonlyMap<string, Covered> },
): readonly Problem[] {
  const rule = ruleOfCase(one, test, rulebook);
  const said = rule === null ? undefined : covered.get(rule.id);
  if (said === undefined) return [noSuchRule(one, test, rulebook)];
  if (fires(one)) said.fires = true;
  else if (one.steps.some((step) => step.verb === 'expect')) said.stays = true;
  return [];
}

function fires(one: TestCase): boolean {
  return one.steps.some((step) => step.verb === 'expect' && (step.state === 'firing' || step.state === 'flapping'));
}

function noSuchRule(one: TestCase, test: TestFile, rulebook: Rulebook): Problem {
  const elsewhere = rulebook.rules.find((rule) => rule.id === one.rule || rule.name === one.rule);
  const message =
    elsewhere === undefined
      ? `there is no rule "${one.rule}".`
      : `"${one.rule}" stands in ${fileName(elsewhere)}, which is not in packs.`;
  const names = rulebook.rules.map((rule) => rule.name);
  const hint = elsewhere === undefined ? nearest(one.rule, names) : `packs = ["${fileName(elsewhere)}"]`;
  return { file: test.file, line: one.line, key: `case.${one.name}`, message, hint };
}

function missing(rule: Rule, covered: Covered): readonly Problem[] {
  const problem = (message: string, expect: string): Problem => ({
    file: rule.origin.file,
    line: rule.origin.line,
    key: `rule.${rule.name}`,
    message,
    hint: `a [[case]] with rule = "${rule.name}" and expect = "${expect}" in the folder tests`,
  });
  return [
    ...(covered.fires ? [] : [problem('has no test in which it fires.', 'firing')]),
    ...(covered.stays ? [] : [problem('has no test in which it does not fire.', 'none')]),
  ];
}

function fileName(rule: Rule): string {
  return rule.origin.file.slice(rule.origin.file.lastIndexOf('/') + 1);
}
