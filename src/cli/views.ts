/** How findings, events and orders look in `--json`: snake_case, times as ISO 8601, and stable. */

import type { OutboxRow } from '../core/effect.ts';
import type { AnyEvent } from '../core/event.ts';
import type { Finding } from '../core/finding.ts';
import { toIso } from '../core/time.ts';
import { field, type Shape } from './guide.ts';

/** A finding for `--json`. */
export function findingView(finding: Finding): object {
  const { firedAt, resolvedAt, inhibitedBy, unconfirmed, causes, gates, ...rest } = finding;
  return {
    ...rest,
    inhibited_by: inhibitedBy,
    unconfirmed: unconfirmed === null ? null : { ...unconfirmed, since: toIso(unconfirmed.since) },
    since: toIso(finding.since),
    fired_at: toIso(firedAt),
    resolved_at: toIso(resolvedAt),
    last: toIso(finding.last),
    causes,
    gates: gates.map(({ at, retryAt, ...answer }) => ({ ...answer, at: toIso(at), retry_at: toIso(retryAt ?? null) })),
  };
}

export const FINDING_SHAPE: Shape = {
  fingerprint: field('string', 'the id: the same subject under the same rule has the same one for ever'),
  rule: field('string', '`pack/rule`'),
  'key[]': field('string', 'the subject: values of the rule’s key'),
  host: field('string', 'which box'),
  priority: field('string', 'P0 P1 P2 P3 P4'),
  title: field('string', 'in a few words'),
  text: field('string', 'with the values'),
  owner: field('string', 'who answers for the subject'),
  runbook: field('string', 'where to read on, or empty'),
  state: field('string', 'pending firing flapping resolved'),
  acked: field('boolean', 'somebody is on it'),
  silenced: field('boolean', 'a silence holds it back'),
  inhibited_by: field('string', 'the rule of the finding that explains this one, or empty'),
  'unconfirmed.source': field(
    'string',
    'the source that would have to say whether it is still so and cannot see; null when it can',
  ),
  'unconfirmed.since': field('string', 'since when it cannot'),
  'unconfirmed.reason': field('string', 'why, in words'),
  since: field('string', 'since when it has been true'),
  fired_at: field('string', 'when it was first told, empty while pending'),
  resolved_at: field('string', 'when it was over, empty before'),
  last: field('string', 'the last event that said so'),
  count: field('number', 'how many events said so'),
  firing: field('string', 'names this firing of the fingerprint, empty while pending'),
  'causes[]': field('string', 'event ids, oldest first, at most 50'),
  'gates[].gate': field('string', 'resolve dedup inhibit silence flap budget policy'),
  'gates[].pass': field('boolean', 'it let the step through'),
  'gates[].reason': field('string', 'why'),
  'gates[].step': field('number', 'which entry of `do`, from 0'),
  'gates[].at': field('string', 'when it was asked'),
  'gates[].retry_at': field('string', 'when it is asked again, empty when only something else can change its mind'),
  because: field('string', 'the expression that held and the timers that ran'),
};

/** An event for `--json`. */
export function eventView(event: AnyEvent): object {
  const { id, source, kind, subject, host, data } = event;
  return { id, source, kind, subject, host, time: toIso(event.time), received: toIso(event.received), data };
}

export const EVENT_SHAPE: Shape = {
  id: field('string', 'the same occurrence has the same id'),
  source: field('string', 'who said so, as an address'),
  kind: field('string', 'what it is about: `docker.container`'),
  subject: field('string', 'the one thing it is about'),
  host: field('string', 'which box'),
  time: field('string', 'the source’s own time'),
  received: field('string', 'when the reactor took it in'),
  data: field('object', 'the fields of its kind'),
};

/** An order of the outbox for `--json`. */
export function orderView(row: OutboxRow): object {
  const { id, step, phase, target, state, attempts, ref, reason } = row;
  const isOver = state !== 'waiting' && state !== 'running';
  return {
    id,
    act: row.spec.act,
    step,
    phase,
    target,
    state,
    attempts,
    decided_at: toIso(row.decidedAt),
    finished_at: toIso(row.finishedAt),
    next_at: isOver ? '' : toIso(row.nextAt),
    ref,
    reason,
  };
}

export const ORDER_SHAPE: Shape = {
  id: field('string', 'deciding twice makes one'),
  act: field('string', 'vault notify nudge journal incident'),
  step: field('number', 'which entry of `do`, from 0'),
  phase: field('string', 'fire update resolve'),
  target: field('string', 'which queue'),
  state: field('string', 'waiting running done skipped dead interrupted'),
  attempts: field('number', 'tries so far'),
  decided_at: field('string', 'when it was decided'),
  finished_at: field('string', 'when it ended, empty before'),
  next_at: field('string', 'when it is tried next, empty when it ended'),
  ref: field('string', 'what the world calls it: a path, a Matrix event id'),
  reason: field('string', 'why it failed or was skipped'),
};
