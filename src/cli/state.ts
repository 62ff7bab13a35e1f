/** The state file, opened to read beside a running daemon or after it. */

import { statePath } from '../app/configure.ts';
import type { Config } from '../config/config.ts';
import type { Instant } from '../core/time.ts';
import type { Store } from '../ports/store.ts';
import { openStore } from '../store/store.ts';

/** Opens the state to read, hands it to `use`, and closes it. Throws a StoreError when there is none that can be read. */
export async function withState<T>(config: Config, now: () => Instant, use: (store: Store) => T): Promise<T> {
  const store = openStore({ path: statePath(config), now, readOnly: true });
  try {
    return use(store);
  } finally {
    await store.close();
  }
}
