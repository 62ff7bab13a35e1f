/** What the configuration no longer names: nobody will say how it ends, so that is said at the start. */

import type { Config } from '../config/config.ts';
import type { AnyEvent } from '../core/event.ts';
import type { Source } from '../core/source.ts';
import { toIso } from '../core/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import type { SelfEvent } from './self.ts';

const HOSTS = 'hosts';

/** Forgets what was last known of boxes that were watched in an earlier run and are not in this one: they were taken out, or have another name. */
export function forgetHosts(
  store: { readonly meta: Store['meta']; readonly log: Pick<Store['log'], 'forgetHosts'> },
  watched: readonly string[],
): void {
  const before = store.meta.get(HOSTS);
  const now = JSON.stringify([...new Set(watched)].toSorted());
  if (before === now) return;
  const gone = (JSON.parse(before ?? '[]') as readonly string[]).filter((host) => !watched.includes(host));
  if (gone.length > 0) store.log.forgetHosts(gone);
  store.meta.set(HOSTS, now);
}

export interface RetiredOptions {
  readonly options: {
    readonly store: { readonly log: Pick<Store['log'], 'latest'> };
    readonly config: Pick<Config, 'host'>;
    readonly clock: Pick<Clock, 'now'>;
  };
  readonly world: { readonly sources: readonly Pick<Source, 'name'>[] };
  readonly self: SelfEvent;
}

/** An end for the troubles of sources that are there no more: a forge that was taken out of the configuration while it did not answer. */
export function retiredSources({ options, world, self }: RetiredOptions): readonly AnyEvent[] {
  const { store, config, clock } = options;
  const names = new Set(world.sources.map((source) => source.name));
  return [...store.log.latest('reactor.source')].flatMap((event) => {
    if (event.kind !== 'reactor.source' || event.source !== `reactor://${config.host}`) return [];
    const { source, state } = event.data;
    if (names.has(source) || state === 'retired') return [];
    const since = toIso(clock.now());
    return [
      self('reactor.source', source, { source, state: 'retired', reason: 'it is not configured any more', since }),
    ];
  });
}
