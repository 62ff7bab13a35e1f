/**
 * What the forge itself says, as `forge.pull`, `forge.issue`, `forge.review`, `forge.status` and `forge.push`. Webhooks are
 * read elsewhere in this folder as they come in; a forge sends none twice, so a look every five minutes finds what was lost.
 */

import type { AnyEvent } from '../../core/event.ts';
import { nameSource, type Source } from '../../core/source.ts';
import { createLook, type Look, type LookOptions } from './look.ts';
import { openLoop, type Loop } from './loop.ts';

export interface ForgeSource extends Source {
  /** Looks at everything now. */
  sweep(reason: string): Promise<void>;
  /** Told of every event of the log: a webhook is a hint to look closer. */
  note(event: AnyEvent): void;
}

/** The source; each run says everything once, then only what changed. */
export function forgeSource(options: LookOptions): ForgeSource {
  let look: Look | null = null;
  let loop: Loop | null = null;
  return {
    name: nameSource('forge', options.name),
    sees: `forge://${options.name === '' ? options.forge.host : options.name}`,
    async run(context) {
      look = createLook(options, context);
      loop = openLoop(look, options.clock, context.signal);
      try {
        await loop.run();
      } finally {
        look = null;
        loop = null;
      }
    },
    async sweep() {
      await loop?.look();
    },
    note(event) {
      look?.note(event);
    },
  };
}
