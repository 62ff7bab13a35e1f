/** What people are told about a track: the finding for the ledger, the card for effects. */

import type { Card } from '../core/effect.ts';
import { messageOf } from '../core/errors.ts';
import type { AnyEvent } from '../core/event.ts';
import type { About, Finding, FindingState } from '../core/finding.ts';
import type { Condition, Scope } from '../core/rule.ts';
import type { Template } from '../core/template.ts';
import { formatDuration } from '../core/duration.ts';
import { toIso, type Instant } from '../core/time.ts';
import { blindTo } from './blindness.ts';
import type { RuleState } from './rule-state.ts';
import { fingerprint, viewOf, type Incident, type Track } from './track.ts';

/** Finds an event by its id, to tell what led to a finding; null when the log no longer has it. */
export type Lookup = (id: string) => AnyEvent | null;

const MAX_CARD_CAUSES = 10;

/** Title and text of a track, by its last event; what its incident said before when that event is gone. */
function describe(track: Track, incident: Incident | null, now: Instant): Pick<Finding, 'title' | 'text'> {
  const { rule } = track.state;
  const event = track.lastEvent;
  if (event === null) {
    const { title, text } = incident ?? NO_WORDS;
    return { title: title === '' ? rule.name : title, text };
  }
  const scope = { event, f: viewOf(track), now };
  return { title: tryRender(track, rule.title, scope), text: tryRender(track, rule.text, scope) };
}

const NO_WORDS = { title: '', text: '' };

function tryRender(track: Track, template: Template, scope: Scope): string {
  try {
    return track.state.rule.render(template, scope);
  } catch (error) {
    return `${template.source} (${messageOf(error)})`;
  }
}

/** The card of an incident as it stands now. */
export function toCard(track: Track, incident: Incident, now: Instant, lookup: Lookup): Card {
  const { firing, firedAt, resolvedAt } = incident;
  const causes = track.causes.slice(-MAX_CARD_CAUSES).map((id) => causeLine(id, lookup(id)));
  return { ...about(track, incident, now), firing, state: stateOfIncident(incident), firedAt, resolvedAt, causes };
}

/** The finding of a track as the ledger keeps it. `over` is the incident that just ended. */
export function toFinding(track: Track, over: Incident | null, now: Instant): Finding {
  const incident = track.incident ?? over;
  const { acked, silenced, inhibitedBy, firedAt, resolvedAt, firing, gates } = incident ?? NO_INCIDENT;
  return {
    ...about(track, incident, now),
    state: incident === null ? quietState(track) : stateOfIncident(incident),
    acked,
    silenced,
    inhibitedBy,
    firedAt,
    resolvedAt,
    firing,
    causes: [...track.causes],
    gates: [...gates],
    because: because(track),
  };
}

/** What the ledger is to know of a track: the firings that ended since it was told, and what is so now. */
export function findingsOf(track: Track, ended: readonly Finding[], now: Instant): readonly Finding[] {
  const isOver = ended.length > 0 && track.incident === null && track.phase !== 'pending';
  return isOver ? ended : [...ended, toFinding(track, null, now)];
}

/** Every finding that is pending or open. */
export function toFindings(states: ReadonlyMap<string, RuleState>, now: Instant): readonly Finding[] {
  return [...states.values()]
    .flatMap((state) => [...state.tracks.values()])
    .filter((track) => track.incident !== null || track.phase === 'pending')
    .map((track) => toFinding(track, null, now));
}

function about(track: Track, incident: Incident | null, now: Instant): About {
  const { rule } = track.state;
  return {
    fingerprint: fingerprint(track),
    rule: rule.id,
    key: track.key,
    host: track.host,
    priority: rule.priority,
    ...describe(track, incident, now),
    owner: ownerOf(track),
    runbook: rule.runbook,
    since: track.since,
    last: track.lastAt,
    count: track.count,
    unconfirmed: blindTo(track),
  };
}

/** What a finding says of a firing that has not begun. */
const NO_INCIDENT = {
  acked: false,
  silenced: false,
  inhibitedBy: '',
  firedAt: null,
  resolvedAt: null,
  firing: '',
  gates: [],
} as const satisfies Partial<Finding>;

function quietState(track: Track): FindingState {
  return track.phase === 'pending' ? 'pending' : 'resolved';
}

/** Who answers for the subject: its own owner where it has one, else the rule's. */
function ownerOf(track: Track): string {
  const data = track.lastEvent?.data;
  const foreign = data !== undefined && 'stack_owner' in data && !data.managed ? data.stack_owner : '';
  return foreign === '' || foreign === 'unknown' ? track.state.rule.owner : foreign;
}

function stateOfIncident(incident: Incident): 'firing' | 'flapping' | 'resolved' {
  if (incident.resolvedAt !== null) return 'resolved';
  return incident.flapping > 0 ? 'flapping' : 'firing';
}

/** `12:03:04 docker.container die harb/anvil/1` */
function causeLine(id: string, event: AnyEvent | null): string {
  if (event === null) return `event ${id}, no longer in the log`;
  const action = 'action' in event.data ? ` ${event.data.action}` : '';
  return `${toIso(event.time).slice(0, 19)}Z ${event.kind}${action} ${event.subject}`;
}

/** The expression that held and the timers that ran. */
function because(track: Track): string {
  const { rule } = track.state;
  const when = rule.when === null ? '' : `${rule.when.source}; `;
  return `${when}${describeCondition(rule.condition)}; since ${toIso(track.since)}`;
}

/** A temporal block in words. */
export function describeCondition(condition: Condition): string {
  switch (condition.type) {
    case 'match':
      return `fires on a match, for ${formatDuration(condition.ttl)}`;
    case 'hold':
      return `true for ${formatDuration(condition.for)}${condition.since === null ? '' : ` counted from ${condition.since.source}`}`;
    case 'count':
      return `${condition.n} within ${formatDuration(condition.within)}, over after ${formatDuration(condition.clearAfter)} without`;
    case 'absence':
      return `after (${condition.start.source}), no (${condition.expect.source}) within ${formatDuration(condition.within)}`;
    case 'sequence':
      return `${condition.steps.length} steps in order within ${formatDuration(condition.within)}`;
  }
}
