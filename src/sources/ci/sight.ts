/** How well CI can be seen: each part of it by name, and all of it in one word. */

import type { SourceContext } from '../../core/source.ts';

/** `pipelines` of a repository are what CI is about; without `extras` (agents, queue, stream) the rest still holds. */
export type Part = 'pipelines' | 'extras';

export interface Sight {
  /** Notes how the last look at a thing went; `''` when nothing was wrong. */
  note(part: Part, name: string, flaw: string): void;
  /** Nobody answered at all, and why; `''` when somebody did. */
  reach(flaw: string): void;
  /** Forgets a thing that is no longer looked at. */
  drop(name: string): void;
  /** Says how it is. Repeats cost nothing. */
  report(available: string): void;
}

const LONGEST = 600;

/** A sight that has seen nothing. */
export function createSight(context: Pick<SourceContext, 'report'>): Sight {
  const flaws = new Map<string, { readonly part: Part; readonly flaw: string }>();
  let unreachable = '';
  return {
    note: (part, name, flaw) => void flaws.set(name, { part, flaw }),
    reach(flaw) {
      unreachable = flaw;
    },
    drop: (name) => void flaws.delete(name),
    report(available) {
      if (unreachable !== '') return context.report('unavailable', unreachable);
      const bad = [...flaws].filter(([, { flaw }]) => flaw !== '').map(([name, { flaw }]) => `${name}: ${flaw}`);
      if (bad.length === 0) return context.report('available', available);
      const pipelines = [...flaws.values()].filter(({ part }) => part === 'pipelines');
      const isBlind = pipelines.length > 0 && pipelines.every(({ flaw }) => flaw !== '');
      return context.report(isBlind ? 'unavailable' : 'degraded', bad.toSorted().join('; ').slice(0, LONGEST));
    },
  };
}
