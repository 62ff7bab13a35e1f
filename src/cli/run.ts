/** `reactor run`: the daemon, in the foreground. */

import type { App } from '../app/app.ts';
import type { Config } from '../config/config.ts';
import { describeConfig, type ConfigLine } from '../config/describe.ts';
import type { SourceState } from '../core/source.ts';
import { openLog } from '../log.ts';
import type { Cli, Style } from './context.ts';
import type { Register } from './index.ts';
import { toTable } from './table.ts';

/** Adds `run`. */
export const runCommand: Register = (program, cli, end) => {
  program
    .command('run')
    .description('run the reactor in the foreground; needs no configuration')
    .option('--log-level <level>', 'trace debug info warn error fatal silent')
    .action(async (options: { logLevel?: string }) => {
      const config = cli.config();
      const { openReactor, untilSignal } = await import('../app/run.ts');
      const sources = new Map<string, SourceState>();
      const app = await openReactor({
        config,
        log: openLog(options.logLevel ?? quietOnTerminal(config, cli), cli.stderr),
        console: { write: (line) => cli.say(line), stream: cli.stdout },
        onSource: createTeller(cli, sources),
      });
      greet(cli, config, app);
      void app.settled.then((silent) => sayReady(cli, app, silent));
      const signal = await Promise.race([untilSignal(), app.failed]);
      cli.say(cli.style('dim', `${signal}: stopping; what was decided is in the outbox and goes on at the next start`));
      await app.stop();
      end(0);
    });
};

/** On a terminal the console messages speak; the log only when something is wrong. */
function quietOnTerminal(config: Config, cli: Cli): string {
  return cli.stderr.isTTY && config.logLevel === 'info' ? 'warn' : config.logLevel;
}

function greet(cli: Cli, config: Config, app: App): void {
  cli.say(`${cli.style('bold', 'disinto reactor')} ${app.url}  ${app.rules} rules`);
  for (const line of toTable(describeConfig(config).map((entry) => configRow(cli, entry)))) cli.say(line);
}

function configRow(cli: Cli, { name, value, add }: ConfigLine): readonly string[] {
  return [`  ${cli.style('dim', name)}`, value, add === '' ? '' : cli.style('dim', add)];
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

/** Says each change of a source once. */
function createTeller(cli: Cli, known: Map<string, SourceState>) {
  return (source: string, state: SourceState, reason: string): void => {
    known.set(source, state);
    const why = reason === '' ? '' : `  ${reason}`;
    cli.say(`  ${cli.style(STATE_STYLE[state], state.padEnd(11))} ${source}${why}`);
  };
}
