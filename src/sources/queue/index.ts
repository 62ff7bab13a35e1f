/** The queue of each repository as an entity of its own: no other source sees both what waits and who works. */

import { stableId, toEvent } from '../../core/event.ts';
import type { Source, SourceContext } from '../../core/source.ts';
import { MINUTE, toIso, type Millis } from '../../core/time.ts';
import type { QueueFigures, QueueFold } from '../../factory/queue.ts';
import type { Clock } from '../../ports/clock.ts';

export interface QueueOptions {
  readonly host: string;
  readonly queue: QueueFold;
  readonly clock: Clock;
}

export interface QueueSource extends Source {
  /** Looks soon: something that counts has changed. */
  hint(): void;
}

/** Issues come in bursts; one look serves a burst. */
const SETTLE: Millis = 200;
const LOOK_EVERY: Millis = MINUTE;

/** The source; says a repository once a run, then when a figure changes. */
export function queueSource(options: QueueOptions): QueueSource {
  let wake = (): void => {};
  return {
    name: 'queue',
    async run(context) {
      const said = new Map<string, string>();
      const run = toIso(options.clock.now());
      context.report('available', 'counting what waits');
      while (!context.signal.aborted) {
        // Before the look: what changes while it says something is not in what it says.
        const woken = new AbortController();
        wake = () => woken.abort();
        await look(options, context, { said, run });
        await options.clock.sleep(LOOK_EVERY, AbortSignal.any([context.signal, woken.signal]));
        await options.clock.sleep(SETTLE, context.signal);
      }
    },
    hint: () => wake(),
  };
}

interface Memory {
  /** What was last said, by repository. */
  readonly said: Map<string, string>;
  /** Names this run, so that a figure that comes back is news. */
  readonly run: string;
}

async function look({ host, queue, clock }: QueueOptions, context: SourceContext, memory: Memory): Promise<void> {
  const now = clock.now();
  const news = queue.figures().filter((figures) => memory.said.get(figures.repo) !== JSON.stringify(figures));
  for (const figures of news) memory.said.set(figures.repo, JSON.stringify(figures));
  if (news.length === 0 || context.signal.aborted) return;
  const toQueueEvent = (figures: QueueFigures) => {
    const id = stableId('factory.queue', host, figures.repo, memory.run, now, JSON.stringify(figures));
    const head = { id, source: `reactor://${host}`, subject: figures.repo, time: now, host };
    return toEvent('factory.queue', head, figures);
  };
  await context.emit(news.map(toQueueEvent));
}
