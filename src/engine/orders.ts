/** From a step that may go on to the order the outbox takes. */

import type { Card, EffectOrder, EffectSpec, Phase } from '../core/effect.ts';
import { stableId } from '../core/event.ts';
import { NUDGE_LINES } from '../core/nudge-lines.ts';
import type { Scope, Step } from '../core/rule.ts';
import { slugOf } from '../core/slug.ts';
import { DAY, HOUR, MINUTE, type Instant, type Millis } from '../core/time.ts';
import type { Incident, Track } from './track.ts';

/** What a step is about to say. */
export interface Saying {
  readonly track: Track;
  readonly incident: Incident;
  readonly step: Step;
  readonly phase: Phase;
  /** Makes the id of this saying differ from the others of its phase: a number, or the event it tells of. */
  readonly n: number | string;
  readonly now: Instant;
}

/** Past this an order is dead: the world has moved on. */
const MAX_AGE: Readonly<Record<EffectSpec['act'], Millis>> = {
  notify: 6 * HOUR,
  nudge: 10 * MINUTE,
  vault: 7 * DAY,
  journal: 7 * DAY,
  incident: 7 * DAY,
};

/** What all orders of one step of one firing share. */
function threadOf(firing: string, step: number): string {
  return stableId(firing, step);
}

/** The id of an order: the same saying has the same one, on every start. */
export function orderId(thread: string, phase: Phase, n: Saying['n']): string {
  return stableId(thread, phase, n);
}

/** Makes the order. Throws when a value may not be typed into a session. */
export function toOrder(saying: Saying, spec: EffectSpec): EffectOrder {
  const { track, incident, step, phase, n, now } = saying;
  const thread = threadOf(incident.firing, step.index);
  return {
    id: orderId(thread, phase, n),
    thread,
    rule: track.state.rule.id,
    fingerprint: spec.card.fingerprint,
    firing: incident.firing,
    step: step.index,
    phase,
    target: targetOf(spec),
    decidedAt: now,
    notBefore: now,
    maxAge: MAX_AGE[spec.act],
    spec,
  };
}

/** Renders a step's own texts against the last event. Throws when a value may not be typed into a session. */
export function toSpec(track: Track, step: Step, scope: Scope, card: Card): EffectSpec {
  const { rule } = track.state;
  const { action } = step;
  switch (action.act) {
    case 'notify':
      return { act: 'notify', to: rule.render(action.to, scope), card };
    case 'vault':
      return {
        act: 'vault',
        slug: slugOf(rule.name, track.key, action.name === null ? '' : rule.render(action.name, scope)),
        tier: action.tier,
        assignee: rule.render(action.assignee, scope),
        human: action.human === null ? '' : rule.render(action.human, scope),
        card,
      };
    case 'nudge':
      return { act: 'nudge', session: rule.renderSafe(action.session, scope), line: lineOf(action.template), card };
    case 'journal':
      return { act: 'journal', card, also: orderedBeside(track, step) };
    case 'incident':
      return { act: 'incident', card };
  }
}

/** What else was ordered for the incident so far, a vault item with its name; steps that still wait may never come. */
export function orderedBeside({ incident }: Track, step: Step): readonly string[] {
  const ordered = (incident?.steps ?? []).filter((state, index) => index !== step.index && state.ordered);
  return ordered.flatMap(({ spec }) =>
    spec === null ? [] : [spec.act === 'vault' ? `vault item ${spec.slug}` : spec.act],
  );
}

function lineOf(template: string): string {
  const line: string | undefined = NUDGE_LINES[template];
  if (line === undefined) throw new Error(`no nudge line named "${template}"`);
  return line;
}

/** One queue a target: files of the ops repo are one target each kind, every room and session is its own. */
function targetOf(spec: EffectSpec): string {
  switch (spec.act) {
    case 'notify':
      return `notify:${spec.to === '' ? 'ops' : spec.to}`;
    case 'nudge':
      return `nudge:${spec.session}`;
    case 'vault':
    case 'journal':
    case 'incident':
      return spec.act;
  }
}
