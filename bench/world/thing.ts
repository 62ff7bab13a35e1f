/** Something on the box that speaks now and then. */

import type { EventData, EventKind } from '../../src/core/catalog/catalog.ts';
import { subjectOf } from '../../src/core/catalog/subject.ts';
import { toEvent, type AnyEvent } from '../../src/core/event.ts';
import type { Instant, Millis } from '../../src/core/time.ts';
import type { Random } from './random.ts';

export interface Thing {
  next(random: Random, at: Instant): AnyEvent;
  /** How long it says nothing now. */
  gap(random: Random): Millis;
}

/** An event of a thing on the box; the subject follows from the data. */
export function speak<K extends EventKind>(
  random: Random,
  at: Instant,
  kind: K,
  data: Partial<EventData<K>>,
): AnyEvent {
  const subject = subjectOf(kind, { host: 'box', ...data });
  return toEvent(kind, { id: random.hex(24), source: `${kind}://box`, subject, time: at, host: 'box' }, data);
}
