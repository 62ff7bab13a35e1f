/** How far what a command prints can be believed: whether the reactor runs, and what it cannot see. */

import { findDaemon, type Daemon } from '../app/client.ts';
import type { Config } from '../config/config.ts';
import { formatDuration } from '../core/duration.ts';
import type { Store } from '../ports/store.ts';
import type { Cli } from './context.ts';

/** Looks whether a reactor runs, and tells on standard error when what is in its state file is old. Never rejects. */
export async function complainOfAge(cli: Cli, config: Config, alive: string | null): Promise<Daemon['state']> {
  const { state, reasons } = await findDaemon(config);
  if (state === 'starting') cli.complain(`the reactor has not looked at everything yet: ${reasons.join('; ')}`);
  if (state === 'ready' || state === 'starting') return state;
  const age = alive === null ? 'it never ran' : `last alive ${formatDuration(cli.now() - Number(alive))} ago`;
  cli.complain(`the reactor does not run, ${age}; this is what it knew then. Start it: reactor run`);
  return state;
}

/** What the reactor said last that it cannot see, or not all of: `docker@box`. */
export function unseenIn(store: Pick<Store, 'log'>): readonly string[] {
  return [...store.log.latest('reactor.source')].flatMap((event) => {
    const isBlind = event.kind === 'reactor.source' && ['unavailable', 'degraded'].includes(event.data.state);
    return isBlind ? [`${event.data.source}@${event.host}`] : [];
  });
}

/** No finding is open; that all is well is not said while nobody looks, or while something cannot be seen. */
export function nothingWrong(cli: Pick<Cli, 'style'>, daemon: Daemon['state'], unseen: readonly string[]): string {
  if (daemon === 'down' || daemon === 'stranger') return cli.style('yellow', 'nothing was wrong that a rule knew of');
  const said = 'nothing is wrong that a rule knows of';
  if (daemon === 'starting') return cli.style('yellow', `${said} so far`);
  if (unseen.length === 0) return cli.style('green', said);
  return cli.style('yellow', `${said}, but not all is seen: ${unseen.join(', ')}`);
}
