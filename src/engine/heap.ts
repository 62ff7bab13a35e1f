/** A binary heap of things that come due, earliest first; equal times leave in the order in which they came. */

import type { Instant } from '../core/time.ts';

export interface Heap<T> {
  /** Puts it in; its number among all that ever came. */
  push(at: Instant, item: T): number;
  /** When the first is due; Infinity when there is none. */
  peek(): Instant;
  /** Takes the first out; undefined when there is none. */
  pop(): T | undefined;
  size(): number;
}

interface Entry<T> {
  readonly at: Instant;
  readonly order: number;
  readonly item: T;
}

/** An empty heap. */
export function createHeap<T>(): Heap<T> {
  const entries: Entry<T>[] = [];
  let order = 0;
  return {
    push(at, item) {
      entries.push({ at, order, item });
      rise(entries, entries.length - 1);
      return order++;
    },
    peek: () => entries[0]?.at ?? Number.POSITIVE_INFINITY,
    pop() {
      const first = entries[0];
      const last = entries.pop();
      if (first === undefined || last === undefined) return undefined;
      if (entries.length > 0) {
        entries[0] = last;
        sink(entries, 0);
      }
      return first.item;
    },
    size: () => entries.length,
  };
}

function isBefore<T>(a: Entry<T> | undefined, b: Entry<T> | undefined): boolean {
  if (a === undefined || b === undefined) return a !== undefined;
  return a.at === b.at ? a.order < b.order : a.at < b.at;
}

function swap<T>(entries: Entry<T>[], i: number, j: number): void {
  const a = entries[i];
  const b = entries[j];
  if (a === undefined || b === undefined) return;
  entries[i] = b;
  entries[j] = a;
}

function rise<T>(entries: Entry<T>[], from: number): void {
  let i = from;
  while (i > 0) {
    const parent = (i - 1) >> 1;
    if (!isBefore(entries[i], entries[parent])) return;
    swap(entries, i, parent);
    i = parent;
  }
}

function sink<T>(entries: Entry<T>[], from: number): void {
  let i = from;
  for (;;) {
    const left = 2 * i + 1;
    const right = left + 1;
    const child = right < entries.length && isBefore(entries[right], entries[left]) ? right : left;
    if (child >= entries.length || !isBefore(entries[child], entries[i])) return;
    swap(entries, i, child);
    i = child;
  }
}
