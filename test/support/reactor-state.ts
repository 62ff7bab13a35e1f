/** What a reactor remembers, read beside it from its state file. */

import { join } from 'node:path';
import type { EventData, EventKind } from '../../src/core/catalog/catalog.ts';
import type { OutboxRow } from '../../src/core/effect.ts';
import type { AnyEvent, ReactorEvent, StoredEvent } from '../../src/core/event.ts';
import type { Finding } from '../../src/core/finding.ts';
import type { Store } from '../../src/ports/store.ts';
import { openStore } from '../../src/store/store.ts';

export interface State {
  /** Every event of the log, oldest first. */
  events(): readonly StoredEvent[];
  /** The data of every event of a kind, oldest first. */
  eventsOf<K extends EventKind>(kind: K): readonly EventData<K>[];
  hasEvent(id: string): boolean;
  /** All findings, whatever their state; of one rule when it is named as `pack/rule` or by its name alone. */
  findings(rule?: string): readonly Finding[];
  /** All orders, oldest first; of one act when it is named. */
  orders(act?: OutboxRow['spec']['act']): readonly OutboxRow[];
}

/** Reads the state in a folder; each call opens the file and closes it again. */
export function readState(home: string): State {
  const read = <T>(use: (store: Store) => T): T => {
    const store = openStore({ path: join(home, 'reactor.db'), now: () => Date.now(), readOnly: true });
    try {
      return use(store);
    } finally {
      void store.close();
    }
  };
  const events = (): readonly StoredEvent[] => read((store) => store.log.recent({ limit: 1_000_000 }).toReversed());
  return {
    events,
    eventsOf: (kind) => events().flatMap((event) => (isOf(event, kind) ? [event.data] : [])),
    hasEvent: (id) => read((store) => store.log.get(id) !== null),
    findings: (rule) =>
      read((store) => store.findings.list()).filter(
        (one) => rule === undefined || one.rule === rule || one.rule.endsWith(`/${rule}`),
      ),
    orders: (act) =>
      read((store) => store.outbox.list())
        .filter(({ spec }) => act === undefined || spec.act === act)
        .toReversed(),
  };
}

function isOf<K extends EventKind>(event: AnyEvent, kind: K): event is AnyEvent & ReactorEvent<K> {
  return event.kind === kind;
}
