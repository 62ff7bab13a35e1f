/** Where stored events become a stream. The house's one Subject is here. */

import { Subject, type Observable } from 'rxjs';
import type { StoredEvent } from '../core/event.ts';

/** What the log took in with one commit, in order. */
export type Batch = readonly StoredEvent[];

export interface Bus {
  readonly batches: Observable<Batch>;
  publish(batch: Batch): void;
  close(): void;
}

/** A bus nobody listens to yet. */
export function createBus(): Bus {
  const subject = new Subject<Batch>();
  return {
    batches: subject.asObservable(),
    publish: (batch) => subject.next(batch),
    close: () => subject.complete(),
  };
}
