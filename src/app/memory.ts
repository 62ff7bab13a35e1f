/** What an engine is rebuilt from: the last checkpoint, the ledger's open findings and the log. */

import type { EventKind } from '../core/catalog/catalog.ts';
import type { Rulebook } from '../core/rule.ts';
import type { StoredEvent } from '../core/event.ts';
import type { Instant } from '../core/time.ts';
import type { Memory } from '../engine/rebuild.ts';
import type { Store } from '../ports/store.ts';
import { readCheckpoint } from './checkpoints.ts';

/** The store's memory for a set of rules. */
export function memoryOf(store: Store, rulebook: Rulebook, now: Instant): Memory {
  const checkpoint = readCheckpoint(store);
  return {
    checkpoint,
    seeds: store.findings.list({ states: ['firing', 'flapping'] }).map((finding) => ({
      finding,
      event: store.log.get(finding.causes.at(-1) ?? ''),
      orders: store.outbox.list({ firing: finding.firing }),
    })),
    silences: store.silences.active(checkpoint?.head.at ?? now),
    standing: (before) => standing(store, wanted(rulebook, checkpoint, before), before),
    replay: (since) => store.log.replay(checkpoint === null ? since : withNews(rulebook, checkpoint.received, since)),
  };
}

/** What rules do not read and the engine does all the same. */
const OWN: readonly EventKind[] = ['operator.command', 'reactor.source'];

/** Every kind from the checkpoint on, and those that somebody has to look further back for. */
function withNews(
  { byKind }: Rulebook,
  received: Instant,
  since: ReadonlyMap<EventKind, Instant>,
): ReadonlyMap<EventKind, Instant> {
  const kinds = new Set([...byKind.keys(), ...OWN]);
  return new Map([...kinds].map((kind) => [kind, Math.min(received, since.get(kind) ?? received)]));
}

/** The kinds of which the last words are needed: those that holds watch, unless all of these go on from a checkpoint. */
function wanted(
  { rules }: Rulebook,
  checkpoint: unknown,
  before: ReadonlyMap<EventKind, Instant>,
): ReadonlySet<EventKind> {
  const holds = rules.filter((rule) => rule.condition.type === 'hold' && rule.mode !== 'off');
  const kinds = new Set<EventKind>(holds.flatMap((rule) => rule.on));
  if (checkpoint === null) return kinds.add('reactor.source');
  return new Set([...kinds].filter((kind) => before.has(kind)));
}

/** The last word on every entity of some kinds, when it was said before the window begins. */
function standing(
  store: Store,
  kinds: ReadonlySet<EventKind>,
  before: ReadonlyMap<EventKind, Instant>,
): readonly StoredEvent[] {
  const events = [...kinds].flatMap((kind) => [...store.log.latest(kind)]);
  return events
    .filter((event) => event.received < (before.get(event.kind) ?? Number.POSITIVE_INFINITY))
    .toSorted((a, b) => a.seq - b.seq);
}
