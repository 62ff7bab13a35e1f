/** Takes over an open finding of a rule that goes on from no checkpoint, as the ledger has it: it is neither forgotten nor told again. */

import type { EffectOrder } from '../core/effect.ts';
import type { AnyEvent } from '../core/event.ts';
import { isOpen, type Finding } from '../core/finding.ts';
import type { Condition, Step } from '../core/rule.ts';
import type { Instant } from '../core/time.ts';
import { calmSpan } from './gates.ts';
import { createIncident } from './incident.ts';
import { orderId } from './orders.ts';
import type { RuleState } from './rule-state.ts';
import { createTrack, NEVER, type Incident, type Track } from './track.ts';

export interface Seed {
  readonly finding: Finding;
  /** The last event that said so; null when the log no longer has it. */
  readonly event: AnyEvent | null;
  /** The orders of this firing that the outbox knows. */
  readonly orders: readonly EffectOrder[];
}

/** The ledger's findings on their way into an engine that replays the log. */
export interface Nursery {
  /** Takes the seeds of rules that do not go on from a checkpoint, and ends the findings that no rule can end any more. */
  sow(seeds: readonly Seed[], now: Instant): void;
  /** Puts in what had fired before an instant; the tracks it is about. */
  plant(before: Instant): readonly Track[];
  /** Findings whose rule is gone, until they were asked for. */
  readonly retired: Retired[];
}

/** Nothing waits yet. Findings come in when the replay has passed the moment at which they fired. */
export function createNursery(states: ReadonlyMap<string, RuleState>): Nursery {
  const retired: Retired[] = [];
  let waiting: Seed[] = [];
  return {
    retired,
    sow(seeds, now) {
      const isWaiting = (seed: Seed): boolean =>
        isKept(states, seed) && states.get(seed.finding.rule)?.isResumed !== true;
      waiting = seeds.filter(isWaiting).toSorted((a, b) => firingTime(b) - firingTime(a));
      const gone = seeds.filter((seed) => isOpen(seed.finding) && !isKept(states, seed));
      retired.push(...gone.map((seed) => retire(seed, Math.max(now, seed.finding.last))));
    },
    plant(before) {
      const planted: Track[] = [];
      for (let seed = waiting.at(-1); seed !== undefined && firingTime(seed) < before; seed = waiting.at(-1)) {
        waiting.pop();
        planted.push(...restore(states, seed));
      }
      return planted;
    },
  };
}

/** When the finding of a seed fired. */
function firingTime({ finding }: Seed): Instant {
  return finding.firedAt ?? finding.last;
}

/** Whether a rule can still end the finding: it is there and not switched off. */
function isKept(states: ReadonlyMap<string, RuleState>, { finding }: Seed): boolean {
  const mode = states.get(finding.rule)?.rule.mode ?? 'off';
  return isOpen(finding) && finding.firedAt !== null && mode !== 'off';
}

/**
 * Puts an open finding into the engine, at the moment of the replay at which it had just fired. Where the replay came to the same firing by itself,
 * only what people did and were told is added; otherwise the log no longer shows how it came, and the ledger is believed.
 */
function restore(states: ReadonlyMap<string, RuleState>, seed: Seed): readonly Track[] {
  const { finding } = seed;
  const state = states.get(finding.rule);
  if (state === undefined) return [];
  const id = [finding.host, ...finding.key].join('\u0000');
  const track = state.tracks.get(id) ?? createTrack(state, id, finding.host, finding.key);
  state.tracks.set(id, track);
  if (track.incident?.firing !== finding.firing) believe(track, seed);
  takeCount(track, seed);
  const { incident } = track;
  if (incident === null) return [];
  incident.acked = finding.acked;
  if (finding.state === 'flapping') incident.flapping = Math.max(1, incident.flapping);
  incident.gates = [...finding.gates];
  for (const order of seed.orders) remember(state, incident, order);
  return [track];
}

function believe(track: Track, seed: Seed): void {
  const { state } = track;
  const { finding } = seed;
  track.phase = 'firing';
  track.clearing = false;
  track.since = finding.since;
  track.due = dueOf(state.rule.condition, finding.last);
  const incident = createIncident(state.rule, { firing: finding.firing, firedAt: firingTime(seed) });
  incident.title = finding.title;
  incident.text = finding.text;
  if (finding.state === 'flapping') {
    track.phase = 'idle';
    track.due = NEVER;
    incident.calmAt = finding.last + calmSpan(1);
  }
  track.incident = incident;
  state.open.add(track);
}

/** The ledger has counted on since the firing; the replay will not count that again. Windows and flapping it goes through once more. */
function takeCount(track: Track, seed: Seed): void {
  const { finding, event } = seed;
  const isAhead = event !== null && event.received > firingTime(seed);
  if (isAhead && finding.state !== 'flapping') track.state.countedTo.set(track.id, event);
  track.lastAt = finding.last;
  track.lastEvent = event ?? track.lastEvent;
  if (track.state.rule.condition.type === 'count' && (isAhead || track.stamps.length > 0)) return;
  track.count = finding.count;
  track.causes = [...finding.causes];
}

/** What is left of a finding whose rule is gone: it is over, and whoever was told of it is told so. */
interface Retired {
  readonly finding: Finding;
  readonly orders: readonly EffectOrder[];
}

/** Ends an open finding that no rule can end any more. */
function retire({ finding, orders }: Seed, now: Instant): Retired {
  const last = new Map(orders.filter((order) => order.phase !== 'resolve').map((order) => [order.thread, order]));
  const told = [...last.values()].filter((order) => order.spec.act !== 'nudge');
  return {
    finding: {
      ...finding,
      state: 'resolved',
      resolvedAt: now,
      because: `rule ${finding.rule} is gone or switched off`,
    },
    orders: told.map((order) => ({
      ...order,
      id: orderId(order.thread, 'resolve', 0),
      phase: 'resolve',
      decidedAt: now,
      notBefore: now,
      spec: { ...order.spec, card: { ...order.spec.card, state: 'resolved', resolvedAt: now } },
    })),
  };
}

/** When a finding that was last seen then ends if nothing more is heard. */
function dueOf(condition: Condition, last: Instant): Instant {
  switch (condition.type) {
    case 'match':
      return last + condition.ttl;
    case 'count':
      return last + condition.clearAfter;
    case 'sequence':
      return last + condition.ttl;
    case 'absence':
      return condition.ttl === null ? NEVER : last + condition.ttl;
    case 'hold':
      return NEVER;
  }
}

/** A step that spoke is not asked again before its next turn. */
function remember(state: RuleState, incident: Incident, order: EffectOrder): void {
  const known = incident.steps[order.step];
  const step = state.rule.steps[order.step];
  if (known === undefined || step === undefined || order.phase === 'resolve') return;
  known.ordered = true;
  known.spec = order.spec;
  known.updatedAt = Math.max(known.updatedAt, order.decidedAt);
  if (order.phase === 'fire') known.askAt = nextTurn(step, incident.firedAt, order.decidedAt);
}

function nextTurn(step: Step, firedAt: Instant, saidAt: Instant): Instant {
  if (step.every === null) return NEVER;
  const base = firedAt + step.after;
  const slot = Math.floor((saidAt - base) / step.every) + 1;
  return slot >= step.max ? NEVER : base + slot * step.every;
}
