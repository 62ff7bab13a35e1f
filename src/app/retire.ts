/** What the configuration no longer names: nobody will say how it ends, so that is said at the start. */

import type { Config } from '../config/config.ts';
import { EVENT_KINDS } from '../core/catalog/catalog.ts';
import { stableId, toEvent, type AnyEvent, type StoredEvent } from '../core/event.ts';
import type { Source } from '../core/source.ts';
import { toIso, type Instant } from '../core/time.ts';
import type { Clock } from '../ports/clock.ts';
import { isPassing, type Store } from '../ports/store.ts';
import type { SelfEvent } from './self.ts';

const HOSTS = 'hosts';

export interface RetireStore {
  readonly meta: Store['meta'];
  readonly log: Pick<Store['log'], 'latest' | 'append' | 'forgetHosts'>;
}

/**
 * Boxes that were watched in an earlier run and are not in this one (they were taken out, or have another name): what was there is there no
 * more, which is said, and then it is forgotten. While nothing can be stored it is left to the next start.
 */
export async function retireHosts(store: RetireStore, watched: readonly string[], now: Instant): Promise<void> {
  try {
    await retire(store, watched, now);
  } catch (error) {
    if (!isPassing(error)) throw error;
  }
}

async function retire(store: RetireStore, watched: readonly string[], now: Instant): Promise<void> {
  const before = store.meta.get(HOSTS);
  const list = JSON.stringify([...new Set(watched)].toSorted());
  if (before === list) return;
  const known = before === null ? ownNames(store) : (JSON.parse(before) as readonly string[]);
  const gone = known.filter((host) => !watched.includes(host));
  if (gone.length > 0) {
    await store.log.append(entitiesOf(store, new Set(gone)).map((event) => toGone(event, now)));
    store.log.forgetHosts(gone);
  }
  store.meta.set(HOSTS, list);
}

/** Under which names this reactor wrote before it kept a list of them. */
function ownNames({ log }: RetireStore): readonly string[] {
  const own = [...log.latest('reactor.source')].filter((event) => event.source === `reactor://${event.host}`);
  return [...new Set(own.map(({ host }) => host))];
}

function entitiesOf({ log }: RetireStore, hosts: ReadonlySet<string>): readonly StoredEvent[] {
  return EVENT_KINDS.flatMap((kind) => [...log.latest(kind)]).filter(
    ({ host, data }) => hosts.has(host) && 'exists' in data && data.exists,
  );
}

/** Its last action is not repeated: rules count them. */
function toGone({ kind, subject, source, host, data }: StoredEvent, time: Instant): AnyEvent {
  const id = stableId('retired', host, kind, subject, time);
  const action = kind.startsWith('docker.') ? 'destroy' : 'gone';
  const change = 'action' in data ? { action, exists: false } : { exists: false };
  return toEvent(kind, { id, source, subject, time, host }, { ...data, ...change });
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
