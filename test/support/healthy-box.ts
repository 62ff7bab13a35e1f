/** A busy factory box on which nothing is wrong, as the events of its days. Everything that is usual happens: long runs, waits, restarts, red pipelines. */

import type { AnyEvent } from '../../src/core/event.ts';
import { DAY, HOUR, MINUTE, type Instant } from '../../src/core/time.ts';
import { approvals, housekeeping, planning, reactorItself, sessions } from './healthy-box/housekeeping.ts';
import { implementation } from './healthy-box/implementation.ts';
import { composeUp, images, minute } from './healthy-box/machine.ts';
import { backlog, pause, withQueue } from './healthy-box/queue.ts';
import { openStory } from './healthy-box/story.ts';

const PARTS = [pause, images, housekeeping, planning, sessions, approvals, reactorItself];

/** The events of some days, in order of arrival. */
export function healthyDays(start: Instant, days: number): readonly AnyEvent[] {
  const story = openStory();
  backlog(story, start);
  for (let day = 0; day < days; day++) {
    const midnight = start + day * DAY;
    for (let at = 0; at < DAY; at += MINUTE) minute(story, midnight + at, at);
    for (let n = 0; n < 9; n++) implementation(story, midnight + n * 160 * MINUTE, 100 + day * 9 + n);
    composeUp(story, midnight + 9 * HOUR);
    for (const part of PARTS) part(story, midnight);
  }
  return withQueue(story.events.toSorted((a, b) => a.received - b.received));
}
