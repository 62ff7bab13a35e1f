/** `reactor rules check | test | explain`: rules as things to read, check and rehearse. */

import type { CheckedRules, RehearsedFile } from '../app/rehearsal.ts';
import { formatProblem } from '../core/problem.ts';
import type { Rule } from '../core/rule.ts';
import { explainRule } from '../rulebook/explain.ts';
import type { Cli, ExitCode } from './context.ts';
import { field, teach, under, type Shape } from './guide.ts';
import type { Register } from './index.ts';
import { nearest } from './nearest.ts';
import { UsageError } from './usage.ts';

interface JsonOption {
  readonly json?: boolean;
}

const PROBLEM: Shape = {
  file: field('string', 'the file'),
  line: field('number', 'the line, 0 when it is not known'),
  key: field('string', 'the key the mistake is at'),
  message: field('string', 'what is wrong'),
  hint: field('string', 'what to write instead, or empty'),
};

const CHECKED: Shape = {
  rules: field('number', 'rules that could be read'),
  cases: field('number', 'test cases that could be read'),
  ...under('problems[]', PROBLEM),
  ...under('notices[]', PROBLEM),
};

const PLAYED: Shape = {
  '[].file': field('string', 'the test file'),
  '[].cases[].name': field('string', 'the case'),
  '[].cases[].rule': field('string', 'the rule it is about'),
  '[].cases[].failures[]': field('string', 'what went otherwise than expected; none when it passed'),
  '[].cases[].seen[]': field('string', 'states of findings that were seen'),
};

/** Adds `rules` and what is below it. */
export const rulesCommand: Register = (program, cli, end) => {
  const rules = program.command('rules').description('check, rehearse and explain the rules').helpCommand(false);
  const checkCommand = rules
    .command('check')
    .description('every mistake in rules and their tests, with file, line and what to write instead')
    .option('--json', 'as one JSON object')
    .action(async (options: JsonOption) => end(check(cli, await load(cli), options)));
  teach(checkCommand, { examples: [['reactor rules check', 'before a change is shared']], json: CHECKED });
  const testCommand = rules
    .command('test')
    .description('play the cases of rules/tests in virtual time')
    .argument('[text]', 'only cases with it in their name or rule')
    .option('--json', 'as one JSON array, an entry a file')
    .action(async (text: string | undefined, options: JsonOption) => end(await test(cli, text ?? '', options)));
  teach(testCommand, {
    examples: [
      ['reactor rules test', 'all of them'],
      ['reactor rules test disk-high', 'those about one rule'],
    ],
    json: PLAYED,
  });
  const explainCommand = rules
    .command('explain')
    .description('what a rule watches, when it fires and clears, and what it does, in words')
    .argument('<rule>', 'its name, or pack/name')
    .action(async (name: string) => {
      const { rulebook, playable, problems } = await load(cli);
      if (!playable) for (const problem of problems) cli.complain(formatProblem(problem));
      cli.say(explainRule(findRule(rulebook.rules, name)));
    });
  teach(explainCommand, { examples: [['reactor rules explain restart-loop-foreign', 'in plain words']] });
};

/** The rule of a name or `pack/name`. Throws a UsageError that names the nearest. */
export function findRule(rules: readonly Rule[], name: string): Rule {
  const found = rules.find((rule) => rule.id === name || rule.name === name);
  if (found !== undefined) return found;
  const names = rules.map((rule) => (name.includes('/') ? rule.id : rule.name));
  const hint = names.length === 0 ? 'no rule is loaded: reactor rules check' : `Write: ${nearest(name, names)}`;
  throw new UsageError(`no rule "${name}". ${hint}`);
}

async function load(cli: Cli): Promise<CheckedRules> {
  const { checkRules } = await import('../app/rehearsal.ts');
  return checkRules(cli.config(), cli.now());
}

function check(cli: Cli, { rulebook, tests, problems, notices }: CheckedRules, options: JsonOption): ExitCode {
  const cases = tests.reduce((sum, file) => sum + file.cases.length, 0);
  if (options.json === true) cli.json({ rules: rulebook.rules.length, cases, problems, notices });
  else {
    for (const notice of notices) cli.complain(formatProblem(notice));
    for (const problem of problems) cli.complain(formatProblem(problem));
    if (problems.length === 0) cli.say(`${rulebook.rules.length} rules, ${cases} cases: nothing wrong`);
  }
  return problems.length === 0 ? 0 : 2;
}

async function test(cli: Cli, text: string, options: JsonOption): Promise<ExitCode> {
  const checked = await load(cli);
  if (!checked.playable) return check(cli, checked, options);
  const { rehearseRules } = await import('../app/rehearsal.ts');
  cli.progress('playing the cases …');
  const files = rehearseRules(checked, text);
  const all = files.flatMap(({ cases }) => cases);
  const failed = all.filter(({ failures }) => failures.length > 0);
  if (all.length === 0) throw new UsageError(`no case has "${text}" in its name or rule; reactor rules test plays all`);
  if (options.json === true) cli.json(files);
  else for (const line of render(cli, files)) cli.say(line);
  // Of what rules lack, only who asks about all of them wants to hear.
  const lacking = text === '' ? checked.problems : [];
  for (const problem of lacking) cli.complain(formatProblem(problem));
  if (options.json !== true) cli.say(`${all.length - failed.length} passed, ${failed.length} failed`);
  if (lacking.length > 0) return 2;
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
