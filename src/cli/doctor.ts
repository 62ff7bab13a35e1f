/** `reactor doctor`: what is missing, and the line that mends it. */

import { lookAtConfig } from '../app/configure.ts';
import type { Check } from '../app/doctor/check.ts';
import type { Cli, Style } from './context.ts';
import { field, teach } from './guide.ts';
import type { Register } from './index.ts';
import { toTable } from './table.ts';

const STYLES: Readonly<Record<Check['state'], Style>> = { ok: 'green', warn: 'yellow', broken: 'red' };

/** Adds `doctor`. */
export const doctorCommand: Register = (program, cli, end) => {
  const command = program
    .command('doctor')
    .description('what the reactor needs, whether it has it, and the line that mends what is missing')
    .option('--json', 'as a JSON array of checks')
    .action(async (options: { json?: boolean }) => {
      const { examineAll, openPatient, verdictOf } = await import('../app/doctor.ts');
      const { config, problems } = lookAtConfig(cli.env, cli.cwd);
      cli.progress('looking at everything …');
      const checks = await examineAll(openPatient({ config, problems, env: cli.env }, cli.now));
      if (options.json === true) cli.json(checks);
      else for (const line of render(cli, checks)) cli.say(line);
      end(verdictOf(checks));
    });
  teach(command, {
    examples: [
      ['reactor doctor', 'before the first run, and whenever something seems blind'],
      ['reactor doctor --json | jq -r \'.[] | select(.state == "broken") | .fix\'', 'only the lines that mend'],
    ],
    json: {
      '[].name': field('string', 'what was looked at'),
      '[].state': field('string', 'ok, warn: it runs without, broken: something needed does not work'),
      '[].said': field('string', 'what was found'),
      '[].fix': field('string', 'the lines that mend it, or empty'),
    },
  });
};

function render(cli: Cli, checks: readonly Check[]): readonly string[] {
  const lines = toTable(checks.map(({ name, state, said }) => [cli.style(STYLES[state], state), name, said]));
  const mended = checks.flatMap(({ fix }, i) => [
    lines[i] ?? '',
    ...(fix === '' ? [] : fix.split('\n').map((line) => (line === '' ? '' : `        ${cli.style('cyan', line)}`))),
  ]);
  return [...mended, '', summary(cli, checks)];
}

function summary(cli: Cli, checks: readonly Check[]): string {
  const count = (state: Check['state']): number => checks.filter((check) => check.state === state).length;
  const better = count('warn') === 0 ? '' : `, ${count('warn')} could be better`;
  if (count('broken') === 0) return cli.style('green', `nothing needed is broken${better}`);
  return cli.style('red', `${count('broken')} broken${better}`);
}
