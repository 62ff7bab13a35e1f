/** All commands. A new one is a file and a line here. */

import { Command, CommanderError } from 'commander';
import { formatProblem, ProblemError } from '../core/problem.ts';
import { ackCommand, silenceCommand, unsilenceCommand } from './operate.ts';
import { openCli, type Cli, type CliWorld, type ExitCode } from './context.ts';
import { emitCommand } from './emit.ts';
import { findingsCommand } from './findings.ts';
import { rulesCommand } from './rules.ts';
import { runCommand } from './run.ts';
import { statusCommand } from './status.ts';
import { UsageError } from './usage.ts';
import { whyCommand } from './why.ts';
import { whyNotCommand } from './why-not.ts';

/** Adds a command to the program; `end` takes the exit code. */
export type Register = (program: Command, cli: Cli, end: (code: ExitCode) => void) => void;

const COMMANDS: readonly Register[] = [
  runCommand,
  statusCommand,
  findingsCommand,
  whyCommand,
  whyNotCommand,
  rulesCommand,
  emitCommand,
  ackCommand,
  silenceCommand,
  unsilenceCommand,
];

const ABOUT = `The supervisor of a disinto software factory: sees Docker, the forge, agent sessions and the host,
decides by the rules in rules/, and files vault items, nudges sessions and tells people within seconds.

Start it with nothing configured:  reactor run
See what it needs to do more:      reactor doctor`;

const EXITS = `
Exit codes: 0 fine · 1 findings at or above --fail-on, or a rule test failed · 2 usage or configuration · 70 a bug
Read commands work while the daemon is down: they read its state file. Configuration: reactor.toml and the environment.`;

/** Runs one command line; resolves with the exit code. */
export async function runCli(args: readonly string[], world: CliWorld): Promise<ExitCode> {
  const cli = openCli(world);
  let code: ExitCode = 0;
  const program = new Command('reactor').description(ABOUT).addHelpText('after', EXITS).exitOverride();
  program.configureOutput({
    writeOut: (text) => world.stdout.write(text),
    writeErr: (text) => world.stderr.write(text),
  });
  program.showHelpAfterError('(reactor --help lists the commands)').showSuggestionAfterError();
  for (const register of COMMANDS) {
    register(program, cli, (said) => {
      code = said;
    });
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    return explainFailure(error, cli);
  }
}

function explainFailure(error: unknown, cli: Cli): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof ProblemError) {
    for (const problem of error.problems) cli.complain(formatProblem(problem));
    return 2;
  }
  if (error instanceof UsageError) {
    cli.complain(error.message);
    return 2;
  }
  cli.complain(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 70;
}
