/** A source: a loop that makes events, with a way out. */

import type { AnyEvent } from './event.ts';
import type { Instant } from './time.ts';

/** What became of a batch: how many were new to the log, how many it had already. */
export interface Accepted {
  readonly stored: number;
  readonly known: number;
}

/** Takes events in; resolves once they are on disk. Rejects only when the log cannot be written. Never await it in a stream's data handler. */
export type Intake = (events: readonly AnyEvent[]) => Promise<Accepted>;

export type SourceState = 'available' | 'degraded' | 'unavailable';

export interface SourceContext {
  readonly emit: Intake;
  /** Says whether the source can see. Repeats are ignored; a change becomes a `reactor.source` event. */
  report(state: SourceState, reason: string): void;
  readonly signal: AbortSignal;
}

export interface Source {
  readonly name: string;
  /** Address of what it looks at, where there may be several of its kind: the beginning of the `source` of its events. */
  readonly sees?: string;
  /** Runs until the signal aborts; a throw means it cannot see, and it is run again with back-off. */
  run(context: SourceContext): Promise<void>;
  /** Looks at everything now, outside the schedule; resolves when what it saw was taken in. */
  sweep?(reason: string): Promise<void>;
}

/**
 * The name of a source, of which there may be several of a kind: `docker`, and `docker@box-2` for the engine of another box; `forge`, and
 * `forge@codeberg.org` for another forge. `at` is `''` for the first of them.
 */
export function nameSource(kind: string, at: string): string {
  return at === '' ? kind : `${kind}@${at}`;
}

/** A silence: findings that match are kept and decided, but nobody is told. */
export interface Silence {
  readonly id: string;
  /** `pack/rule`, a rule name, or `*`. */
  readonly rule: string;
  /** Key values that must be equal, in order; empty matches every key. */
  readonly key: readonly string[];
  readonly from: Instant;
  readonly until: Instant;
  readonly by: string;
  readonly reason: string;
}
