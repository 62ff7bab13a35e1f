/** Batches of events in, decisions out; time passes by the one timer that the engine's next due time needs. */

import { Observable, type OperatorFunction } from 'rxjs';
import type { Clock } from '../ports/clock.ts';
import type { Batch } from './bus.ts';
import { isNews, type Decision } from './decision.ts';
import type { Engine } from './engine.ts';

/** Feeds an engine and emits what it decided, after every batch and every timer that changed something. */
export function decide(engine: Engine, clock: Clock): OperatorFunction<Batch, Decision> {
  return (batches) =>
    new Observable((subscriber) => {
      let cancel = (): void => {};
      const flush = (): void => {
        const decision = engine.drain();
        if (isNews(decision)) subscriber.next(decision);
        arm();
      };
      const arm = (): void => {
        cancel();
        const at = engine.nextDue();
        cancel = Number.isFinite(at) ? clock.callAt(at, tick) : (): void => {};
      };
      const tick = (): void => {
        engine.advance(clock.now());
        flush();
      };
      const subscription = batches.subscribe({
        next: (batch) => {
          for (const event of batch) engine.handle(event);
          flush();
        },
        error: (error: unknown) => subscriber.error(error),
        complete: () => subscriber.complete(),
      });
      flush();
      return () => {
        cancel();
        subscription.unsubscribe();
      };
    });
}
