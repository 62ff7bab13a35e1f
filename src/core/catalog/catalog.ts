/** The closed catalogue of event kinds. CEL types, docs and test builders are made from it. */

import { CI } from './ci.ts';
import { COMPOSE } from './compose.ts';
import { DOCKER } from './docker.ts';
import { FACTORY } from './factory.ts';
import { defaultOf, type FieldSpec, type FieldValue, type KindSpec } from './field.ts';
import { FORGE } from './forge.ts';
import { HOST } from './host.ts';
import { REACTOR } from './reactor.ts';
import { SESSIONS } from './sessions.ts';
import { WORK } from './work.ts';

export const CATALOG = {
  ...DOCKER,
  ...COMPOSE,
  ...HOST,
  ...FORGE,
  ...CI,
  ...FACTORY,
  ...SESSIONS,
  ...WORK,
  ...REACTOR,
} as const satisfies Record<string, KindSpec>;

export type EventKind = keyof typeof CATALOG;

type Fields<K extends EventKind> = (typeof CATALOG)[K]['fields'];

/** The data of one kind; every field is there. `host` is part of every kind. */
export type EventData<K extends EventKind = EventKind> = {
  readonly [F in keyof Fields<K>]: Fields<K>[F] extends FieldSpec<infer T> ? FieldValue<T> : never;
} & { readonly host: string };

/** All kinds, in the order of the catalogue. */
export const EVENT_KINDS = Object.keys(CATALOG) as readonly EventKind[];

/** True for a kind of the catalogue. */
export function isEventKind(kind: string): kind is EventKind {
  return Object.hasOwn(CATALOG, kind);
}

const HOST_FIELD: FieldSpec = { type: 'string', doc: 'which box', trust: 'fact' };

/** The fields of a kind by name, `host` included. */
export function fieldsOf(kind: EventKind): Readonly<Record<string, FieldSpec>> {
  return { host: HOST_FIELD, ...CATALOG[kind].fields };
}

/** Fields of a kind that an event from outside must have. */
export function requiredOf(kind: EventKind): readonly string[] {
  const spec: KindSpec = CATALOG[kind];
  return spec.required ?? [];
}

const DEFAULTS = new Map<EventKind, Readonly<Record<string, unknown>>>(
  EVENT_KINDS.map((kind) => [
    kind,
    Object.fromEntries(Object.entries(fieldsOf(kind)).map(([name, spec]) => [name, defaultOf(spec.type)])),
  ]),
);

/** Data of a kind with what is known filled in and the rest at its default. */
export function fillData<K extends EventKind>(kind: K, known: Partial<EventData<K>>): EventData<K> {
  return { ...DEFAULTS.get(kind), ...known } as EventData<K>;
}
