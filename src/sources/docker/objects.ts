/** Images, volumes and networks of an engine: the stream says that something happened, the lists say whose it is. */

import { toEvent, type AnyEvent, type StoredEvent } from '../../core/event.ts';
import { ownerOf, type Ownership } from '../../core/owner.ts';
import type { Instant } from '../../core/time.ts';
import type { ObjectSeen, ObjectType } from '../../ports/docker.ts';
import { labelsOfStack, stackOf } from './identity.ts';
import type { EngineEvent } from './parse.ts';

export interface Objects {
  /** What the stream says. */
  take(type: ObjectType, event: EngineEvent): AnyEvent;
  /** Takes a whole list: what is new or changed is observed, what is gone is said to be. */
  reconcile(type: ObjectType, seen: readonly ObjectSeen[], at: Instant): readonly AnyEvent[];
  /** Types of which the stream told something since they were last listed. */
  stale(): readonly ObjectType[];
  forgetWhatWasSaid(): void;
}

const GOING: ReadonlySet<string> = new Set(['destroy', 'remove', 'delete']);

/** The memory of one engine's images, volumes and networks, with what the event log last said of them. */
export function createObjects(host: string, ownership: Ownership, past: Iterable<StoredEvent>): Objects {
  const known: Record<ObjectType, Map<string, ObjectSeen>> = {
    image: new Map(),
    volume: new Map(),
    network: new Map(),
  };
  for (const event of past) if (event.host === host) recall(known, event);
  const said = new Set<string>();
  const stale = new Set<ObjectType>();
  const say = (type: ObjectType, object: ObjectSeen, what: Happening): AnyEvent => {
    if (what.exists) said.add(`${type}:${object.id}`);
    else said.delete(`${type}:${object.id}`);
    return toObjectEvent(type, object, what, { host, ownership });
  };
  return {
    take(type, event) {
      const object = known[type].get(event.id) ?? fromStream(event);
      const exists = !GOING.has(event.action);
      if (!exists) known[type].delete(object.id);
      stale.add(type);
      return say(type, object, { action: event.action, at: event.at, occurrence: event.nanos, exists });
    },
    reconcile(type, seen, at) {
      stale.delete(type);
      const before = known[type];
      known[type] = new Map(seen.map((object) => [object.id, object]));
      const look = { at, occurrence: String(at) };
      const gone = [...before.values()]
        .filter((object) => !known[type].has(object.id))
        .map((object) =>
          say(type, object, { ...look, action: type === 'image' ? 'delete' : 'destroy', exists: false }),
        );
      const news = seen
        .filter((object) => !said.has(`${type}:${object.id}`) || !isSame(before.get(object.id), object))
        .map((object) => say(type, object, { ...look, action: 'observed', exists: true }));
      return [...gone, ...news];
    },
    stale: () => [...stale],
    forgetWhatWasSaid: () => said.clear(),
  };
}

function recall(known: Record<ObjectType, Map<string, ObjectSeen>>, event: StoredEvent): void {
  switch (event.kind) {
    case 'docker.image':
      return recallOne(known.image, { ...event.data, driver: '' });
    case 'docker.volume':
      return recallOne(known.volume, { ...event.data, id: event.data.name });
    case 'docker.network':
      return recallOne(known.network, event.data);
    default:
  }
}

type Recalled = Omit<ObjectSeen, 'labels'> & { readonly stack: string; readonly exists: boolean };

function recallOne(known: Map<string, ObjectSeen>, { id, name, driver, stack, exists }: Recalled): void {
  if (exists) known.set(id, { id, name, driver, labels: labelsOfStack(stack) });
}

interface Happening {
  readonly action: string;
  readonly at: Instant;
  readonly occurrence: string;
  readonly exists: boolean;
}

function toObjectEvent(
  type: ObjectType,
  object: ObjectSeen,
  { action, at, occurrence, exists }: Happening,
  { host, ownership }: { readonly host: string; readonly ownership: Ownership },
): AnyEvent {
  const { name, labels, driver, id } = object;
  const stack = stackOf(labels);
  const owner = ownerOf({ name, stack, labels }, ownership);
  const head = {
    id: `docker:${host}:${type}:${id}:${action}:${occurrence}`,
    source: `docker://${host}`,
    subject: type === 'volume' ? name : id,
    time: at,
    host,
  };
  const common = { action, name, stack, managed: owner.managed, stack_owner: owner.owner, exists };
  switch (type) {
    case 'image':
      return toEvent('docker.image', head, { ...common, id });
    case 'volume':
      return toEvent('docker.volume', head, { ...common, driver });
    case 'network':
      return toEvent('docker.network', head, { ...common, id, driver });
  }
}

function fromStream({ id, attributes }: EngineEvent): ObjectSeen {
  const { name = id, driver, type, ...labels } = attributes;
  return { id, name, driver: driver ?? type ?? '', labels };
}

/** Labels of an image or a network cannot change, and a volume made anew under its name is news by its labels. */
function isSame(before: ObjectSeen | undefined, now: ObjectSeen): boolean {
  return before?.name === now.name && before.driver === now.driver && stackOf(before.labels) === stackOf(now.labels);
}
