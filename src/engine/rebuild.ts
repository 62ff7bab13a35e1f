/** An engine as it stood: open findings from the ledger, then the log as far back as the rules look. */

import type { EventKind } from '../core/catalog/catalog.ts';
import type { AnyEvent } from '../core/event.ts';
import type { Rulebook } from '../core/rule.ts';
import type { Silence } from '../core/source.ts';
import { MINUTE, type Instant } from '../core/time.ts';
import { createEngine, type Engine, type EngineOptions } from './engine.ts';
import type { Seed } from './seed.ts';

export interface Memory {
  readonly seeds: readonly Seed[];
  readonly silences: readonly Silence[];
  /**
   * The last word on every entity of some kinds, when it was said before an instant, in order of arrival. It still tells
   * how things are, which is what holds ask. What else it began or ended lies outside of every other rule's window.
   */
  standing(before: ReadonlyMap<EventKind, Instant>): Iterable<AnyEvent>;
  /** Events of some kinds received since an instant, in order of arrival. */
  replay(since: ReadonlyMap<EventKind, Instant>): Iterable<AnyEvent>;
}

/** Events may be taken in a little before the moment a window begins at. */
const MARGIN = MINUTE;

/** A closed engine that knows what it knew before; open it when the sources have looked again. */
export function rebuild(options: EngineOptions, memory: Memory, now: Instant): Engine {
  const engine = createEngine(options);
  engine.seed(memory.seeds, memory.silences);
  const since = replaySince(options.rulebook, now);
  for (const event of memory.standing(since)) engine.handle(event, 'standing');
  for (const event of memory.replay(since)) engine.handle(event);
  engine.advance(now);
  return engine;
}

/** How far back each kind must be read: the longest window of the rules that read it. */
function replaySince(rulebook: Rulebook, now: Instant): ReadonlyMap<EventKind, Instant> {
  const since = new Map<EventKind, Instant>();
  for (const [kind, rules] of rulebook.byKind) {
    const window = rules.reduce((longest, rule) => Math.max(longest, rule.window), 0);
    since.set(kind, now - window - MARGIN);
  }
  return since;
}
