/** What rules cost and where they break: measured beside the decisions, never part of them. */

import type { Millis } from '../core/time.ts';
import type { RuleState } from './rule-state.ts';

/** Reads a clock that only goes forward, in ms with fractions. */
export type Stopwatch = () => Millis;

export interface RuleReport {
  readonly rule: string;
  readonly state: 'broken' | 'slow' | 'overflow';
  readonly reason: string;
  readonly errors: number;
}

export interface Reports {
  begin(): void;
  /** A rule is done with the event. */
  lap(state: RuleState): void;
  broke(state: RuleState, error: unknown): void;
  drain(states: ReadonlyMap<string, RuleState>): readonly RuleReport[];
}

/** A rule that takes longer than this for one event is slow. */
const SLOW: Millis = 5;
/** A rule is reported slow when it was so often, so that a pause of the process does not accuse it. */
const SLOW_TIMES = 3;
/** Errors after which a rule is switched off until the rules are loaded again. */
const MAX_ERRORS = 20;

/** A report book; without a stopwatch it notes errors only. */
export function createReports(stopwatch: Stopwatch | undefined): Reports {
  let reports: RuleReport[] = [];
  let last: Millis = 0;
  const slow = new Map<string, number>();
  const forgotten = new Map<string, number>();
  return {
    begin() {
      if (stopwatch !== undefined) last = stopwatch();
    },
    lap(state) {
      if (stopwatch === undefined) return;
      const at = stopwatch();
      const took = at - last;
      last = at;
      if (took < SLOW) return;
      const times = (slow.get(state.rule.id) ?? 0) + 1;
      slow.set(state.rule.id, times);
      if (times !== SLOW_TIMES) return;
      const reason = `took ${took.toFixed(1)} ms for one event, ${times} times over ${SLOW} ms`;
      reports.push({ rule: state.rule.id, state: 'slow', reason, errors: state.errors });
    },
    broke(state, error) {
      state.errors++;
      state.disabled = state.errors >= MAX_ERRORS;
      if (state.errors !== 1 && !state.disabled) return;
      const said = error instanceof Error ? error.message.split('\n')[0] : String(error);
      const reason = state.disabled ? `switched off after ${state.errors} errors: ${said}` : `${said}`;
      reports.push({ rule: state.rule.id, state: 'broken', reason, errors: state.errors });
    },
    drain(states) {
      for (const state of states.values()) {
        const before = forgotten.get(state.rule.id) ?? 0;
        if (state.forgotten === before) continue;
        forgotten.set(state.rule.id, state.forgotten);
        if (before > 0) continue;
        const reason = 'too many subjects: the oldest quiet ones are forgotten';
        reports.push({ rule: state.rule.id, state: 'overflow', reason, errors: state.errors });
      }
      const out = reports;
      reports = [];
      return out;
    },
  };
}
