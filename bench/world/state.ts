/** A state file with a day of log in it. */

import { DAY } from '../../src/core/time.ts';
import { openStore } from '../../src/store/store.ts';
import { makeDay } from './day.ts';

/** Events a commit: as many as a source sends at once when it looks at everything. */
const GROUP = 500;

/** Writes the day that ends now into a new state file, through the real store. */
export async function writeDay(
  path: string,
  options: { readonly events: number; readonly keys: number },
): Promise<void> {
  const begin = Date.now() - DAY;
  const events = makeDay({ ...options, begin });
  let now = begin;
  const store = openStore({ path, now: () => now });
  for (let i = 0; i < events.length; i += GROUP) {
    const group = events.slice(i, i + GROUP);
    now = group.at(-1)?.received ?? now;
    await store.log.append(group);
  }
  await store.close();
}
