/** `reactor ack`, `silence`, `unsilence`: what operators tell the running reactor. */

import { randomUUID } from 'node:crypto';
import { sendEvent } from '../app/client.ts';
import { parseDuration } from '../core/duration.ts';
import { isOpen } from '../core/finding.ts';
import type { Rule } from '../core/rule.ts';
import { toIso } from '../core/time.ts';
import { chooseFinding } from './choose.ts';
import type { Cli } from './context.ts';
import { teach } from './guide.ts';
import type { Register } from './index.ts';
import { findRule } from './rules.ts';
import { withState } from './state.ts';
import { acceptedBy } from './tell.ts';
import { UsageError } from './usage.ts';

interface Said {
  readonly verb: string;
  readonly args?: readonly string[];
  readonly finding?: string;
}

/** Stands for every rule in a silence. */
const EVERY = '*';

/** Adds `ack`. */
export const ackCommand: Register = (program, cli) => {
  const command = program
    .command('ack')
    .description('say that somebody is on it: the finding is not said again until it is over')
    .argument('<finding>', 'its id or the beginning of it, or the name of a rule that has one open finding')
    .action(async (wanted: string) => {
      const open = await withState(cli.config(), cli.now, (store) => store.findings.list().filter(isOpen));
      const finding = chooseFinding(open, wanted);
      await tell(cli, { verb: 'ack', finding: finding.fingerprint });
      cli.say(`acknowledged: ${finding.title}`);
    });
  teach(command, { examples: [['reactor ack a9242e25', 'by the first column of reactor findings']] });
};

/** Adds `silence`. */
export const silenceCommand: Register = (program, cli) => {
  const command = program
    .command('silence')
    .description('hold back what a rule has to say; it goes on deciding, and says that it is over')
    .argument('<rule>', 'its name, pack/name, or * for every rule')
    .argument('<span>', 'for how long: 30m, 2h, 3d')
    .argument('[key...]', 'only about one subject: the values of the rule’s key, or the first of them')
    .action(async (name: string, span: string, key: readonly string[]) => {
      if ((parseDuration(span) ?? 0) === 0) {
        throw new UsageError(`"${span}" is not a span of time. Write for example: 30m, 2h or 3d`);
      }
      const id = name === EVERY ? EVERY : idOf(await ruleNamed(cli, name), key);
      await tell(cli, { verb: 'silence', args: [id, span, ...key] });
      const about = key.length === 0 ? id : `${id} about [${key.join(', ')}]`;
      cli.say(`silenced ${about} for ${span}; end it before: reactor unsilence ${id}`);
    });
  teach(command, {
    examples: [
      ['reactor silence disk-high 2h', 'while somebody cleans up'],
      ['reactor silence restart-loop-foreign 3d harb anvil', 'about one service of one stack'],
    ],
  });
};

/** Adds `unsilence`. */
export const unsilenceCommand: Register = (program, cli) => {
  const command = program
    .command('unsilence')
    .description('end the silences of a rule before their time')
    .argument('<rule>', 'as it was given to silence')
    .action(async (name: string) => {
      const silences = await withState(cli.config(), cli.now, (store) => store.silences.active(cli.now()));
      const ids = [...new Set(silences.map(({ rule }) => rule))].filter(
        (rule) => rule === name || rule.endsWith(`/${name}`),
      );
      if (ids.length === 0) {
        const others = [...new Set(silences.map(({ rule }) => rule))];
        const known = others.length === 0 ? 'there is none at all' : `there are: ${others.join(', ')}`;
        throw new UsageError(`no silence of "${name}" is in force; ${known}`);
      }
      for (const id of ids) await tell(cli, { verb: 'unsilence', args: [id] });
      cli.say(`${ids.join(', ')} may speak again`);
    });
  teach(command, { examples: [['reactor unsilence disk-high', 'it may speak again']] });
};

/** Loaded here, because a silence of a rule that does not exist would hold nothing, and say nothing. */
async function ruleNamed(cli: Cli, name: string): Promise<Rule> {
  const { loadRules } = await import('../app/rules.ts');
  return findRule((await loadRules(cli.config(), cli.now())).rules, name);
}

function idOf(rule: Rule, key: readonly string[]): string {
  if (key.length <= rule.key.length) return rule.id;
  const names = rule.key.map((path) => path.source).join(', ');
  throw new UsageError(`${rule.id} has ${rule.key.length} key values (${names}), not ${key.length}`);
}

async function tell(cli: Cli, said: Said): Promise<void> {
  const config = cli.config();
  acceptedBy(
    await sendEvent(config, {
      specversion: '1.0',
      id: randomUUID(),
      source: `cli://${config.host}`,
      type: 'operator.command',
      subject: said.verb,
      time: toIso(cli.now()),
      data: { args: [], finding: '', ...said, from: cli.env['USER'] ?? 'operator', room: 'cli' },
    }),
  );
}
