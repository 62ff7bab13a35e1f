/** The life of an incident: it begins, may flap, and ends. */

import { stableId } from '../core/event.ts';
import type { Rule } from '../core/rule.ts';
import { HOUR, type Instant } from '../core/time.ts';
import { calmSpan } from './gates.ts';
import { fingerprint, NEVER, type Incident, type StepState, type Track } from './track.ts';

/** This many turns within an hour, firing and resolving counted, are flapping. */
const FLAP_TURNS = 4;

/** Opens an incident for a track that has just fired. */
export function beginIncident(track: Track, now: Instant): Incident {
  turn(track, now);
  const flapping = track.flips.length >= FLAP_TURNS ? 1 : 0;
  const firing = stableId(fingerprint(track), track.origin);
  const incident = createIncident(track.state.rule, { firing, firedAt: now });
  incident.flapping = flapping;
  track.incident = incident;
  track.state.open.add(track);
  return incident;
}

/** A fresh incident with its steps planned from the moment it fired. */
export function createIncident(rule: Rule, head: { readonly firing: string; readonly firedAt: Instant }): Incident {
  return {
    ...head,
    resolvedAt: null,
    flapping: 0,
    calmAt: NEVER,
    acked: false,
    silenced: false,
    inhibitedBy: '',
    title: '',
    text: '',
    steps: rule.steps.map((step): StepState => ({
      askAt: head.firedAt + step.after,
      inhibited: false,
      ordered: false,
      updateAt: NEVER,
      updatedAt: 0,
      spec: null,
    })),
    repeatAt: head.firedAt + (rule.repeat ?? NEVER),
    gates: [],
  };
}

/** The condition ended. True when the incident is over; a flapping one must be calm first. */
export function calmDown(track: Track, incident: Incident, now: Instant): boolean {
  turn(track, now);
  if (incident.flapping === 0) return true;
  incident.calmAt = now + calmSpan(incident.flapping);
  return false;
}

/** The condition holds again while the incident was calming down. */
export function flapOn(track: Track, incident: Incident, now: Instant): void {
  turn(track, now);
  if (incident.calmAt !== NEVER) incident.flapping++;
  incident.calmAt = NEVER;
}

/** Closes the incident. */
export function endIncident(track: Track, incident: Incident, now: Instant): void {
  incident.resolvedAt = now;
  track.incident = null;
  track.state.open.delete(track);
}

/** When the turns of a track are forgotten; NEVER when it has none. */
export function turnsEnd(track: Track): Instant {
  const newest = track.flips.at(-1);
  return newest === undefined ? NEVER : newest + HOUR;
}

function turn(track: Track, now: Instant): void {
  track.flips = [...track.flips.filter((at) => at > now - HOUR), now].slice(-16);
}
