/** The gates, in the one order in which they are asked. Each lets a step through or holds it, and says why. */

import type { Phase } from '../core/effect.ts';
import type { GateName } from '../core/finding.ts';
import type { Step } from '../core/rule.ts';
import type { Silence } from '../core/source.ts';
import { MINUTE, toIso, type Instant } from '../core/time.ts';
import { hold, pass, type Verdict } from '../core/verdict.ts';
import type { RuleState } from './rule-state.ts';
import type { Incident, Track } from './track.ts';

/** What is asked: may this step of this incident go on now? */
export interface Ask {
  readonly track: Track;
  readonly incident: Incident;
  readonly step: Step;
  readonly phase: Phase;
  readonly now: Instant;
  readonly world: GateWorld;
}

/** What gates look at beside the incident itself. */
export interface GateWorld {
  readonly states: ReadonlyMap<string, RuleState>;
  silences(now: Instant): readonly Silence[];
}

export interface Answer {
  readonly gate: GateName;
  readonly verdict: Verdict;
  /** When asking again may get another answer; null: only when something else changes. */
  readonly retryAt: Instant | null;
}

type Gate = (ask: Ask) => Omit<Answer, 'gate'>;

/** New findings of one rule that may be announced within a minute; P0 and P1 are not counted. */
const ANNOUNCE_LIMIT = 10;

const ORDER: readonly (readonly [GateName, Gate])[] = [
  ['resolve', resolveGate],
  ['dedup', dedupGate],
  ['inhibit', inhibitGate],
  ['silence', silenceGate],
  ['flap', flapGate],
  ['budget', budgetGate],
  ['policy', policyGate],
];

/** Asks gate after gate until one holds; the answers so far, the last one first to decide. */
export function askGates(ask: Ask): readonly Answer[] {
  const answers: Answer[] = [];
  for (const [gate, answer] of ORDER) {
    const said = { gate, ...answer(ask) };
    answers.push(said);
    if (!said.verdict.pass) break;
  }
  return answers;
}

const yes = (reason: string): Omit<Answer, 'gate'> => ({ verdict: pass(reason), retryAt: null });
const no = (reason: string, retryAt: Instant | null): Omit<Answer, 'gate'> => ({ verdict: hold(reason), retryAt });

function resolveGate({ incident, phase }: Ask): Omit<Answer, 'gate'> {
  if (phase === 'resolve') return yes('it is over, and those who were told are told so');
  return incident.resolvedAt === null ? yes('still true') : no('resolved before it was sent', null);
}

function dedupGate({ incident, step, phase }: Ask): Omit<Answer, 'gate'> {
  const state = incident.steps[step.index];
  if (phase !== 'fire') return yes(`${phase} of what was announced`);
  if (state?.ordered !== true || step.every !== null) return yes('not said yet in this firing');
  return incident.repeatAt <= incident.firedAt
    ? no('said already in this firing', null)
    : yes('repeat interval is over');
}

function inhibitGate({ track, phase, world }: Ask): Omit<Answer, 'gate'> {
  if (phase === 'resolve') return yes('never holds back a resolution');
  const by = inhibitor(track, world);
  return by === null ? yes('no finding explains it') : no(`explained by ${by}`, null);
}

/** The open finding that explains this one, as `pack/rule`; null when there is none. */
function inhibitor(track: Track, world: GateWorld): string | null {
  for (const { rule, equal } of track.state.rule.inhibitedBy) {
    for (const other of world.states.get(rule)?.open ?? []) {
      const mine = track.lastEvent;
      const theirs = other.lastEvent;
      if (mine === null || theirs === null || other === track) continue;
      if (mine.host === theirs.host && equal.every((path) => path.read(mine) === path.read(theirs))) return rule;
    }
  }
  return null;
}

function silenceGate({ track, incident, phase, now, world }: Ask): Omit<Answer, 'gate'> {
  if (phase === 'resolve') return yes('a resolution is told to whoever was alerted');
  const silence = world.silences(now).find((candidate) => matchesSilence(candidate, track));
  if (silence !== undefined) {
    return no(`silenced by ${silence.by} until ${toIso(silence.until)}: ${silence.reason}`, silence.until);
  }
  return incident.acked ? no('acknowledged', null) : yes('not silenced');
}

/** True when a silence is about this track. */
export function matchesSilence(silence: Silence, track: Track): boolean {
  const { id, name } = track.state.rule;
  if (silence.rule !== '*' && silence.rule !== id && silence.rule !== name) return false;
  return silence.key.every((value, i) => track.key[i] === value);
}

function flapGate({ incident, phase }: Ask): Omit<Answer, 'gate'> {
  if (incident.flapping === 0) return yes('steady');
  return phase === 'update'
    ? no('it flaps: said once, not at every turn', null)
    : yes('flapping is one state, said once');
}

function budgetGate({ track, step, phase, now }: Ask): Omit<Answer, 'gate'> {
  const { priority } = track.state.rule;
  if (phase !== 'fire' || step.action.act !== 'notify') return yes('costs nobody attention');
  if (priority === 'P0' || priority === 'P1') return yes(`${priority} has no budget`);
  const recent = track.state.announced.filter((at) => at > now - MINUTE);
  track.state.announced = recent;
  const oldest = recent[0];
  if (oldest === undefined || recent.length < ANNOUNCE_LIMIT) return yes(`${recent.length} announced within a minute`);
  return no(`${recent.length} findings of this rule were announced within a minute`, oldest + MINUTE);
}

function policyGate({ track, step }: Ask): Omit<Answer, 'gate'> {
  const { mode } = track.state.rule;
  if (mode === 'shadow') return no(`shadow: would have done ${step.action.act}`, null);
  if (step.action.act === 'nudge') return yes('a fixed line into the factory’s own session');
  return yes('telling people is always allowed');
}

/** How long a flapping finding must be calm before it is called resolved: an hour, then doubling, at most a day. */
export function calmSpan(flapping: number): number {
  return Math.min(24 * 60 * MINUTE, 60 * MINUTE * 2 ** Math.max(0, flapping - 1));
}
