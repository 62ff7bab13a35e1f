/** What operators said: silences and acknowledgements. They come as events, so that a replay knows them too. */

import { parseDuration } from '../core/duration.ts';
import { stableId, type ReactorEvent } from '../core/event.ts';
import type { Silence } from '../core/source.ts';
import type { Instant } from '../core/time.ts';
import { matchesSilence } from './gates.ts';
import type { RuleState } from './rule-state.ts';
import { fingerprint, type Track } from './track.ts';

type Command = ReactorEvent<'operator.command'>;

export interface Operator {
  /** Carries a command out; the tracks to ask again because of it. */
  obey(command: Command, now: Instant): readonly Track[];
  readonly silences: (now: Instant) => readonly Silence[];
  restore(silences: readonly Silence[]): void;
  /** Silences that were added or ended since the last time. */
  drain(): readonly Silence[];
}

/** An operator's desk for a set of rules. */
export function createOperator(states: ReadonlyMap<string, RuleState>): Operator {
  let silences: Silence[] = [];
  let changed: Silence[] = [];
  const openTracks = (): readonly Track[] => [...states.values()].flatMap((state) => [...state.open]);

  const silence = (command: Command, now: Instant): readonly Track[] => {
    const made = toSilence(command, now);
    if (made === null) return [];
    silences = [...silences.filter((other) => other.id !== made.id), made];
    changed.push(made);
    return [];
  };

  const unsilence = (command: Command, now: Instant): readonly Track[] => {
    const [id = ''] = command.data.args;
    const ended = silences.filter((one) => one.id === id || one.rule === id).map((one) => ({ ...one, until: now }));
    silences = silences.filter((one) => !ended.some((other) => other.id === one.id));
    changed.push(...ended);
    const freed = openTracks().filter((track) => ended.some((one) => matchesSilence(one, track)));
    for (const track of freed) for (const step of track.incident?.steps ?? []) if (!step.ordered) step.askAt = now;
    return freed;
  };

  const acknowledge = (command: Command): readonly Track[] => {
    const acked = openTracks().filter((track) => fingerprint(track).startsWith(command.data.finding));
    for (const track of acked) if (track.incident !== null) track.incident.acked = true;
    return acked;
  };

  return {
    obey(command, now) {
      switch (command.data.verb) {
        case 'silence':
          return silence(command, now);
        case 'unsilence':
          return unsilence(command, now);
        case 'ack':
          return command.data.finding.length < 6 ? [] : acknowledge(command);
        default:
          return [];
      }
    },
    silences(now) {
      return silences.filter((one) => one.from <= now && now < one.until);
    },
    restore(known) {
      silences = [...known];
    },
    drain() {
      const out = changed;
      changed = [];
      return out;
    },
  };
}

/** `args` of a silence: rule, span, then key values. Null when the span is not one. */
function toSilence(command: Command, now: Instant): Silence | null {
  const [rule = '', span = '', ...key] = command.data.args;
  const length = parseDuration(span);
  if (rule === '' || length === null) return null;
  const { from: by } = command.data;
  return { id: stableId('silence', command.id), rule, key, from: now, until: now + length, by, reason: 'operator' };
}
