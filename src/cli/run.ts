/** `reactor run`: the daemon, in the foreground. */

import { Option } from 'commander';
import type { App } from '../app/app.ts';
import type { Config } from '../config/config.ts';
import { describeConfig, type ConfigLine } from '../config/describe.ts';
import type { SourceState } from '../core/source.ts';
import { openLog } from '../log.ts';
import type { Cli, Style } from './context.ts';
import { teach } from './guide.ts';
import type { Register } from './index.ts';
import { toTable } from './table.ts';

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** Adds `run`. */
export const runCommand: Register = (program, cli) => {
  const command = program
    .command('run')
    .description('run the reactor in the foreground; needs no configuration')
    .addOption(new Option('--log-level <level>', 'how much is logged to standard error').choices(LEVELS))
    .action((options: { logLevel?: string }) => run(cli, options.logLevel));
  teach(command, {
    examples: [
      ['reactor run', 'until Ctrl-C; a second one ends it at once'],
      ['REACTOR_LISTEN=0.0.0.0:8787 FORGEJO_WEBHOOK_SECRET=… reactor run', 'with webhooks from other boxes'],
    ],
  });
};

async function run(cli: Cli, level: string | undefined): Promise<void> {
  const config = cli.config();
  const { listenToSignals, openReactor } = await import('../app/run.ts');
  cli.progress('starting …');
  const app = await openReactor({
    config,
    log: openLog(level ?? quietOnTerminal(config, cli), cli.stderr),
    console: { write: (line) => cli.say(line), stream: cli.stdout },
    onSource: createTeller(cli),
  });
  const signals = listenToSignals();
  greet(cli, config, app);
  void app.settled.then((silent) => sayReady(cli, app, silent));
  const signal = await Promise.race([signals.first, app.failed]);
  cli.say(cli.style('dim', `${signal}: stopping; what was decided is in the outbox and goes on at the next start`));
  void signals.second.then((name) => cli.exit(name === 'SIGINT' ? 130 : 143));
  await app.stop();
  cli.say(cli.style('dim', 'stopped'));
}

/** On a terminal the console messages speak; the log only when something is wrong. */
function quietOnTerminal(config: Config, cli: Cli): string {
  return cli.stderr.isTTY === true && config.logLevel === 'info' ? 'warn' : config.logLevel;
}

function greet(cli: Cli, config: Config, app: App): void {
  cli.say(`${cli.style('bold', 'disinto reactor')} ${app.url}  ${app.rules} rules`);
  for (const line of toTable(describeConfig(config).map((entry) => configRow(cli, entry)))) cli.say(line.trimEnd());
  cli.say(cli.style('dim', '  what is missing, and the line that mends it: reactor doctor'));
}

function configRow(cli: Cli, { name, value, add }: ConfigLine): readonly string[] {
  return [`  ${cli.style('dim', name)}`, value, add === '' ? '' : cli.style('dim', `add ${add}`)];
}

function sayReady(cli: Cli, app: App, silent: readonly string[]): void {
  const late = silent.length === 0 ? '' : ` (not heard from yet: ${silent.join(', ')})`;
  cli.say(
    `${cli.style('green', 'ready')} ${app.url}${late}  what is wrong: reactor findings  why: reactor why <finding>`,
  );
}

const STATE_STYLE: Readonly<Record<SourceState, Style>> = {
  available: 'green',
  degraded: 'yellow',
  unavailable: 'red',
};

/** Says each change of a source. */
function createTeller(cli: Cli) {
  return (source: string, state: SourceState, reason: string): void => {
    const why = reason === '' ? '' : `  ${reason}`;
    cli.say(`  ${cli.style(STATE_STYLE[state], state.padEnd(11))} ${source}${why}`);
  };
}
