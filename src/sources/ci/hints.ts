/** Reads again what something hinted at: soon, once for many hints, a few at a time. */

import { inParallel } from '../../core/in-parallel.ts';
import { SECOND, type Millis } from '../../core/time.ts';
import type { Clock } from '../../ports/clock.ts';

export interface Hints {
  /** Reads a thing soon. With `follow`, it is read again until it has come to an end. */
  hint(key: string, follow?: boolean): void;
  /** Ends it; nothing is read any more. */
  close(): void;
}

export interface HintOptions {
  readonly clock: Clock;
  /** Reads one thing; resolves with whether it has come to an end. Never rejects. */
  read(key: string): Promise<boolean>;
  /** More hints came than can be followed one by one: everything is to be looked at. */
  overflow(): void;
}

/** Updates of steps come in bursts: what belongs together is read once. */
const SETTLE: Millis = 250;
const AT_ONCE = 4;
const MOST = 500;
/** A step that tells us runs inside the pipeline, which ends a moment later. */
const FOLLOW: readonly Millis[] = [SECOND, 4 * SECOND, 15 * SECOND];

/** Hints that wait for nothing yet. */
export function createHints({ clock, read, overflow }: HintOptions): Hints {
  const waiting = new Map<string, readonly Millis[]>();
  const timers = new Set<() => void>();
  const state = { busy: false, due: false, closed: false };

  const later = (span: Millis, run: () => void): void => {
    const cancel = clock.callAt(clock.now() + span, () => {
      timers.delete(cancel);
      run();
    });
    timers.add(cancel);
  };
  const add = (key: string, follow: readonly Millis[]): void => {
    if (state.closed) return;
    if (waiting.size >= MOST && !waiting.has(key)) return overflow();
    const before = waiting.get(key) ?? [];
    waiting.set(key, before.length > follow.length ? before : follow);
    if (state.due) return undefined;
    state.due = true;
    later(SETTLE, () => {
      state.due = false;
      void flush();
    });
    return undefined;
  };
  const readOne = async ([key, follow]: readonly [string, readonly Millis[]]): Promise<void> => {
    const isOver = await read(key);
    const [pause, ...rest] = follow;
    if (!isOver && pause !== undefined && !state.closed) later(pause, () => add(key, rest));
  };
  const flush = async (): Promise<void> => {
    if (state.busy) return;
    state.busy = true;
    while (waiting.size > 0 && !state.closed) {
      const batch = [...waiting];
      waiting.clear();
      await inParallel(batch, AT_ONCE, readOne);
    }
    state.busy = false;
  };
  return {
    hint: (key, follow = false) => add(key, follow ? FOLLOW : []),
    close() {
      state.closed = true;
      for (const cancel of timers) cancel();
      timers.clear();
    },
  };
}
