/** All commands. A new one is a file and a line here. */

import { Command, CommanderError } from 'commander';
import { readVersion } from '../app/version.ts';
import { formatProblem, ProblemError } from '../core/problem.ts';
import { openCli, type Cli, type CliWorld, type ExitCode, type Output } from './context.ts';
import { doctorCommand } from './doctor.ts';
import { emitCommand } from './emit.ts';
import { findingsCommand } from './findings.ts';
import { StoreError } from '../store/store-error.ts';
import { ackCommand, silenceCommand, unsilenceCommand } from './operate.ts';
import { preflightCommand } from './preflight.ts';
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
  preflightCommand,
  doctorCommand,
  ackCommand,
  silenceCommand,
  unsilenceCommand,
  emitCommand,
  rulesCommand,
];

/** Lines are broken here: what is wider than a terminal of 80 columns is broken again in the middle of a sentence. */
const ABOUT = `The supervisor of a disinto software factory: sees Docker, the forge, CI, agent
sessions and the host, decides by the rules in rules/, and files vault items,
nudges sessions and tells people within seconds.

Start it with nothing configured:  reactor run
See what it needs to do more:      reactor doctor`;

const EXITS = `
Exit codes:
  0   fine
  1   findings at or above --fail-on or nobody who looks for them, a rule test
      failed, or something needed is broken
  2   usage or configuration
  70  a bug, or output that cannot be written

Commands that read work while the daemon is down: they read its state file.
Configuration: reactor.toml and the environment.
Examples: reactor <command> --help; what --json prints: docs/cli.md`;

/** Runs one command line; resolves with the exit code. */
export async function runCli(args: readonly string[], world: CliWorld): Promise<ExitCode> {
  const cli = openCli(world);
  const code = await parse(args, cli);
  await flushed(cli.stdout);
  if (cli.trouble() === '') return code;
  cli.complain(`standard output cannot be written: ${cli.trouble()}`);
  return code === 0 ? 70 : code;
}

/** Resolves once everything is written, or cannot be: only then it is known. */
function flushed(stream: Output): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => setImmediate(resolve));
  });
}

/** The program with all its commands; `end` takes the exit code of the one that runs. */
export function createProgram(cli: Cli, end: (code: ExitCode) => void): Command {
  const program = new Command('reactor').description(ABOUT).addHelpText('after', EXITS).exitOverride();
  program.configureOutput({
    writeOut: (text) => cli.stdout.write(text),
    writeErr: (text) => cli.stderr.write(text),
  });
  program.version(readVersion(), '--version', 'print the version').helpCommand(false);
  program.showHelpAfterError('(reactor --help lists the commands)').showSuggestionAfterError();
  for (const register of COMMANDS) register(program, cli, end);
  return program;
}

async function parse(args: readonly string[], cli: Cli): Promise<ExitCode> {
  let code: ExitCode = 0;
  const program = createProgram(cli, (said) => {
    code = said;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    return explainFailure(error, cli);
  } finally {
    cli.progress('');
  }
}

function explainFailure(error: unknown, cli: Cli): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const mistake = mistakeIn(error);
  if (mistake !== null) {
    cli.complain(mistake);
    return 2;
  }
  cli.complain(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 70;
}

const FRESH = '. reactor run moves it aside and starts a fresh one';

/** What somebody has to set or stop, in words; null when it is a bug of ours. */
function mistakeIn(error: unknown): string | null {
  if (error instanceof ProblemError) return error.problems.map(formatProblem).join('\n');
  if (error instanceof UsageError) return error.message;
  if (error instanceof StoreError) return error.message + (error.code === 'STORE_CORRUPT' ? FRESH : '');
  if (!(error instanceof Error) || !(error.cause instanceof Error)) return null;
  const cannotListen = 'syscall' in error.cause && error.cause.syscall === 'listen';
  return cannotListen ? `${error.message} (${error.cause.message}). reactor doctor says who is there` : null;
}
