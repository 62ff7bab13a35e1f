/** Which sources cannot see, and whose findings that leaves unconfirmed. A finding keeps its state all the same. */

import { SEEN_BY } from '../core/catalog/seen-by.ts';
import type { ReactorEvent } from '../core/event.ts';
import type { Blind } from '../core/finding.ts';
import type { RuleState } from './rule-state.ts';
import type { Track } from './track.ts';

export interface Blindness {
  /** Takes in what a source says of itself; every subject whose finding may say something else now. */
  note(event: ReactorEvent<'reactor.source'>): readonly Track[];
  /** Those that cannot see. */
  list(): readonly BlindSource[];
  /** Takes over what was so before. */
  restore(known: readonly BlindSource[]): void;
}

/** A source that cannot see, and what it would look at. */
export interface BlindSource extends Blind {
  /** An address; what came from another one of the same scheme is none of its business. `''`: everything of its kind. */
  readonly sees: string;
}

/** Every source sees until it says that it does not. */
export function createBlindness(states: ReadonlyMap<string, RuleState>): Blindness {
  const blind = new Map<string, BlindSource>();
  return {
    note({ data: { source, state, reason, sees }, time }) {
      const before = blind.get(source);
      if (state !== 'unavailable' && before === undefined) return [];
      if (state === 'unavailable') blind.set(source, { source, since: before?.since ?? time, reason, sees });
      else blind.delete(source);
      return [...states.values()].flatMap((one) => (isKnownBy(one, source) ? tell(one, [...blind.values()]) : []));
    },
    list: () => [...blind.values()],
    restore(known) {
      for (const one of known) blind.set(one.source, one);
      for (const state of states.values()) tell(state, [...blind.values()]);
    },
  };
}

/** The source that would have to say whether it is still so; null when it can see, or something was heard since it cannot. */
export function blindTo(track: Track): Blind | null {
  const { phase, incident, lastAt, state } = track;
  if (state.blind.length === 0 || (phase === 'idle' && incident === null)) return null;
  const found = state.blind.find((blind) => lastAt < blind.since && isAskedOf(track, blind));
  return found === undefined ? null : { source: found.source, since: found.since, reason: found.reason };
}

/** `forge` of `forge@codeberg.org`. */
const kindOf = (source: string): string => source.split('@', 1)[0] ?? source;

function isKnownBy({ rule }: RuleState, source: string): boolean {
  const name = kindOf(source);
  return rule.on.some((kind) => SEEN_BY[kind].by.includes(name) || SEEN_BY[kind].needs.includes(name));
}

function tell(state: RuleState, blind: readonly BlindSource[]): readonly Track[] {
  state.blind = blind.filter(({ source }) => isKnownBy(state, source));
  return [...state.tracks.values()].filter((track) => track.incident !== null || track.phase === 'pending');
}

/** Without the event that told last, everybody is asked by whom the rule is known. */
function isAskedOf({ lastEvent }: Track, { source, sees }: BlindSource): boolean {
  if (lastEvent === null) return true;
  const name = kindOf(source);
  const { by, needs } = SEEN_BY[lastEvent.kind];
  const told = by.find((one) => lastEvent.source.startsWith(`${one}://`)) ?? by[0];
  return needs.includes(name) || (told === name && isWithin(lastEvent.source, sees));
}

function isWithin(address: string, sees: string): boolean {
  return sees === '' || `${address}/`.startsWith(`${sees}/`);
}
