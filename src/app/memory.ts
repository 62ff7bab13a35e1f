/** What an engine is rebuilt from: the ledger's open findings and the log. */

import type { EventKind } from '../core/catalog/catalog.ts';
import type { Rulebook } from '../core/rule.ts';
import type { StoredEvent } from '../core/event.ts';
import type { Instant } from '../core/time.ts';
import type { Memory } from '../engine/rebuild.ts';
import type { Store } from '../ports/store.ts';

/** The store's memory for a set of rules. */
export function memoryOf(store: Store, rulebook: Rulebook, now: Instant): Memory {
  return {
    seeds: store.findings.list({ states: ['firing', 'flapping'] }).map((finding) => ({
      finding,
      event: store.log.get(finding.causes.at(-1) ?? ''),
      orders: store.outbox.list({ firing: finding.firing }),
    })),
    silences: store.silences.active(now),
    standing: (before) => standing(store, rulebook, before),
    replay: (since) => store.log.replay(since),
  };
}

/** The last word on every entity that a hold watches, and on every source, when it was said before the window begins. */
function standing(store: Store, rulebook: Rulebook, before: ReadonlyMap<EventKind, Instant>): readonly StoredEvent[] {
  const holds = rulebook.rules.filter((rule) => rule.condition.type === 'hold' && rule.mode !== 'off');
  const kinds = new Set<EventKind>(['reactor.source', ...holds.flatMap((rule) => rule.on)]);
  const events = [...kinds].flatMap((kind) => [...store.log.latest(kind)]);
  return events
    .filter((event) => event.received < (before.get(event.kind) ?? Number.POSITIVE_INFINITY))
    .toSorted((a, b) => a.seq - b.seq);
}
