/** Shows an event to every rule that reads its kind. */

import type { AnyEvent } from '../core/event.ts';
import type { Rulebook } from '../core/rule.ts';
import type { Instant } from '../core/time.ts';
import type { Reports } from './reports.ts';
import { applyEvent, type Change, type MutableScope, type RuleState } from './rule-state.ts';

/**
 * What an event is to the engine. `live`: news. `past`: rules that go on from a checkpoint have seen it.
 * `standing`: the last word on something, from so long ago that only holds look at it, and not those who have seen it.
 */
export type Feed = 'live' | 'past' | 'standing';

/** What the event did to subjects; the same array each time, to be emptied by the caller. */
export type Evaluate = (event: AnyEvent, now: Instant, feed: Feed) => Change[];

/** An evaluator over the rules of a book. A rule that throws is reported and stops no other. */
export function createEvaluator(
  { byKind }: Rulebook,
  states: ReadonlyMap<string, RuleState>,
  reports: Reports,
): Evaluate {
  const readers = new Map(
    [...byKind].map(([kind, rules]) => [kind, rules.flatMap((rule) => states.get(rule.id) ?? [])]),
  );
  const changes: Change[] = [];
  let scope: MutableScope | null = null;
  return (event, now, feed) => {
    scope ??= { event, f: { count: 0, first: '', last: '' }, now };
    scope.now = now;
    scope.event = event;
    reports.begin();
    for (const state of readers.get(event.kind) ?? []) {
      if (state.disabled || (feed !== 'live' && isPassedOver(state, feed))) continue;
      try {
        const change = applyEvent(state, scope);
        if (change !== null) changes.push(change);
      } catch (error) {
        reports.broke(state, error);
      }
      reports.lap(state);
    }
    return changes;
  };
}

function isPassedOver({ isResumed, rule }: RuleState, feed: Feed): boolean {
  return isResumed || (feed === 'standing' && rule.condition.type !== 'hold');
}
