/** The work that waits, counted out of a story as the reactor counts it: what is said of the queue follows from everything else. */

import { toEvent, type AnyEvent } from '../../../src/core/event.ts';
import { createQueueFold } from '../../../src/factory/queue.ts';
import { DAY, HOUR, MINUTE, toIso, type Instant } from '../../../src/core/time.ts';
import { HOST, REPO, type Story } from './story.ts';

/** Two issues are ready all the time, since days; others are taken up as soon as the one before them is done. */
export function backlog({ say }: Story, start: Instant): void {
  for (const number of [50, 51]) {
    const updated_at = toIso(start - 5 * DAY);
    const issue = { repo: REPO, repo_slug: 'harb', number, issue: number, state: 'open', updated_at };
    say(start, 'forge.issue', `${REPO}#${number}`, { ...issue, labels: ['backlog'] });
  }
}

/** An operator takes the dev agent off for an hour, at a time when nothing runs. */
export function pause({ say }: Story, midnight: Instant): void {
  const at = midnight + 157 * MINUTE;
  const guard = { path: '/factory/state/.dev-active', agent: 'dev' };
  say(at, 'agent.guard', guard.path, { ...guard, active: false });
  say(at + HOUR, 'agent.guard', guard.path, { ...guard, active: true });
}

/** The events with what follows from them for the queue. */
export function withQueue(events: readonly AnyEvent[]): readonly AnyEvent[] {
  const fold = createQueueFold([{ name: 'harb', repo: REPO }]);
  let said = '';
  return events
    .filter(({ kind }) => kind !== 'factory.queue')
    .flatMap((event, i) => {
      if (!fold.apply(event)) return [event];
      const [figures] = fold.figures();
      if (figures === undefined || JSON.stringify(figures) === said) return [event];
      said = JSON.stringify(figures);
      const head = { id: `q${i}`, source: 'test://box', subject: REPO, time: event.time, host: HOST };
      return [event, { ...toEvent('factory.queue', head, figures), received: event.time }];
    });
}
