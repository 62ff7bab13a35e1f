/** A story told as events: what is said, when, of what. */

import type { EventData, EventKind } from '../../../src/core/catalog/catalog.ts';
import { toEvent, type AnyEvent } from '../../../src/core/event.ts';
import { type Instant } from '../../../src/core/time.ts';

export const REPO = 'johba/harb';
export const HOST = 'box';

export type Say = <K extends EventKind>(at: Instant, kind: K, subject: string, data: Partial<EventData<K>>) => void;

export interface Story {
  readonly events: AnyEvent[];
  readonly say: Say;
}

/** A story in which nothing was said yet. */
export function openStory(): Story {
  const events: AnyEvent[] = [];
  return {
    events,
    say(at, kind, subject, data) {
      const head = { id: `h${events.length}`, source: 'test://box', subject, time: at, host: HOST };
      events.push({ ...toEvent(kind, head, data), received: at });
    },
  };
}
