/** A reactor in this process: opened with a real store and clock, stopped by a signal. */

import { systemClock } from '../adapters/clock.ts';
import type { Config } from '../config/config.ts';
import type { Log } from '../ports/log.ts';
import { openStore } from '../store/store.ts';
import { startApp, type App } from './app.ts';
import { statePath } from './configure.ts';
import type { AppOptions } from './core.ts';

/** Room within the state for some thousand findings and orders when the disk is full. */
const RESERVE = 4 * 1024 * 1024;

export interface RunOptions extends Pick<AppOptions, 'console' | 'onSource'> {
  readonly config: Config;
  readonly log: Log;
}

/** Opens the state and starts. Throws a ProblemError for wrong rules, and a StoreError when another reactor has the state. */
export async function openReactor(options: RunOptions): Promise<App> {
  const store = openStore({ path: statePath(options.config), now: () => systemClock.now(), reserve: RESERVE });
  try {
    return await startApp({ ...options, store, clock: systemClock });
  } catch (error) {
    await store.close();
    throw error;
  }
}

export interface Signals {
  /** The name of the first SIGINT, SIGTERM or SIGHUP. */
  readonly first: Promise<string>;
  /** The next one, of whichever name: somebody is out of patience. */
  readonly second: Promise<string>;
}

/** Listens to SIGINT, SIGTERM and SIGHUP (its terminal was closed) from now on; none ends the process by itself any more. */
export function listenToSignals(): Signals {
  const first = Promise.withResolvers<string>();
  const second = Promise.withResolvers<string>();
  let heard = 0;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => (heard++ === 0 ? first : second).resolve(name));
  }
  return { first: first.promise, second: second.promise };
}
