/**
 * Woodpecker, as `ci.pipeline` and `ci.agent`.
 * The event stream is only a hint, and so is a notify step of a pipeline: what is true is what the server answers when it is asked.
 */

import { fullNameOf } from '../../core/repo-name.ts';
import type { Source } from '../../core/source.ts';
import { openWatch, type Watch, type WatchOptions } from './watch.ts';

export interface CiSource extends Source {
  /** Reads everything of the last day again now. */
  sweep(reason: string): Promise<void>;
  /** Something says that a pipeline changed. False when its repository is not among those that are watched. */
  hint(repo: string, number: number): boolean;
  /** The container of an agent changed. */
  reconsider(): void;
}

/** The source; each run says everything once, then only what changed. */
export function ciSource(options: WatchOptions): CiSource {
  let watch: Watch | null = null;
  return {
    name: 'ci',
    async run(context) {
      const own = new AbortController();
      const mine = openWatch(options, { ...context, signal: AbortSignal.any([context.signal, own.signal]) });
      watch = mine;
      try {
        await Promise.all([mine.looks(), mine.follow(), mine.readLogs()]);
      } finally {
        own.abort();
        mine.close();
        watch = null;
      }
    },
    async sweep() {
      await watch?.sweep();
    },
    hint(repo, number) {
      // A step knows its repository by the forge's name for it, and not which forge we call it by.
      const meant = options.repos.filter((one) => fullNameOf(one.repo) === repo);
      for (const one of meant.length === 0 ? [{ repo }] : meant) watch?.hint(one.repo, number);
      return meant.length > 0;
    },
    reconsider() {
      watch?.reconsider();
    },
  };
}
