/**
 * Phase files and locks in the factory's temp folder, as `session.phase` and `lock.file`.
 * A change notice is only a hint: what is true is what a look at the folder finds.
 */

import type { Source } from '../../core/source.ts';
import { openLoop, type Loop } from './loop.ts';
import { createLook, type LookOptions } from './look.ts';

export type FilesOptions = LookOptions;

export interface FilesSource extends Source {
  /** Reads everything again now and says what changed. */
  sweep(reason: string): Promise<void>;
  /** Looks again soon, because something outside the folder changed: the state of an issue. */
  reconsider(): void;
}

/** The source; each run says everything once, then only what changed. */
export function filesSource(options: FilesOptions): FilesSource {
  let loop: Loop | null = null;
  return {
    name: 'files',
    async run(context) {
      const look = await createLook(options, context);
      loop = openLoop(look, options.clock, context.signal);
      try {
        await loop.run();
      } finally {
        await loop.close();
        loop = null;
      }
    },
    async sweep() {
      await loop?.look(true);
    },
    reconsider() {
      loop?.hint();
    },
  };
}
