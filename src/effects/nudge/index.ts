/** Nudge: one fixed line typed into an agent's session, only when it is proven idle and nobody is there. */

import { failed, skipped, type Effect, type EffectResult, type SpecOf } from '../../core/effect.ts';
import { MINUTE, SECOND, type Millis } from '../../core/time.ts';
import type { Verdict } from '../../core/verdict.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Look, Pane, Terminal } from '../../ports/terminal.ts';
import { askGates, DEFAULT_LIMITS, type NudgeLimits, type Sight } from './gates.ts';
import { typeLine } from './type-line.ts';

export interface NudgeOptions extends NudgeLimits {
  /** How long the screen is watched for changes. */
  readonly watch: Millis;
  /** How long an agent gets to draw what it was sent. */
  readonly settle: Millis;
}

export const DEFAULT_NUDGE: NudgeOptions = { ...DEFAULT_LIMITS, watch: 2 * SECOND, settle: 150 };

/** Nudges sessions of a terminal. Not repeatable: a line may have arrived even if nobody saw it. Skipped with the gate and its reason when one holds. */
export function nudgeEffect(
  terminal: Terminal,
  clock: Clock,
  options: NudgeOptions = DEFAULT_NUDGE,
): Effect<SpecOf<'nudge'>> {
  return {
    act: 'nudge',
    repeatable: false,
    async run(order, { signal }) {
      const { session, line } = order.spec;
      const ask = (look: Look, before: Pane | null): Verdict =>
        askGates(toSight({ session, line, look, before, now: clock.now(), limits: options }));

      const first = await terminal.look(session, signal);
      const unclear = whyUnclear(first);
      if (unclear !== null) return unclear;
      const early = ask(first, null);
      if (!early.pass) return skipped(early.reason);

      await clock.sleep(options.watch, signal);
      const second = await terminal.look(session, signal);
      const unclearNow = whyUnclear(second);
      if (unclearNow !== null) return unclearNow;
      const verdict = ask(second, paneOf(first));
      const pane = paneOf(second);
      if (!verdict.pass || pane === null) return skipped(verdict.reason);
      if (signal.aborted) return failed('stopped before anything was typed', { retry: true });

      const result = await typeLine({ terminal, clock, line, pane, settle: options.settle });
      return result.outcome === 'done' ? { ...result, ref: `${result.ref} (${verdict.reason})` } : result;
    },
  };
}

interface Seen extends Omit<Sight, 'pane'> {
  readonly look: Look;
}

function toSight({ look, ...rest }: Seen): Sight {
  return { ...rest, pane: paneOf(look) };
}

const paneOf = (look: Look): Pane | null => (look.state === 'present' ? look.pane : null);

/** Null when it is clear what there is. Nothing was typed: where nobody could look, it may be tried again. */
function whyUnclear(look: Look): EffectResult | null {
  switch (look.state) {
    case 'unavailable':
      return failed(`cannot see the sessions: ${look.reason}`, { retry: true, retryAfter: MINUTE });
    case 'several':
      return skipped(`session: there are several of this name: ${look.where.join(', ')}`);
    case 'present':
    case 'absent':
      return null;
  }
}
