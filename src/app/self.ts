/** Events that the reactor makes about itself. */

import type { EventData, EventKind } from '../core/catalog/catalog.ts';
import { stableId, toEvent, type AnyEvent } from '../core/event.ts';
import { toIso, type Instant } from '../core/time.ts';
import type { Delivery } from '../engine/dispatch.ts';
import type { RuleReport } from '../engine/reports.ts';

/** Makes `reactor.*` events of one box. */
export type SelfEvent = <K extends EventKind>(kind: K, subject: string, data: Partial<EventData<K>>) => AnyEvent;

/** A maker of events about this reactor; ids are unique per moment and content. */
export function selfEvents(host: string, now: () => Instant): SelfEvent {
  let n = 0;
  return (kind, subject, data) => {
    const time = now();
    const id = stableId(kind, host, subject, time, n++);
    return toEvent(kind, { id, source: `reactor://${host}`, subject, time, host }, data);
  };
}

/** What is worth an event about a delivery; null for ordinary success. */
export function deliveryEvent(self: SelfEvent, delivery: Delivery, failedBefore: boolean): AnyEvent | null {
  const state = stateOf(delivery, failedBefore);
  if (state === null) return null;
  const { row, attempts, reason } = delivery;
  return self('reactor.effect', row.target, {
    act: row.spec.act,
    target: row.target,
    state,
    attempts,
    reason,
    effect: row.id,
    finding: row.fingerprint,
  });
}

/** How loud the log says it: a warning once a change, and not again at every try that fails for the same reason. */
export function deliveryLevel({ state, reason, row }: Delivery): 'info' | 'warn' | 'debug' {
  switch (state) {
    case 'done':
    case 'skipped':
      return 'info';
    case 'failing':
      return row.attempts > 0 && row.reason === reason ? 'debug' : 'warn';
    case 'dead':
    case 'interrupted':
      return 'warn';
  }
}

/** The third failure in a row is told, and then the end of it. */
function stateOf(delivery: Delivery, failedBefore: boolean): string | null {
  switch (delivery.state) {
    case 'dead':
    case 'interrupted':
      return delivery.state;
    case 'failing':
      return delivery.attempts === 3 ? 'failing' : null;
    case 'done':
      return failedBefore ? 'delivered' : null;
    case 'skipped':
      return null;
  }
}

/** A report about a rule as an event. */
export function reportEvent(self: SelfEvent, report: RuleReport): AnyEvent {
  return self('reactor.rule', report.rule, { ...report });
}

/** A stretch in which nobody looked. */
export function blindEvent(self: SelfEvent, from: Instant, to: Instant): AnyEvent {
  const blind_s = Math.round((to - from) / 1000);
  return self('reactor.tick', 'reactor', { action: 'started', blind_s, reason: `last alive ${toIso(from)}` });
}
