/** `reactor rules check | test | explain`: rules as things to read, check and rehearse. */

import type { CheckedRules, RehearsedFile } from '../app/rehearsal.ts';
import { formatProblem } from '../core/problem.ts';
import type { Rule } from '../core/rule.ts';
import { explainRule } from '../rulebook/explain.ts';
import type { Cli, ExitCode } from './context.ts';
import type { Register } from './index.ts';
import { nearest } from './nearest.ts';
import { UsageError } from './usage.ts';

interface JsonOption {
  readonly json?: boolean;
}

/** Adds `rules` and what is below it. */
export const rulesCommand: Register = (program, cli, end) => {
  const rules = program.command('rules').description('check, rehearse and explain the rules');
  rules
    .command('check')
    .description('every mistake in rules and their tests, with file, line and what to write instead')
    .option('--json', 'as one JSON object')
    .action(async (options: JsonOption) => end(check(cli, await load(cli), options)));
  rules
    .command('test [text]')
    .description('play the cases of rules/tests in virtual time; only those whose name or rule contains the text')
    .option('--json', 'as one JSON array, an entry a file')
    .action(async (text: string | undefined, options: JsonOption) => end(await test(cli, text ?? '', options)));
  rules
    .command('explain <rule>')
    .description('what a rule watches, when it fires and clears, and what it does, in words')
    .action(async (name: string) => {
      const { rulebook } = await load(cli);
      cli.say(explainRule(findRule(rulebook.rules, name)));
    });
};

/** The rule of a name or `pack/name`. Throws a UsageError that names the nearest. */
export function findRule(rules: readonly Rule[], name: string): Rule {
  const found = rules.find((rule) => rule.id === name || rule.name === name);
  if (found !== undefined) return found;
  throw new UsageError(
    `no rule "${name}". Write: ${nearest(
      name,
      rules.map((rule) => rule.name),
    )}`,
  );
}

async function load(cli: Cli): Promise<CheckedRules> {
  const { checkRules } = await import('../app/rehearsal.ts');
  return checkRules(cli.config(), cli.now());
}

function check(cli: Cli, { rulebook, tests, problems, notices }: CheckedRules, options: JsonOption): ExitCode {
  const cases = tests.reduce((sum, file) => sum + file.cases.length, 0);
  if (options.json === true) cli.json({ rules: rulebook.rules.length, cases, problems, notices });
  else {
    for (const notice of notices) cli.complain(cli.style('yellow', formatProblem(notice)));
    for (const problem of problems) cli.complain(formatProblem(problem));
    if (problems.length === 0) cli.say(`${rulebook.rules.length} rules, ${cases} cases: nothing wrong`);
  }
  return problems.length === 0 ? 0 : 2;
}

async function test(cli: Cli, text: string, options: JsonOption): Promise<ExitCode> {
  const checked = await load(cli);
  if (checked.problems.length > 0) return check(cli, checked, options);
  const { rehearseRules } = await import('../app/rehearsal.ts');
  const files = rehearseRules(checked, text);
  const all = files.flatMap(({ cases }) => cases);
  const failed = all.filter(({ failures }) => failures.length > 0);
  if (options.json === true) cli.json(files);
  else for (const line of render(cli, files)) cli.say(line);
  if (all.length === 0) throw new UsageError(`no case has "${text}" in its name or rule; reactor rules test plays all`);
  if (options.json !== true) cli.say(`${all.length - failed.length} passed, ${failed.length} failed`);
  return failed.length === 0 ? 0 : 1;
}

function render(cli: Cli, files: readonly RehearsedFile[]): readonly string[] {
  return files.flatMap(({ file, cases }) => [
    ...(cases.length === 0 ? [] : [cli.style('bold', file)]),
    ...cases.flatMap(({ name, rule, failures }) => [
      `  ${failures.length === 0 ? cli.style('green', '✓') : cli.style('red', '✗')} ${cli.style('dim', rule)} ${name}`,
      ...failures.map((failure) => `      ${cli.style('red', failure)}`),
    ]),
  ]);
}
