/** Everything one engine said and showed: lines in, events out, each occurrence once. */

import type { AnyEvent } from '../../core/event.ts';
import type { Instant } from '../../core/time.ts';
import { createContainers, type Containers, type ContainersOptions } from './containers.ts';
import { isLater, type Nanos } from './nanos.ts';
import { createObjects, type Objects } from './objects.ts';
import { parseLine, type EngineEvent } from './parse.ts';

export interface Memory {
  /** Lines of the stream as events, in order. */
  read(lines: readonly string[]): readonly AnyEvent[];
  /** The same for lines of a replay, but only what happened until an instant that depends on whom it happened to. */
  readUntil(lines: readonly string[], until: (id: string) => Instant): readonly AnyEvent[];
  readonly containers: Containers;
  readonly objects: Objects;
  /** The latest time that was read, `''` before the first line. */
  newest(): Nanos;
}

/** How many occurrences are remembered: half of it is more than what waits to be read and what the engine replays. */
const REMEMBERED = 18_000;

/** An empty memory but for what the event log remembers. */
export function createMemory(options: ContainersOptions): Memory {
  const containers = createContainers(options);
  const objects = createObjects(options.host, options.ownership, options.past);
  const isNew = createOnce(REMEMBERED);
  let newest: Nanos = '';
  const take = (event: EngineEvent, out: AnyEvent[]): void => {
    if (!isNew(event)) return;
    if (isLater(event.nanos, newest)) newest = event.nanos;
    if (event.type !== 'container') out.push(objects.take(event.type, event));
    else for (const made of containers.take(event)) out.push(made);
  };
  const readUntil: Memory['readUntil'] = (lines, until) => {
    const out: AnyEvent[] = [];
    for (const line of lines) {
      const event = parseLine(line);
      if (event !== null && event.at <= until(event.id)) take(event, out);
    }
    return out;
  };
  return {
    read: (lines) => readUntil(lines, () => Infinity),
    readUntil,
    containers,
    objects,
    newest: () => newest,
  };
}

interface Seen {
  readonly id: string;
  readonly action: string;
  /** Another one at the same time. */
  readonly other: Seen | undefined;
}

/** Says of each occurrence whether it is new; forgets the oldest half when there are too many. */
function createOnce(capacity: number): (event: EngineEvent) => boolean {
  let young = new Map<number, Seen>();
  let old = new Map<number, Seen>();
  return ({ id, action, nanos }) => {
    // A number costs a tenth of what a text key would, and does not keep the whole line in memory; its last digits do not matter here.
    const time = Number(nanos);
    const there = young.get(time) ?? old.get(time);
    for (let seen = there; seen !== undefined; seen = seen.other) {
      if (seen.id === id && seen.action === action) return false;
    }
    if (young.size >= capacity / 2) {
      old = young;
      young = new Map();
    }
    young.set(time, { id, action, other: there });
    return true;
  };
}
