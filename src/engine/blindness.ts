/** Which sources cannot see, and whose findings that leaves unconfirmed. A finding keeps its state all the same. */

import { SEEN_BY } from '../core/catalog/seen-by.ts';
import type { ReactorEvent } from '../core/event.ts';
import type { Blind } from '../core/finding.ts';
import type { RuleState } from './rule-state.ts';
import type { Track } from './track.ts';

export interface Blindness {
  /** Takes in what a source says of itself; every subject whose finding says something else now. */
  note(event: ReactorEvent<'reactor.source'>): readonly Track[];
}

/** Every source sees until it says that it does not. */
export function createBlindness(states: ReadonlyMap<string, RuleState>): Blindness {
  const blind = new Map<string, Blind>();
  return {
    note({ data: { source, state, reason }, time }) {
      const before = blind.get(source);
      if (state !== 'unavailable' && before === undefined) return [];
      if (state === 'unavailable') blind.set(source, { source, since: before?.since ?? time, reason });
      else blind.delete(source);
      return [...states.values()].filter((one) => isSeenBy(one, source)).flatMap((one) => tell(one, blind));
    },
  };
}

const sourcesOf = ({ rule }: RuleState): readonly string[] => rule.on.flatMap((kind) => SEEN_BY[kind]);
const isSeenBy = (state: RuleState, source: string): boolean => sourcesOf(state).includes(source);

function tell(state: RuleState, blind: ReadonlyMap<string, Blind>): readonly Track[] {
  state.blind = sourcesOf(state).flatMap((source) => blind.get(source) ?? [])[0] ?? null;
  return [...state.tracks.values()].filter((track) => track.incident !== null || track.phase === 'pending');
}
