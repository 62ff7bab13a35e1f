/** A look at everything: the snapshot, and before a surprise in it is believed, what the engine can still replay. */

import type { AnyEvent } from '../../core/event.ts';
import { SECOND, type Instant, type Millis } from '../../core/time.ts';
import { OBJECT_TYPES, type ContainersSeen, type Docker, type ObjectType } from '../../ports/docker.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Denials } from './denials.ts';
import type { Memory } from './memory.ts';
import { toNanos, toSince, type Nanos } from './nanos.ts';

export interface LookParts {
  readonly docker: Docker;
  readonly memory: Memory;
  readonly clock: Clock;
  /** The engine's clock minus ours. */
  readonly aheadMs: Millis;
  readonly signal: AbortSignal;
  /** Stores events. */
  say(events: readonly AnyEvent[]): Promise<void>;
  readonly denials: Denials;
}

export interface LookRequest {
  /** From here on the replay is asked for. */
  readonly since: Nanos;
  /** Which lists are read besides the containers. */
  readonly objects: readonly ObjectType[];
}

/** Events this long before are replayed too: under load the engine's order is not that of its times. */
const OVERLAP: Millis = 2 * SECOND;

/** Looks, says what is news, and resolves with how many transitions the stream had not told. */
export async function lookAround(parts: LookParts, request: LookRequest): Promise<number> {
  const missed = await lookAtContainers(parts, request);
  for (const type of request.objects) await lookAtObjects(parts, type);
  return missed;
}

/** All lists, for a look that leaves nothing out. */
export const EVERYTHING: readonly ObjectType[] = OBJECT_TYPES;

/** The engine's time. */
export function engineNow({ clock, aheadMs }: Pick<LookParts, 'clock' | 'aheadMs'>): Instant {
  return clock.now() + aheadMs;
}

/** Where a subscription starts that must not miss what follows `nanos`; now when there is no cursor yet. */
export function sinceOf(nanos: Nanos, now: Instant): string {
  if (nanos === '') return toSince(toNanos(now));
  const isAhead = BigInt(nanos) > BigInt(toNanos(now));
  return toSince(isAhead ? toNanos(now) : nanos, OVERLAP);
}

async function lookAtContainers(parts: LookParts, request: LookRequest): Promise<number> {
  const { docker, memory, signal, denials } = parts;
  const answer = denials.note('containers', await docker.containers(signal));
  if (answer.denied) return 0;
  const seen = inEngineTime(answer.value, parts.aheadMs);
  if (memory.containers.differs(seen)) await replay(parts, request.since, seen);
  const { events, missed } = memory.containers.reconcile(seen);
  await parts.say(events);
  return missed;
}

/** The engine logs a change before an inspect shows it: after this, what the snapshot shows and nobody told was missed. */
async function replay(parts: LookParts, since: Nanos, seen: ContainersSeen): Promise<void> {
  const { docker, memory, signal } = parts;
  const now = engineNow(parts);
  const answer = await docker.events({ since: sinceOf(since, now), until: toSince(toNanos(now + 1)), signal });
  if (answer.denied) return;
  const takenAt = new Map(seen.containers.map((one) => [one.id, one.takenAt]));
  const lines: string[] = [];
  for await (const batch of answer.value) lines.push(...batch.lines);
  // What is younger than the snapshot comes by the stream, after it.
  await parts.say(memory.readUntil(lines, (id) => takenAt.get(id) ?? seen.takenAt));
}

async function lookAtObjects(parts: LookParts, type: ObjectType): Promise<void> {
  const answer = parts.denials.note(type, await parts.docker.objects(type, parts.signal));
  if (!answer.denied) await parts.say(parts.memory.objects.reconcile(type, answer.value, engineNow(parts)));
}

function inEngineTime({ containers, takenAt }: ContainersSeen, aheadMs: Millis): ContainersSeen {
  if (aheadMs === 0) return { containers, takenAt };
  return {
    containers: containers.map((one) => ({ ...one, takenAt: one.takenAt + aheadMs })),
    takenAt: takenAt + aheadMs,
  };
}
