/** All containers of an engine: takes what the stream says, compares it with snapshots, and says each thing once. */

import type { AnyEvent, StoredEvent } from '../../core/event.ts';
import type { Ownership } from '../../core/owner.ts';
import { MINUTE, type Instant, type Millis } from '../../core/time.ts';
import type { ContainerSeen, ContainersSeen } from '../../ports/docker.ts';
import { applyChange, toChange, type Change } from './change.ts';
import { toContainerEvent, toObserved, toRenamedAway } from './container-event.ts';
import { identify } from './identity.ts';
import { adopt, heardOf, remembered, setupOf, type Known } from './known.ts';
import { missedChanges } from './missed.ts';
import { toInstant } from './nanos.ts';
import type { EngineEvent } from './parse.ts';

export interface Containers {
  /** What the stream says; empty when it was known already. */
  take(event: EngineEvent): readonly AnyEvent[];
  /** True when a snapshot shows what the stream has not told. */
  differs(seen: ContainersSeen): boolean;
  /** Takes a snapshot: what was missed, then what it shows that was not said. Times of `seen` are the engine's. */
  reconcile(seen: ContainersSeen): Reconciled;
  /** From now on everything counts as not said yet. */
  forgetWhatWasSaid(): void;
  /** True when there is a container that no snapshot has shown since the last connection. */
  hasStrangers(): boolean;
}

export interface Reconciled {
  readonly events: readonly AnyEvent[];
  /** Transitions that the stream did not tell. */
  readonly missed: number;
}

export interface ContainersOptions {
  readonly host: string;
  readonly ownership: Ownership;
  /** What the event log last said of each thing, in order of arrival; run through more than once. */
  readonly past: readonly StoredEvent[];
  /** Containers that were created later than this and are not known were missed; null on the very first start. */
  readonly watchedSince: Instant | null;
}

/** How long a removed container is remembered, so that a look that began earlier does not raise it from the dead. */
const GRAVE: Millis = 10 * MINUTE;
const MOST_KNOWN = 16_384;

/** The memory of one engine's containers. */
export function createContainers(options: ContainersOptions): Containers {
  const { host, ownership } = options;
  let { watchedSince } = options;
  const known = load(options);
  const said = new Set<string>();
  /** Snapshots that made up for the stream: what the stream still brings from before is in them. */
  const madeUp = new Map<string, Instant>();

  const keep = (next: Known): void => {
    if (!known.has(next.id) && known.size >= MOST_KNOWN) forget(known.keys().next().value ?? '');
    known.set(next.id, next);
  };
  const forget = (id: string): void => {
    known.delete(id);
    said.delete(id);
    madeUp.delete(id);
  };
  const change = (before: Known, what: Change): readonly AnyEvent[] => {
    const moved = applyChange(before, what);
    const after =
      what.action === 'rename' ? { ...moved, identity: identify(moved.name, moved.labels, ownership) } : moved;
    keep(after);
    const event = toContainerEvent(host, after, what);
    const isAway = before.identity.subject !== after.identity.subject;
    return isAway ? [toRenamedAway(host, before, what), event] : [event];
  };
  const look = (before: Known | null, seen: ContainerSeen): Reconciled => {
    const start = before ?? startOf(seen, watchedSince, ownership);
    const changes = start === null ? [] : explain(start, seen);
    const events = changes.flatMap((what) => change(known.get(seen.id) ?? start ?? heardOf(seen, ownership), what));
    if (changes.length > 0) madeUp.set(seen.id, seen.takenAt);
    const now = known.get(seen.id) ?? heardOf(seen, ownership);
    const after = adopt(now, seen, ownership);
    keep(after);
    const isNews = changes.length === 0 ? !said.has(seen.id) || !isSame(now, after) : !isSame(now, after);
    said.add(seen.id);
    return { events: isNews ? [...events, toObserved(host, after, seen.takenAt)] : events, missed: changes.length };
  };
  const isNewer = (id: string, takenAt: Instant): boolean => {
    const state = known.get(id);
    return state !== undefined && (state.state === 'removed' || state.toldAt >= takenAt);
  };
  return {
    take(event) {
      const what = toChange(event);
      if (what === null) return [];
      const before = known.get(event.id) ?? fromStream(event, ownership);
      if (before.state === 'removed' || event.at <= (madeUp.get(event.id) ?? 0)) return [];
      if (what.action === 'die' && before.isExitInferred && isDown(before)) return [];
      return change(before, what);
    },
    differs: (seen) =>
      gone(known, seen).length > 0 ||
      seen.containers.some((one) => {
        const before = known.get(one.id) ?? startOf(one, watchedSince, ownership);
        return before !== null && !isNewer(one.id, one.takenAt) && explain(before, one).length > 0;
      }),
    reconcile(seen) {
      const events: AnyEvent[] = [];
      let missed = 0;
      // The gone first: a recreated container is the same entity, and the last word on it must be the living one's.
      for (const one of gone(known, seen)) {
        events.push(...change(one, { action: 'destroy', at: seen.takenAt, occurrence: '', synthetic: true }));
        missed += 1;
      }
      for (const one of seen.containers) {
        if (isNewer(one.id, one.takenAt)) continue;
        const { events: more, missed: fewer } = look(known.get(one.id) ?? null, one);
        events.push(...more);
        missed += fewer;
      }
      watchedSince ??= seen.takenAt;
      for (const one of known.values()) if (one.state === 'removed' && one.at < seen.takenAt - GRAVE) forget(one.id);
      return { events, missed };
    },
    forgetWhatWasSaid: () => said.clear(),
    hasStrangers: () => known.values().some((one) => !said.has(one.id) && one.state !== 'removed'),
  };
}

function load({ past, host, ownership }: ContainersOptions): Map<string, Known> {
  const newest = new Map<string, StoredEvent>();
  for (const event of past) if (event.kind === 'docker.container') newest.set(event.data.id, event);
  const known = new Map<string, Known>();
  for (const event of newest.values()) {
    const one = remembered(event, host, ownership);
    if (one !== null) known.set(one.id, one);
  }
  return known;
}

/** A container that was born while nobody looked has everything still before it; null when it is older than our watch. */
function startOf(seen: ContainerSeen, watchedSince: Instant | null, ownership: Ownership): Known | null {
  const isBornUnseen = watchedSince !== null && toInstant(seen.createdAt) > watchedSince;
  return isBornUnseen ? { ...heardOf(seen, ownership), state: 'removed', setup: setupOf(seen) } : null;
}

function explain(before: Known, seen: ContainerSeen): readonly Change[] {
  if (before.state !== 'removed') return missedChanges(before, seen);
  const create = { action: 'create', at: toInstant(seen.createdAt), occurrence: '', synthetic: true };
  return [create, ...missedChanges(applyChange(before, create), seen)];
}

function gone(known: ReadonlyMap<string, Known>, seen: ContainersSeen): readonly Known[] {
  const there = new Set(seen.containers.map((one) => one.id));
  return [...known.values()].filter(
    (one) => !there.has(one.id) && one.state !== 'removed' && (one.isLoaded || one.at <= seen.takenAt),
  );
}

function fromStream(event: EngineEvent, ownership: Ownership): Known {
  const { image = '', name = '' } = event.attributes;
  const labels = Object.fromEntries(Object.entries(event.attributes).filter(([key]) => !NOT_LABELS.has(key)));
  return heardOf({ id: event.id, name, image, labels }, ownership);
}

/** What the engine mixes in among the labels of an event. */
const NOT_LABELS: ReadonlySet<string> = new Set('image name exitCode signal oldName execID execDuration'.split(' '));

function isDown(known: Known): boolean {
  return known.state === 'exited' || known.state === 'restarting' || known.state === 'dead';
}

/** True when an observation would say nothing new. */
function isSame(a: Known, b: Known): boolean {
  return (
    a.state === b.state &&
    a.health === b.health &&
    a.exitCode === b.exitCode &&
    a.restartCount === b.restartCount &&
    a.name === b.name &&
    a.image === b.image
  );
}
