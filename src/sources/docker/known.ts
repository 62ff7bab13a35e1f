/** What is known of one container, wherever it was learnt: the stream, a snapshot, or the event log of an earlier run. */

import type { StoredEvent } from '../../core/event.ts';
import type { Ownership } from '../../core/owner.ts';
import type { Instant } from '../../core/time.ts';
import type { ContainerSeen, RestartPolicy } from '../../ports/docker.ts';
import { identify, type Identity, type Labels } from './identity.ts';
import { toInstant } from './nanos.ts';

export type State = ContainerSeen['state'] | 'removed';
export type Health = ContainerSeen['health'];

export interface Known {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly labels: Labels;
  readonly identity: Identity;
  readonly state: State;
  readonly health: Health;
  /** Of the last exit, -1 when not known. */
  readonly exitCode: number;
  readonly requested: boolean;
  readonly oom: boolean;
  readonly restartCount: number;
  /** The engine's time of the newest thing that is known. */
  readonly at: Instant;
  /** The same, of what the stream told. */
  readonly toldAt: Instant;
  /** Up to here every exit and every start is known. */
  readonly diedAt: Instant;
  readonly startedAt: Instant;
  /** The last exit was found by a snapshot: the stream may still bring it. */
  readonly isExitInferred: boolean;
  /** When it was last asked to stop, and when it last ran out of memory; 0 since the last start. */
  readonly askedAt: Instant;
  readonly oomAt: Instant;
  /** What only an inspect shows; null before the first one. */
  readonly setup: Setup | null;
  /** Comes from the event log, where times of exits and starts are not kept. */
  readonly isLoaded: boolean;
}

export interface Setup {
  readonly policy: RestartPolicy;
  readonly stopSignal: string;
  readonly stopTimeoutS: number;
  readonly hasHealthCheck: boolean;
}

/** A container that was only heard of: nothing but who it is. */
export function heardOf(
  who: { readonly id: string; readonly name: string; readonly image: string; readonly labels: Labels },
  ownership: Ownership,
): Known {
  return {
    ...who,
    identity: identify(who.name, who.labels, ownership),
    state: 'created',
    health: 'none',
    exitCode: -1,
    requested: false,
    oom: false,
    restartCount: 0,
    at: 0,
    toldAt: 0,
    diedAt: 0,
    startedAt: 0,
    isExitInferred: false,
    askedAt: 0,
    oomAt: 0,
    setup: null,
    isLoaded: false,
  };
}

/** What the event log last said of it; null for another kind of event, another host, or a container that is gone. */
export function remembered(event: StoredEvent, host: string, ownership: Ownership): Known | null {
  if (event.kind !== 'docker.container' || event.host !== host || !event.data.exists) return null;
  const { data } = event;
  return {
    ...heardOf({ id: data.id, name: data.name, image: data.image, labels: data.labels }, ownership),
    state: data.state as State,
    health: data.health as Health,
    exitCode: data.exit_code,
    requested: data.requested,
    oom: data.oom,
    restartCount: data.restart_count,
    at: event.time,
    diedAt: event.time,
    startedAt: event.time,
    isExitInferred: data.synthetic && data.action === 'die',
    isLoaded: true,
  };
}

/** What is known once a snapshot has been looked at: its facts, and all its past taken as known. */
export function adopt(before: Known, seen: ContainerSeen, ownership: Ownership): Known {
  const isUp = isRunning(seen.state);
  return {
    ...before,
    name: seen.name,
    image: seen.image,
    labels: seen.labels,
    identity: identify(seen.name, seen.labels, ownership),
    state: seen.state,
    health: seen.health,
    exitCode: isUp || seen.state === 'created' ? before.exitCode : seen.exitCode,
    restartCount: seen.restartCount,
    at: Math.max(before.at, seen.takenAt),
    diedAt: Math.max(before.isLoaded ? 0 : before.diedAt, toInstant(seen.finishedAt)),
    startedAt: Math.max(before.isLoaded ? 0 : before.startedAt, toInstant(seen.startedAt)),
    setup: setupOf(seen),
    isLoaded: false,
  };
}

/** True while its process lives. */
export function isRunning(state: State): boolean {
  return state === 'running' || state === 'paused';
}

/** What only an inspect shows. */
export function setupOf({ policy, stopSignal, stopTimeoutS, hasHealthCheck }: ContainerSeen): Setup {
  return { policy, stopSignal, stopTimeoutS, hasHealthCheck };
}
