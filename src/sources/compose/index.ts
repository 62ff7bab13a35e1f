/**
 * Whether containers run the images that their Compose files name, as `compose.service`. What Docker tells is a hint to ask
 * the engine again; the files are looked at every second.
 */

import type { AnyEvent } from '../../core/event.ts';
import { nameSource, type Source } from '../../core/source.ts';
import { SECOND, type Millis } from '../../core/time.ts';
import { createLooks } from '../../factory/looks.ts';
import { createLook, type Look, type LookOptions } from './look.ts';
import { isUp } from './services.ts';

export type ComposeOptions = LookOptions;

export interface ComposeSource extends Source {
  /** Takes note of an event: a container came or went, a name is on another image, the engine is back. */
  note(event: AnyEvent): void;
}

const EVERY: Millis = SECOND;

/** The source of one engine; each run says everything once, then only what changed. */
export function composeSource(options: ComposeOptions): ComposeSource {
  const looks = createLooks((span, signal) => options.clock.sleep(span, signal));
  let look: Look | null = null;
  return {
    name: nameSource('compose', options.isOwn ? '' : options.host),
    sees: `docker://${options.host}`,
    run(context) {
      const mine = createLook(options, context);
      look = mine;
      return looks.run(() => mine.run(), EVERY, context.signal);
    },
    sweep() {
      look?.hint();
      return looks.again();
    },
    note(event) {
      if (look !== null && event.host === options.host && isNews(event, look)) look.hint();
    },
  };
}

/** A container in a loop of restarts is up all the time. */
function isNews(event: AnyEvent, look: Look): boolean {
  switch (event.kind) {
    case 'docker.container':
      return event.data.stack !== '' && isUp(event.data.state) !== look.knows(event.data.id);
    case 'docker.image':
      return event.data.action !== 'observed';
    case 'docker.daemon':
      return event.data.action === 'connected';
    default:
      return false;
  }
}
