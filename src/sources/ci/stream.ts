/** Follows the event stream: connects, notices silence, and connects again with growing pauses. */

import { messageOf } from '../../core/errors.ts';
import { MINUTE, SECOND, type Millis } from '../../core/time.ts';
import type { Ci, CiHint } from '../../ports/ci.ts';
import type { Clock } from '../../ports/clock.ts';

export interface StreamOptions {
  readonly ci: Ci;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  onHint(hint: CiHint): void;
  /** The line is open. What happened before was not heard. */
  onOpen(): void;
  /** No line comes about, and why. A good one that ended is not worth a word. */
  onLost(reason: string): void;
}

export interface Stream {
  /** Follows until the signal aborts. */
  run(): Promise<void>;
  /** Connects afresh: only then are repositories heard that became active since. */
  renew(): void;
}

const FIRST_PAUSE: Millis = SECOND;
const LONGEST_PAUSE: Millis = MINUTE;
/** A refusal is asked about again; the token may have been changed at the server. */
const REFUSED_PAUSE: Millis = 5 * MINUTE;
/** The server says something every 30 s, if only a comment. */
const LONGEST_SILENCE: Millis = 75 * SECOND;

/** A connection that held this long was a good one: it is replaced at once and without a word. */
const HELD_LONG: Millis = 30 * SECOND;

/** A follower that is not connected yet. */
export function followStream(options: StreamOptions): Stream {
  const { clock, signal } = options;
  let own = new AbortController();
  return {
    async run() {
      let pause = FIRST_PAUSE;
      while (!signal.aborted) {
        own = new AbortController();
        const begun = clock.monotonic();
        const end = await listen(options, own);
        if (signal.aborted) return;
        const isGood = end.why === RENEWED.message || clock.monotonic() - begun >= HELD_LONG;
        if (isGood) pause = FIRST_PAUSE;
        else options.onLost(end.why);
        await clock.sleep(end.refused ? REFUSED_PAUSE : pause, signal);
        pause = Math.min(LONGEST_PAUSE, pause * 2);
      }
    },
    renew() {
      own.abort(RENEWED);
    },
  };
}

interface End {
  readonly why: string;
  readonly refused: boolean;
}

/** One connection, from beginning to end. */
async function listen({ ci, clock, onHint, onOpen, signal: outer }: StreamOptions, own: AbortController): Promise<End> {
  const watchdog = createWatchdog(clock, own);
  let isOpen = false;
  try {
    const answer = await ci.stream(AbortSignal.any([outer, own.signal]));
    if (answer.got !== 'value') return { why: answer.reason, refused: true };
    for await (const hint of answer.value) {
      watchdog.feed();
      if (!isOpen) onOpen();
      isOpen = true;
      onHint(hint);
    }
    return { why: 'the server ended it', refused: false };
  } catch (error) {
    const why: unknown = own.signal.aborted ? own.signal.reason : error;
    return { why: messageOf(why), refused: false };
  } finally {
    watchdog.stop();
    own.abort();
  }
}

const RENEWED = new Error('connected afresh');

/** Ends a connection on which nothing is heard: a proxy can let it die without a word. */
function createWatchdog(clock: Clock, own: AbortController): { feed(): void; stop(): void } {
  let cancel: (() => void) | null = null;
  const feed = (): void => {
    cancel?.();
    cancel = clock.callAt(clock.now() + LONGEST_SILENCE, () => own.abort(new Error('nothing was heard for 75s')));
  };
  feed();
  return { feed, stop: () => cancel?.() };
}
