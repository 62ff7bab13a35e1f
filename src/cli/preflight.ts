/** `reactor preflight`: the factory's own report, section by section, as the reactor sees the box. */

import { findDaemon, type Daemon } from '../app/client.ts';
import { askNow } from '../app/preflight/ask.ts';
import { projectsOf, readFacts } from '../app/preflight.ts';
import { formatDuration } from '../core/duration.ts';
import { toIso } from '../core/time.ts';
import { preflightText, preflightView } from '../factory/preflight/preflight.ts';
import type { Cli } from './context.ts';
import { teach } from './guide.ts';
import type { Register } from './index.ts';
import { PREFLIGHT_SHAPE } from './preflight-shape.ts';
import { withState } from './state.ts';
import { UsageError } from './usage.ts';

interface PreflightOptions {
  readonly json?: boolean;
  readonly project: readonly string[];
}

/** Adds `preflight`. */
export const preflightCommand: Register = (program, cli) => {
  const command = program
    .command('preflight')
    .description(
      'the factory’s own report, with its headings and lines, out of what the reactor knows, and what takes an engine a moment to tell; changes nothing',
    )
    .option('--project <name>', 'only this project; may be given several times', collect, [])
    .option('--json', 'as one JSON object')
    .action(async ({ json, project }: PreflightOptions) => {
      const config = cli.config();
      const [daemon, { facts, alive }] = await Promise.all([
        findDaemon(config),
        withState(config, cli.now, (store) => ({
          facts: readFacts(store, config, project, cli.now()),
          alive: store.meta.get('alive_at'),
        })),
      ]);
      const known = projectsOf(config, facts.events).map(({ name }) => name);
      const missing = project.find((name) => !known.includes(name));
      if (missing !== undefined) throw new UsageError(unknownProject(missing, known));
      const aliveAt = alive === null ? null : Number(alive);
      complainOfAge(cli, daemon, aliveAt);
      const complete = await askNow(facts, config);
      if (json !== true) cli.say(preflightText(complete).trimEnd());
      else cli.json({ ...preflightView(complete), daemon: daemon.state, alive_at: toIso(aliveAt) });
    });
  teach(command, {
    examples: [
      ['reactor preflight', 'everything, for a person or for the factory’s own tools'],
      ['reactor preflight --project harb', 'one project of several'],
      ['reactor preflight --json | jq .ci_pipelines[].stuck', 'for programs'],
    ],
    json: PREFLIGHT_SHAPE,
  });
};

const collect = (name: string, before: readonly string[]): readonly string[] => [...before, name];

function unknownProject(name: string, known: readonly string[]): string {
  const there =
    known.length === 0 ? 'there is none: set PROJECT_NAME and FORGE_REPO' : `there are: ${known.join(', ')}`;
  return `no project "${name}"; ${there}`;
}

/** On standard error, so that who reads the report as the factory's is not confused. */
function complainOfAge(cli: Cli, { state, reasons }: Daemon, alive: number | null): void {
  if (state === 'ready') return;
  if (state === 'starting') return cli.complain(`the reactor has not looked at everything yet: ${reasons.join('; ')}`);
  const age = alive === null ? 'it never ran' : `it was last alive ${formatDuration(cli.now() - alive)} ago`;
  const now = 'figures of containers, sizes, replies and ends of logs';
  return cli.complain(`the reactor does not run: all but ${now} is old: ${age}. Start it: reactor run`);
}
