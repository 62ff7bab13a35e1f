/** Which steps of an incident go on now: asks the gates, makes the orders, and notes when to ask again. */

import type { EffectOrder, EffectSpec } from '../core/effect.ts';
import { messageOf } from '../core/errors.ts';
import type { Step } from '../core/rule.ts';
import { MINUTE, SECOND, type Instant, type Millis } from '../core/time.ts';
import { askGates, type Answer, type GateWorld } from './gates.ts';
import { orderedBeside, toOrder, toSpec, type Saying } from './orders.ts';
import { toCard, type Lookup } from './render.ts';
import { NEVER, viewOf, type Incident, type StepState, type Track } from './track.ts';

export interface PlanWorld extends GateWorld {
  readonly lookup: Lookup;
}

const MAX_ANSWERS = 50;

/** How often people are bothered with changes. Files are cheap and stay current. */
const CHAT_INTERVAL: Readonly<Record<string, Millis>> = { P0: MINUTE, P1: MINUTE };
const CHAT_INTERVAL_ELSE = 5 * MINUTE;
const FILE_INTERVAL = 2 * SECOND;

/** Acts whose text is kept current while the finding lasts. */
const LIVING: ReadonlySet<string> = new Set(['notify', 'vault', 'incident']);

/** Everything that is due for an incident: first sayings, reminders, repeats and updates. */
export function planIncident(track: Track, incident: Incident, now: Instant, world: PlanWorld): readonly EffectOrder[] {
  const orders: EffectOrder[] = [];
  for (const step of journalLast(track.state.rule.steps)) {
    const state = incident.steps[step.index];
    if (state === undefined) continue;
    const saying = { track, incident, step, now };
    const isAmended = step.action.act === 'journal' && state.ordered && orders.some(({ phase }) => phase === 'fire');
    if (state.askAt <= now) orders.push(...planStep(saying, state, world));
    if (state.updateAt <= now) orders.push(...planUpdate(saying, state, world));
    if (isAmended) orders.push(...planAmendment(saying, state, world));
  }
  if (incident.repeatAt <= now) orders.push(...planRepeat(track, incident, now, world));
  return orders.toSorted((a, b) => a.step - b.step);
}

/** The journal tells what else was done. */
function journalLast(steps: readonly Step[]): readonly Step[] {
  if (steps.every(({ action }) => action.act !== 'journal')) return steps;
  const isJournal = ({ action }: Step): boolean => action.act === 'journal';
  return [...steps.filter((step) => !isJournal(step)), ...steps.filter(isJournal)];
}

/** The orders that tell everybody who was told that it is over. */
export function planResolve(track: Track, incident: Incident, now: Instant, world: PlanWorld): readonly EffectOrder[] {
  const orders: EffectOrder[] = [];
  for (const step of track.state.rule.steps) {
    const state = incident.steps[step.index];
    if (state === undefined || !state.ordered || state.spec === null || step.action.act === 'nudge') continue;
    const spec = { ...state.spec, card: toCard(track, incident, now, world.lookup) };
    orders.push(toOrder({ track, incident, step, phase: 'resolve', n: 0, now }, spec));
  }
  return orders;
}

/** Something changed: living texts will be brought up to date, not more often than people bear. In a replay most was said later than it changed. */
export function noteChange(track: Track, incident: Incident, now: Instant): void {
  for (const step of track.state.rule.steps) {
    const state = incident.steps[step.index];
    if (state === undefined || !state.ordered || state.updateAt !== NEVER || !LIVING.has(step.action.act)) continue;
    if (state.updatedAt > now) continue;
    state.updateAt = Math.max(now, state.updatedAt + updateInterval(track, step));
  }
}

/** When the incident wants to be planned again. */
export function nextPlan(incident: Incident): Instant {
  let next = incident.repeatAt;
  for (const state of incident.steps) next = Math.min(next, state.askAt, state.updateAt);
  return next;
}

/** The inhibiting finding is over: ask again what it held. */
export function releaseInhibited(incident: Incident, now: Instant): boolean {
  let released = false;
  for (const state of incident.steps) {
    if (!state.inhibited) continue;
    state.inhibited = false;
    state.askAt = now;
    released = true;
  }
  return released;
}

type Asking = Omit<Saying, 'phase' | 'n'>;

function planStep(asking: Asking, state: StepState, world: PlanWorld): readonly EffectOrder[] {
  const { step, incident, now } = asking;
  const base = incident.firedAt + step.after;
  const slot = step.every === null ? 0 : Math.floor((now - base) / step.every);
  state.askAt = NEVER;
  if (slot >= step.max) return [];
  const next = step.every === null || slot + 1 >= step.max ? NEVER : base + (slot + 1) * step.every;
  const spec = specOf(asking, world, next);
  if (spec === null) {
    state.askAt = next;
    return [];
  }
  const held = ask({ ...asking, phase: 'fire', n: slot }, world);
  if (held !== null) {
    state.inhibited = held.gate === 'inhibit';
    state.askAt = Math.min(held.retryAt ?? NEVER, state.inhibited ? NEVER : next);
    return [];
  }
  state.askAt = next;
  return [say({ ...asking, phase: 'fire', n: slot }, state, spec)];
}

function planUpdate(asking: Asking, state: StepState, world: PlanWorld): readonly EffectOrder[] {
  state.updateAt = NEVER;
  // Not the count: it comes back to what it was, in a sliding window and after a restart.
  const saying: Saying = { ...asking, phase: 'update', n: asking.track.lastEvent?.id ?? '' };
  if (ask(saying, world) !== null || state.spec === null) return [];
  const card = toCard(asking.track, asking.incident, asking.now, world.lookup);
  return [say(saying, state, { ...state.spec, card })];
}

/** A step that came later, such as a vault item after ten minutes, is told by the journal too. */
function planAmendment(asking: Asking, state: StepState, world: PlanWorld): readonly EffectOrder[] {
  const { track, incident, step, now } = asking;
  const also = orderedBeside(track, step);
  if (state.spec?.act !== 'journal' || state.spec.also.length === also.length) return [];
  const saying: Saying = { ...asking, phase: 'update', n: `also ${also.join(' ')}` };
  if (ask(saying, world) !== null) return [];
  return [say(saying, state, { ...state.spec, also, card: toCard(track, incident, now, world.lookup) })];
}

function planRepeat(track: Track, incident: Incident, now: Instant, world: PlanWorld): readonly EffectOrder[] {
  const every = track.state.rule.repeat;
  if (every === null) return [];
  const slot = Math.floor((now - incident.firedAt) / every);
  const orders: EffectOrder[] = [];
  for (const step of track.state.rule.steps) {
    const state = incident.steps[step.index];
    if (state === undefined || !state.ordered || state.spec === null || step.action.act !== 'notify') continue;
    const saying: Saying = { track, incident, step, phase: 'fire', n: REPEATS + slot, now };
    if (ask(saying, world) !== null) continue;
    orders.push(say(saying, state, { ...state.spec, card: toCard(track, incident, now, world.lookup) }));
  }
  incident.repeatAt = incident.firedAt + (slot + 1) * every * (incident.flapping > 0 ? 2 ** incident.flapping : 1);
  return orders;
}

/** Repeats are numbered apart from the slots of `every`. */
const REPEATS = 1_000_000;

function say(saying: Saying, state: StepState, spec: EffectSpec): EffectOrder {
  state.spec = spec;
  state.updatedAt = saying.now;
  if (saying.phase === 'fire' && !state.ordered) {
    state.ordered = true;
    if (spec.act === 'notify') saying.track.state.announced.push(saying.now);
  }
  return toOrder(saying, spec);
}

/** The spec of a step; null when its `if` says no or a value is not safe, with the reason noted. */
function specOf(asking: Asking, world: PlanWorld, next: Instant): EffectSpec | null {
  const { track, incident, step, now } = asking;
  const refuse = (reason: string): null => {
    const retryAt = next === NEVER ? null : next;
    note(incident, { gate: 'policy', pass: false, reason, step: step.index, at: now, retryAt });
    return null;
  };
  if (track.lastEvent === null) return null;
  const scope = { event: track.lastEvent, f: viewOf(track), now };
  try {
    if (step.if !== null && !step.if.test(scope)) return refuse(`if is false: ${step.if.source}`);
    return toSpec(track, step, scope, toCard(track, incident, now, world.lookup));
  } catch (error) {
    return refuse(messageOf(error));
  }
}

/** Asks the gates and notes what they said; the answer that holds, or null when all let it through. */
function ask(saying: Saying, world: PlanWorld): Answer | null {
  const { incident, step, now } = saying;
  const answers = askGates({ ...saying, world });
  const last = answers.at(-1);
  const held = last !== undefined && !last.verdict.pass ? last : null;
  incident.inhibitedBy = held?.gate === 'inhibit' ? held.verdict.reason.replace('explained by ', '') : '';
  incident.silenced = held?.gate === 'silence';
  const told = held === null ? answers : [held];
  for (const { gate, verdict, retryAt } of told) {
    note(incident, { gate, ...verdict, step: step.index, at: now, retryAt });
  }
  return held;
}

function note(incident: Incident, answer: Incident['gates'][number]): void {
  const known = incident.gates.findLastIndex((other) => other.gate === answer.gate && other.step === answer.step);
  const before = incident.gates[known];
  if (before?.reason === answer.reason && before.retryAt === answer.retryAt) return;
  if (before?.reason === answer.reason) incident.gates.splice(known, 1);
  incident.gates.push(answer);
  if (incident.gates.length > MAX_ANSWERS) incident.gates.shift();
}

function updateInterval(track: Track, step: Step): Millis {
  const { rule } = track.state;
  const chat = CHAT_INTERVAL[rule.priority] ?? CHAT_INTERVAL_ELSE;
  if (step.action.act === 'notify') return chat;
  return rule.condition.type === 'hold' ? chat : FILE_INTERVAL;
}
