/** What makes a rule the same rule after a reload, and how much of the past it needs. */

import { stableId } from '../core/event.ts';
import type { Condition, Path, Predicate, Rule, StepAction } from '../core/rule.ts';
import type { Millis } from '../core/time.ts';
import type { Vars } from './field-use.ts';

export type Deciding = Omit<Rule, 'hash' | 'render' | 'renderSafe'>;

/**
 * Hash of everything that decides: when it fires and clears, for what, and what it does.
 * Words for people (title, text, owner, runbook) are left out, and so is where it stands.
 */
export function hashOf(rule: Deciding, vars: Vars): string {
  const { id, mode, priority, on, key, when, clear, condition, steps, inhibitedBy, repeat } = rule;
  const exceptions = rule.exceptions.map((exception) => ({ if: exception.if, until: exception.until }));
  const parts = { id, mode, priority, on, key, when, clear, condition, steps, inhibitedBy, exceptions, repeat, vars };
  return stableId(JSON.stringify(parts, canonical));
}

/** How far back the log must be read to rebuild the state of a rule, in ms. */
export function windowOf(condition: Condition): Millis {
  switch (condition.type) {
    case 'match':
      return condition.ttl;
    case 'hold':
      return (condition.since === null ? condition.for : 0) + condition.clearFor + silenceOf(condition);
    case 'count':
      return condition.within + condition.clearAfter;
    case 'absence':
      return condition.within + (condition.ttl ?? 0);
    case 'sequence':
      return condition.within + condition.ttl;
  }
}

/** A hold that acts on silence must know when it last heard something. */
function silenceOf(hold: Extract<Condition, { type: 'hold' }>): Millis {
  return hold.missing === 'keep' ? 0 : hold.missingAfter;
}

/** Paths, predicates and templates are what was written; functions are nothing. */
function canonical(_name: string, value: unknown): unknown {
  return isWritten(value) ? value.source : value;
}

type Written = Path | Predicate | Extract<StepAction, { act: 'notify' }>['to'];

function isWritten(value: unknown): value is Written {
  return typeof value === 'object' && value !== null && 'source' in value;
}
