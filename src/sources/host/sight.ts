/** How well the machine can be seen: each part of it alone, and all of it in one word. */

import type { SourceContext } from '../../core/source.ts';

export interface Sight {
  /** Notes how the last look at a part went; `flaw` is what was wrong, `''` when nothing was. */
  note(part: string, flaw: string): void;
}

/** Reports, once every part was looked at: available while all answer, degraded while some do, unavailable when none does. */
export function keepSight(context: Pick<SourceContext, 'report'>, parts: readonly string[]): Sight {
  const flaws = new Map<string, string>();
  return {
    note(part, flaw) {
      flaws.set(part, flaw);
      if (flaws.size < parts.length) return;
      const bad = [...flaws.values()].filter((one) => one !== '');
      if (bad.length === 0) context.report('available', 'reading memory, load and disks');
      else context.report(bad.length === parts.length ? 'unavailable' : 'degraded', bad.join('; '));
    },
  };
}
