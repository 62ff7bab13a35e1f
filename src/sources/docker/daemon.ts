/** The engine itself and our connection to it, as events. */

import { stableId, toEvent, type AnyEvent, type EventHead } from '../../core/event.ts';
import type { EventData } from '../../core/catalog/catalog.ts';
import { SECOND, toIso, type Instant } from '../../core/time.ts';

type Facts = Partial<EventData<'docker.daemon'>>;

export interface Gap {
  readonly from: Instant;
  readonly to: Instant;
  /** Transitions that a snapshot showed and the stream did not. */
  readonly missed: number;
  readonly reason: string;
}

/** We are connected, or no longer. */
export function toConnection(host: string, at: Instant, facts: Facts & { readonly action: string }): AnyEvent {
  return toEvent('docker.daemon', headOf(host, facts.action, at), facts);
}

/** A time in which nobody listened. */
export function toGap(host: string, { from, to, missed, reason }: Gap): AnyEvent {
  return toEvent('docker.daemon', headOf(host, `gap:${from}`, to), {
    action: 'gap',
    gap_from: toIso(from),
    gap_to: toIso(to),
    gap_s: Math.max(0, Math.round((to - from) / SECOND)),
    missed,
    reason,
  });
}

function headOf(host: string, what: string, time: Instant): EventHead {
  return { id: stableId('docker.daemon', host, what, time), source: `docker://${host}`, subject: host, time, host };
}
