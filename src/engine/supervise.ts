/** Keeps sources running: one that fails is run again with growing pauses, and stops no other. */

import { defer, from, retry, tap, timer, type Observable } from 'rxjs';
import type { EventData } from '../core/catalog/catalog.ts';
import { messageOf } from '../core/errors.ts';
import { stableId, toEvent, type AnyEvent } from '../core/event.ts';
import type { Intake, Source, SourceContext, SourceState } from '../core/source.ts';
import { MINUTE, SECOND, toIso, type Millis } from '../core/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';

export interface SuperviseOptions {
  readonly intake: Intake;
  readonly clock: Clock;
  readonly log: Log;
  readonly host: string;
  readonly signal: AbortSignal;
  /** Told at each change, for the banner, `/readyz` and the settling of start-up. */
  onState(source: string, state: SourceState, reason: string): void;
}

const FIRST_PAUSE: Millis = SECOND;
const LONGEST_PAUSE: Millis = MINUTE;

/** Runs a source until the signal aborts; completes then, never errors. */
export function supervise(source: Source, options: SuperviseOptions): Observable<void> {
  const report = createReport(source, options);
  const context: SourceContext = { emit: options.intake, signal: options.signal, report };
  return defer(() => from(source.run(context))).pipe(
    tap({ error: (error: unknown) => report('unavailable', messageOf(error)) }),
    retry({
      resetOnSuccess: true,
      delay: (error: unknown, count) => {
        if (options.signal.aborted) return from([0]);
        const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (count - 1));
        options.log.warn({ source: source.name, err: error, again_in_ms: pause }, 'source failed');
        return timer(pause);
      },
    }),
  );
}

/** Turns what a source says of itself into events, once a change. */
function createReport(source: Source, options: SuperviseOptions): SourceContext['report'] {
  let last = '';
  return (state, reason) => {
    const said = `${state}\u0000${reason}`;
    if (said === last || options.signal.aborted) return;
    last = said;
    options.onState(source.name, state, reason);
    const event = sourceEvent(source, { state, reason }, options);
    options.intake([event]).catch((error: unknown) => options.log.error({ err: error }, 'event log refused an event'));
  };
}

type Said = Pick<EventData<'reactor.source'>, 'state' | 'reason'>;

function sourceEvent({ name, sees = '' }: Source, said: Said, options: SuperviseOptions): AnyEvent {
  const { state, reason } = said;
  const now = options.clock.now();
  const head = {
    id: stableId('reactor.source', options.host, name, state, reason, now),
    source: `reactor://${options.host}`,
    subject: name,
    time: now,
    host: options.host,
  };
  return toEvent('reactor.source', head, { source: name, state, reason, since: toIso(now), sees });
}
