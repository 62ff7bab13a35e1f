/** Puts decisions into the ledger and the outbox, in one transaction each; what cannot be written now is kept and tried again. */

import { messageOf } from '../core/errors.ts';
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

/** More than this is not kept in memory, and the oldest are lost: it takes a disk that is full for hours and room kept on it that is used up. */
const MOST_KEPT = 10_000;

/** What a saver writes to. */
interface SaverStore extends Pick<Store, 'transact'> {
  readonly findings: Pick<Store['findings'], 'save'>;
  readonly outbox: Pick<Store['outbox'], 'add' | 'get'>;
  readonly silences: Pick<Store['silences'], 'add'>;
}

/** What else is written with a decision. */
export interface Followers {
  /** Called in the transaction of each decision, once the rest of it is written; `orders` are those that the outbox did not know. */
  follow(decision: Decision, isLast: boolean): void;
  /** The transaction was rolled back. */
  undo(): void;
}

const NOBODY: Followers = { follow: () => undefined, undo: () => undefined };

/** A saver over a store. */
export function createSaver(store: SaverStore, log: Log, followers: Followers = NOBODY): Saver {
  let waiting: Decision[] = [];
  let trouble = '';
  const write = (decision: Decision, isLast: boolean): void =>
    store.transact(() => {
      const orders = decision.orders.filter(({ id }) => store.outbox.get(id) === null);
      store.findings.save(decision.findings);
      store.outbox.add(orders);
      for (const silence of decision.silences) store.silences.add(silence);
      followers.follow({ ...decision, orders }, isLast);
    });
  const retry = (): void => {
    if (waiting.length === 0) return;
    try {
      for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
        write(next, waiting.length === 1);
        waiting.shift();
      }
      trouble = '';
    } catch (error) {
      followers.undo();
      if (trouble === '') log.error({ err: error }, 'decisions cannot be written; they are kept and tried again');
      trouble = messageOf(error);
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
