/** When to look at the folder: soon after a hint, after the event loop stood still, and every so often without any reason. */

import { MINUTE, SECOND, type Instant, type Millis } from '../../core/time.ts';
import type { Clock } from '../../ports/clock.ts';

/** How well the last look could see. */
export type Sight = 'watching' | 'polling' | 'blind';

export interface Look {
  /** Looks once, says what is new. `hint` is called when the folder moves afterwards. */
  run(all: boolean, hint: () => void): Promise<{ readonly sight: Sight; readonly settled: boolean }>;
  readonly rescanEvery: Millis;
  close(): void;
}

export interface Loop {
  /** Looks now, after the look that is under way; reads every file when `all`. */
  look(all: boolean): Promise<void>;
  /** Looks soon. */
  hint(): void;
  /** Resolves when the signal aborts. */
  run(): Promise<void>;
  /** Ends it, after the look that is under way. */
  close(): Promise<void>;
}

/** From the first hint to the look: writes that belong together are seen together. */
const SETTLE: Millis = 100;
export const RESCAN: Millis = MINUTE;
const TICK: Millis = SECOND;
/** The event loop stood still for longer: the kernel's queue of notices may have overflowed, and Node does not say so. */
const MOST_LAG: Millis = SECOND;
/** Looks without a hint: for owners that die, for folders that give no notices, for a folder that is not there, at every tick. */
const PAUSE: Readonly<Record<Sight, Millis>> = { watching: TICK, polling: 5 * SECOND, blind: 0 };

/** The looks of one run, one after another and never two at once. */
export function openLoop(look: Look, clock: Clock, signal: AbortSignal): Loop {
  let last: Promise<void> = Promise.resolve();
  let cancelHint: (() => void) | null = null;
  let bug: { readonly error: unknown } | null = null;
  const due: Due = { sight: 'blind', lookAt: clock.monotonic(), rescanAt: clock.monotonic() };

  const lookOnce = async (all: boolean): Promise<void> => {
    if (signal.aborted) return;
    const found = await look.run(all, hint);
    due.sight = found.sight;
    due.lookAt = clock.monotonic() + PAUSE[found.sight];
    if (all) due.rescanAt = clock.monotonic() + look.rescanEvery;
    if (!found.settled) hint();
  };
  const lookNext = (all: boolean): Promise<void> => {
    const mine = last.then(() => lookOnce(all));
    last = mine.catch(() => undefined);
    return mine;
  };
  const hint = (): void => {
    if (signal.aborted) return;
    cancelHint ??= clock.callAt(clock.now() + SETTLE, () => {
      cancelHint = null;
      lookNext(false).catch((error: unknown) => {
        bug = { error };
      });
    });
  };
  const tick = async (): Promise<void> => {
    const before = clock.monotonic();
    await clock.sleep(TICK, signal);
    if (bug !== null) throw bug.error;
    const now = clock.monotonic();
    if (now - before - TICK > MOST_LAG || now >= due.rescanAt) await lookNext(true);
    else if (now >= due.lookAt) await lookNext(false);
  };
  return {
    look: lookNext,
    hint,
    async run() {
      await lookNext(true);
      while (!signal.aborted) await tick();
    },
    async close() {
      cancelHint?.();
      await last;
      look.close();
    },
  };
}

interface Due {
  sight: Sight;
  lookAt: Instant;
  rescanAt: Instant;
}
