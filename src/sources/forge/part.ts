/** What one part of a look came to. */

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

/** The words of an error. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Questions to the forge that run at a time: it opens a repository for each. */
const AT_ONCE = 4;

/** Does work on every item, a few at a time; rejects when any does. */
export async function inParallel<T, R>(items: Iterable<T>, work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  const rest = [...items].entries();
  const worker = async (): Promise<void> => {
    for (const [at, item] of rest) results[at] = await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}
