/** The state file, opened to read beside a running daemon or after it. */

import { statePath } from '../app/configure.ts';
import type { Config } from '../config/config.ts';
import type { Instant } from '../core/time.ts';
import type { Store } from '../ports/store.ts';
import { openStore } from '../store/store.ts';
import { UsageError } from './usage.ts';

/** Opens the state to read, hands it to `use`, and closes it. Throws a UsageError when there is none. */
export async function withState<T>(config: Config, now: () => Instant, use: (store: Store) => T): Promise<T> {
  const store = open(config, now);
  try {
    return use(store);
  } finally {
    await store.close();
  }
}

function open(config: Config, now: () => Instant): Store {
  try {
    return openStore({ path: statePath(config), now, readOnly: true });
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    throw new UsageError(`${error.message}\nA reactor makes its state when it first runs: reactor run`);
  }
}
