/** An engine as it stood: from a checkpoint and what came after it; for rules that are in none, from open findings and the log as far back as they look. */

import type { EventKind } from '../core/catalog/catalog.ts';
import type { AnyEvent } from '../core/event.ts';
import type { Rule } from '../core/rule.ts';
import type { Silence } from '../core/source.ts';
import { MINUTE, type Instant } from '../core/time.ts';
import type { Checkpoint } from './checkpoint.ts';
import { createEngine, type Engine, type EngineOptions } from './engine.ts';
import type { Seed } from './seed.ts';

export interface Memory {
  /** Null: there is none that can be read. */
  readonly checkpoint: Checkpoint | null;
  readonly seeds: readonly Seed[];
  /** As they were at the checkpoint; now, when there is none. */
  readonly silences: readonly Silence[];
  /**
   * The last word on every entity of some kinds, when it was said before an instant, in order of arrival. It still tells
   * how things are, which is what holds ask. What else it began or ended lies outside of every other rule's window.
   */
  standing(before: ReadonlyMap<EventKind, Instant>): Iterable<AnyEvent>;
  /** Events of some kinds received since an instant, and every event that the checkpoint does not cover, in order of arrival. */
  replay(since: ReadonlyMap<EventKind, Instant>): Iterable<AnyEvent>;
}

/** Events may be taken in a little before the moment a window begins at. */
const MARGIN = MINUTE;

/** A closed engine that knows what it knew before; open it when the sources have looked again. */
export function rebuild(options: EngineOptions, memory: Memory, now: Instant): Engine {
  const engine = createEngine(options);
  if (memory.checkpoint !== null) engine.resume(memory.checkpoint);
  engine.seed(memory.seeds, memory.silences);
  const since = replaySince(engine, now);
  for (const event of memory.standing(since)) engine.handle(event, 'standing');
  if (memory.checkpoint === null) for (const event of memory.replay(since)) engine.handle(event);
  else goOn(engine, memory.checkpoint, memory.replay(since));
  engine.advance(now);
  return engine;
}

/** What was decided after the checkpoint is decided again, and said again, which the outbox knows; what nobody had decided yet waits for the engine to be opened. */
function goOn(engine: Engine, checkpoint: Checkpoint, events: Iterable<AnyEvent>): void {
  const { decidedTo } = checkpoint;
  let isClosed = false;
  const close = (): void => {
    engine.advance(decidedTo);
    engine.close();
    isClosed = true;
  };
  for (const event of events) {
    const feed = checkpoint.covers(event) ? 'past' : 'live';
    if (feed === 'live' && event.received > decidedTo && !isClosed) close();
    engine.handle(event, feed);
  }
  if (!isClosed) close();
}

/** How far back each kind must be read: the longest window of the rules that read it and go on from no checkpoint. */
function replaySince(engine: Engine, now: Instant): ReadonlyMap<EventKind, Instant> {
  const since = new Map<EventKind, Instant>();
  for (const { rule, isResumed } of engine.states.values()) {
    if (!isResumed) for (const kind of rule.on) since.set(kind, Math.min(since.get(kind) ?? now, beginOf(rule, now)));
  }
  return since;
}

function beginOf(rule: Rule, now: Instant): Instant {
  return now - rule.window - MARGIN;
}
