/** Lines out of a byte stream that must never stand still: what nobody takes in time is dropped and counted. */

import type { Readable } from 'node:stream';
import type { LineBatch } from '../ports/docker.ts';

export interface LinesOptions {
  /** How many lines wait at most. */
  readonly capacity: number;
  /** The error for a stream that broke off. */
  wrap(error: unknown): Error;
}

/** A line longer than this is not an event. */
const LONGEST_LINE = 1 << 20;

/**
 * Reads from now on, whether or not the batches are taken. A batch is every line that waited.
 * The iterable ends when the stream does, throws when it breaks off, and may be run through once.
 */
export function readLines(stream: Readable, options: LinesOptions): AsyncIterable<LineBatch> {
  let waiting: string[] = [];
  let dropped = 0;
  let rest = '';
  const ended: { how: Error | 'end' | null } = { how: null };
  let wake = (): void => undefined;

  const take = (chunk: string): void => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_LINE) {
      rest = '';
      dropped += 1;
    }
    for (const line of lines) {
      if (line === '') continue;
      if (waiting.length < options.capacity) waiting.push(line);
      else dropped += 1;
    }
    wake();
  };
  const finish = (how: Error | 'end'): void => {
    ended.how ??= how;
    wake();
  };
  stream.setEncoding('utf8');
  stream.on('data', take);
  stream.once('end', () => finish('end'));
  stream.once('error', (broken) => finish(options.wrap(broken)));
  stream.once('close', () => finish(options.wrap(new Error('connection closed'))));

  return (async function* batches() {
    try {
      for (;;) {
        if (waiting.length > 0 || dropped > 0) {
          const batch = { lines: waiting, dropped };
          waiting = [];
          dropped = 0;
          yield batch;
        } else if (ended.how === 'end') {
          return;
        } else if (ended.how !== null) {
          throw ended.how;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    } finally {
      stream.destroy();
    }
  })();
}
