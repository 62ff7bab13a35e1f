/** What one part of a look came to. */

import { messageOf } from '../../core/errors.ts';
import type { Millis } from '../../core/time.ts';
import type { Fact } from './fact.ts';

export interface Part {
  readonly facts: readonly Fact[];
  /** What could not be read, in plain words. What is not read keeps its state. */
  readonly flaws: readonly string[];
  /** What has to be looked at again soon, to be sure. */
  readonly again: readonly Again[];
}

export interface Again {
  readonly what: 'pull' | 'issue';
  readonly number: number;
  readonly after: Millis;
}

export const NOTHING: Part = { facts: [], flaws: [], again: [] };

/** Parts as one. */
export function joinParts(parts: readonly Part[]): Part {
  return {
    facts: parts.flatMap((part) => part.facts),
    flaws: parts.flatMap((part) => part.flaws),
    again: parts.flatMap((part) => part.again),
  };
}

/** A part that could not be read. */
export function flawOf(error: unknown): Part {
  return { ...NOTHING, flaws: [messageOf(error)] };
}

/** Questions to the forge that run at a time: it opens a repository for each. */
export const AT_ONCE = 4;
