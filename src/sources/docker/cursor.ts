/** How far the stream was taken in, kept across restarts, and when the engine was last heard of. */

import { SECOND, type Instant, type Millis } from '../../core/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Cursors } from '../../ports/store.ts';
import { isLater, type Nanos } from './nanos.ts';

export interface Cursor {
  /** `''` before the very first connection. */
  at(): Nanos;
  /** Everything up to here is stored. Written at most once a second; `flush` writes the rest. */
  moveTo(nanos: Nanos): void;
  /** When the engine last answered, 0 when it never did. */
  heardAt(): Instant;
  heard(at: Instant): void;
  flush(): void;
}

const WRITE_EVERY: Millis = SECOND;

/** The cursor of one engine. */
export function openCursor(cursors: Cursors, host: string, clock: Clock): Cursor {
  const name = `docker:${host}`;
  const heardName = `${name}:heard`;
  let at = digitsOf(cursors.get(name));
  let heardAt = Number(digitsOf(cursors.get(heardName)));
  let written = at;
  let heardWritten = heardAt;
  let writtenAt = -Infinity;
  const write = (): void => {
    writtenAt = clock.monotonic();
    if (at !== written) cursors.set(name, at);
    if (heardAt !== heardWritten) cursors.set(heardName, String(heardAt));
    written = at;
    heardWritten = heardAt;
  };
  return {
    at: () => at,
    moveTo(nanos) {
      if (isLater(nanos, at)) at = nanos;
      if (clock.monotonic() - writtenAt >= WRITE_EVERY) write();
    },
    heardAt: () => heardAt,
    heard(instant) {
      heardAt = Math.max(heardAt, instant);
    },
    flush: write,
  };
}

function digitsOf(text: string | null): string {
  return text !== null && /^\d+$/.test(text) ? text : '';
}
