/** Puts decisions into the ledger and the outbox, in one transaction each; what cannot be written now is kept and tried again. */

import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import type { Decision } from '../engine/decision.ts';

export interface Saver {
  /** Writes the decision, and whatever waited before it. */
  save(decision: Decision): void;
  /** Tries again what waits. */
  retry(): void;
  /** Why the last try failed, `''` when it did not. */
  trouble(): string;
}

/** More than this is not kept in memory: the log still has the events, and a restart decides again. */
const MOST_KEPT = 10_000;

/** What a saver writes to. */
interface SaverStore extends Pick<Store, 'transact'> {
  readonly findings: Pick<Store['findings'], 'save'>;
  readonly outbox: Pick<Store['outbox'], 'add'>;
  readonly silences: Pick<Store['silences'], 'add'>;
}

/** A saver over a store. `follow` is called in the transaction of each decision, once the rest of it is written. */
export function createSaver(
  store: SaverStore,
  log: Log,
  follow: (decision: Decision) => void = () => undefined,
): Saver {
  let waiting: Decision[] = [];
  let trouble = '';
  const write = (decision: Decision): void =>
    store.transact(() => {
      store.findings.save(decision.findings);
      store.outbox.add(decision.orders);
      for (const silence of decision.silences) store.silences.add(silence);
      follow(decision);
    });
  const retry = (): void => {
    if (waiting.length === 0) return;
    try {
      for (const next of waiting) write(next);
      waiting = [];
      trouble = '';
    } catch (error) {
      if (trouble === '') log.error({ err: error }, 'decisions cannot be written; they are kept and tried again');
      trouble = error instanceof Error ? error.message : String(error);
      waiting = waiting.slice(-MOST_KEPT);
    }
  };
  return {
    save(decision) {
      waiting.push(decision);
      retry();
    },
    retry,
    trouble: () => trouble,
  };
}
