/** A container's change, or a look at it, as an event. */

import { toEvent, type AnyEvent } from '../../core/event.ts';
import type { Instant } from '../../core/time.ts';
import type { Change } from './change.ts';
import type { Known } from './known.ts';

/** The event of a change, with all that is known after it. The same occurrence has the same id whichever way it was learnt. */
export function toContainerEvent(host: string, after: Known, change: Change): AnyEvent {
  return eventOf(host, after, change);
}

/** The event of a look at a container; two looks are two events. */
export function toObserved(host: string, known: Known, at: Instant): AnyEvent {
  return eventOf(host, known, { action: 'observed', at, occurrence: String(at), synthetic: false });
}

/** A container outside Compose is its name: renamed, the entity of the old name is gone. */
export function toRenamedAway(host: string, before: Known, change: Change): AnyEvent {
  const gone = { ...before, state: 'removed' as const };
  return eventOf(host, gone, { ...change, occurrence: `${change.occurrence}-away` });
}

function eventOf(host: string, known: Known, change: Change): AnyEvent {
  const { identity } = known;
  const head = {
    id: `docker:${host}:${known.id.slice(0, 16)}:${change.action}:${change.occurrence}`,
    source: `docker://${host}`,
    subject: identity.subject,
    time: change.at,
    host,
  };
  return toEvent('docker.container', head, {
    action: change.action,
    id: known.id,
    name: known.name,
    image: known.image,
    stack: identity.stack,
    service: identity.service,
    number: identity.number,
    state: known.state,
    health: known.health,
    exit_code: known.exitCode,
    signal: change.signal ?? '',
    requested: known.requested,
    oom: known.oom,
    restart_count: known.restartCount,
    managed: identity.owner.managed,
    stack_owner: identity.owner.owner,
    stack_owner_room: identity.owner.room,
    synthetic: change.synthetic,
    exists: known.state !== 'removed',
    labels: known.labels,
  });
}
