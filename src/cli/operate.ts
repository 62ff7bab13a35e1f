/** `reactor ack`, `silence`, `unsilence`: what operators tell the running reactor. */

import { randomUUID } from 'node:crypto';
import { sendEvent } from '../app/client.ts';
import { parseDuration } from '../core/duration.ts';
import { toIso } from '../core/time.ts';
import type { Cli } from './context.ts';
import type { Register } from './index.ts';
import { withState } from './state.ts';
import { UsageError } from './usage.ts';

interface Said {
  readonly verb: string;
  readonly args?: readonly string[];
  readonly finding?: string;
}

/** Adds `ack`. */
export const ackCommand: Register = (program, cli) => {
  program
    .command('ack <finding>')
    .description('say that somebody is on it: the finding is not said again until it is over')
    .action(async (wanted: string) => {
      const finding = await withState(cli.config(), cli.now, (store) =>
        store.findings.list({ states: ['firing', 'flapping'] }).filter((one) => one.fingerprint.startsWith(wanted)),
      );
      const [only] = finding;
      if (only === undefined || finding.length > 1) {
        throw new UsageError(`${finding.length} open findings begin with "${wanted}"; reactor findings lists them`);
      }
      await tell(cli, { verb: 'ack', finding: only.fingerprint });
      cli.say(`acknowledged: ${only.title}`);
    });
};

/** Adds `silence`. */
export const silenceCommand: Register = (program, cli) => {
  program
    .command('silence <rule> <span> [key...]')
    .description('hold back what a rule has to say for so long (2h, 3d); with key values, only about that subject')
    .action(async (rule: string, span: string, key: readonly string[]) => {
      if (parseDuration(span) === null)
        throw new UsageError(`"${span}" is not a span; write for example 2h, 30m or 3d`);
      await tell(cli, { verb: 'silence', args: [rule, span, ...key] });
      cli.say(`silenced ${rule} for ${span}; end it before: reactor unsilence ${rule}`);
    });
};

/** Adds `unsilence`. */
export const unsilenceCommand: Register = (program, cli) => {
  program
    .command('unsilence <rule>')
    .description('end the silences of a rule')
    .action(async (rule: string) => {
      await tell(cli, { verb: 'unsilence', args: [rule] });
      cli.say(`${rule} may speak again`);
    });
};

async function tell(cli: Cli, said: Said): Promise<void> {
  const { config } = { config: cli.config() };
  const from = cli.env['USER'] ?? 'operator';
  const event = {
    specversion: '1.0',
    id: randomUUID(),
    source: `cli://${config.host}`,
    type: 'operator.command',
    subject: said.verb,
    time: toIso(cli.now()),
    data: { args: [], finding: '', ...said, from, room: 'cli' },
  };
  const answer = await sendEvent(config, event);
  if (!answer.reached) throw new UsageError(`no reactor answers (${answer.reason}). Start it: reactor run`);
  if (answer.status >= 300) throw new UsageError(`the reactor refused: ${JSON.stringify(answer.body)}`);
}
