/** A reactor in this process: opened with a real store and clock, stopped by a signal. */

import { join } from 'node:path';
import { systemClock } from '../adapters/clock.ts';
import type { Config } from '../config/config.ts';
import type { Log } from '../ports/log.ts';
import { openStore } from '../store/store.ts';
import { startApp, type App } from './app.ts';
import type { AppOptions } from './core.ts';

export interface RunOptions extends Pick<AppOptions, 'console' | 'onSource'> {
  readonly config: Config;
  readonly log: Log;
}

/** The state file of a configuration. */
export function statePath(config: Config): string {
  return join(config.home, 'reactor.db');
}

/** Opens the state and starts. Throws a ProblemError for wrong rules, and a StoreError when another reactor has the state. */
export async function openReactor(options: RunOptions): Promise<App> {
  const store = openStore({ path: statePath(options.config), now: () => systemClock.now() });
  try {
    return await startApp({ ...options, store, clock: systemClock });
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Resolves with the name of the first SIGINT or SIGTERM. */
export function untilSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve(name));
  });
}
