/**
 * A day on a busy factory box, as events: containers, memory, disks, CI, pushes, sessions and locks, most of them well.
 * A few things go wrong, as they do: restart loops, pipelines that hang, an escalation, dead locks, a full disk.
 */

import type { StoredEvent } from '../../src/core/event.ts';
import { DAY, type Instant } from '../../src/core/time.ts';
import { createHeap } from '../../src/engine/heap.ts';
import { createBox } from './box.ts';
import { createRandom } from './random.ts';
import type { Thing } from './thing.ts';

export interface DayOptions {
  readonly events: number;
  /** Things on the box: containers, pull requests, sessions, locks, disks. 1,000 make about 200,000 events a day. */
  readonly keys: number;
  readonly begin: Instant;
}

/** The events of the day in order, as the log would hand them on. */
export function makeDay(options: DayOptions): readonly StoredEvent[] {
  const random = createRandom(options.keys);
  const turns = createHeap<Thing>();
  for (const thing of createBox(options.keys)) turns.push(random.next() * thing.gap(random), thing);
  const step = DAY / options.events;
  return Array.from({ length: options.events }, (_, i) => {
    const at = Math.round(options.begin + i * step);
    const due = turns.peek();
    const thing = turns.pop();
    if (thing === undefined) throw new RangeError('an empty box says nothing');
    const event = thing.next(random, at);
    turns.push(due + thing.gap(random), thing);
    return { ...event, received: at, seq: i + 1 };
  });
}
