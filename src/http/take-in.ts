/** Hands posted events to the log and answers only once they are on disk. */

import type { AnyEvent } from '../core/event.ts';
import type { Accepted, Intake } from '../core/source.ts';
import type { Log } from '../ports/log.ts';
import { refuse, step, stop, withHeader, type Step } from './answer.ts';
import type { Metrics } from './metrics.ts';

/** Stores events; 503 when the log cannot be written. The failure is logged once, until it is over. */
export type TakeIn = (events: readonly AnyEvent[]) => Promise<Step<Accepted>>;

const RETRY_AFTER_S = '5';

/** An intake that counts and that turns a failure into an answer. */
export function createTakeIn(intake: Intake, metrics: Metrics, log: Log): TakeIn {
  let failing = false;
  return async (events) => {
    try {
      const became = await intake(events);
      if (failing) log.info({}, 'the event log takes events again');
      failing = false;
      metrics.accepted(events, became);
      return step(became);
    } catch (error) {
      if (!failing) log.error({ err: error }, 'the event log cannot be written; posted events are refused');
      failing = true;
      const answer = refuse(503, 'store', 'the event log cannot be written', 'Send it again later.');
      return stop(withHeader(answer, 'retry-after', RETRY_AFTER_S));
    }
  };
}
