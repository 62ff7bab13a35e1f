/** What sources that look again and again have in common: one look at a time, and only news is said. */

import type { AnyEvent } from '../core/event.ts';
import type { SourceContext } from '../core/source.ts';
import type { Instant, Millis } from '../core/time.ts';
import type { Fact, Ledger } from './ledger.ts';

export interface Looks {
  /** Looks now, and then every so often until the signal aborts. */
  run(look: () => Promise<void>, every: Millis, signal: AbortSignal): Promise<void>;
  /** Looks once more, after the look that is under way; nothing when nobody looks. */
  again(): Promise<void>;
}

/** Looks of one source; `sleep` ends early when its signal aborts. */
export function createLooks(sleep: (span: Millis, signal: AbortSignal) => Promise<void>): Looks {
  let current: (() => Promise<void>) | null = null;
  let last: Promise<void> = Promise.resolve();
  const again = (): Promise<void> => {
    const mine = last.then(() => current?.());
    last = mine.catch(() => undefined);
    return mine;
  };
  return {
    again,
    async run(look, every, signal) {
      current = look;
      try {
        while (!signal.aborted) {
          await again();
          await sleep(every, signal);
        }
      } finally {
        await last;
        current = null;
      }
    },
  };
}

export interface SayOptions {
  readonly ledger: Ledger;
  readonly context: Pick<SourceContext, 'emit'>;
  /** Told once when the event log takes nothing more. */
  warn(fields: object, message: string): void;
}

/** Says what is new among the facts; what the log did not take is said again at the next look. */
export function createSay({ ledger, context, warn }: SayOptions) {
  let isRefused = false;
  return async (facts: readonly Fact[], isCovered: (fact: Fact) => boolean, now: Instant): Promise<void> => {
    const news = ledger.news(facts, isCovered, now);
    if (news.length === 0) return;
    try {
      await context.emit(news.map((one) => one.event));
      ledger.said(news);
      isRefused = false;
    } catch (error) {
      if (!isRefused) warn({ err: error, events: news.length }, 'events were not stored, trying again');
      isRefused = true;
    }
  };
}

/** Of the newest events of some kinds, those about what was there on a host and in a place. */
export function believedThere(events: Iterable<AnyEvent>, host: string, place: string): readonly AnyEvent[] {
  return [...events].filter((event) => {
    const data: Readonly<Record<string, unknown>> = event.data;
    return event.host === host && (data['place'] ?? '') === place && data['exists'] !== false;
  });
}
