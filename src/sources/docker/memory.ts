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

/** How many occurrences are remembered: more than the engine replays, and more than wait to be read. */
const REMEMBERED = 16_384;

/** An empty memory but for what the event log remembers. */
export function createMemory(options: ContainersOptions): Memory {
  const containers = createContainers(options);
  const objects = createObjects(options.host, options.ownership, options.past);
  const isNew = createOnce(REMEMBERED);
  let newest: Nanos = '';
  const take = (event: EngineEvent, out: AnyEvent[]): void => {
    if (!isNew(`${event.nanos}${event.action}${event.id}`)) return;
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

/** Says of each key whether it is new; forgets the oldest half when there are too many. */
function createOnce(capacity: number): (key: string) => boolean {
  let young = new Set<string>();
  let old = new Set<string>();
  return (key) => {
    if (young.has(key) || old.has(key)) return false;
    if (young.size >= capacity / 2) {
      old = young;
      young = new Set();
    }
    young.add(key);
    return true;
  };
}
