/** `e.<field>` and `event.<attribute>` where a value, not an expression, is wanted: key, since, equal, distinct. */

import { defaultOf, type FieldType } from '../core/catalog/field.ts';
import type { EventKind } from '../core/catalog/catalog.ts';
import type { AnyEvent } from '../core/event.ts';
import type { Path } from '../core/rule.ts';
import { lookUp, type Names } from './field-use.ts';
import { nearest, type Fault } from './mistake.ts';

type Scalar = ReturnType<Path['read']>;

/** Attributes of the envelope that a path may name. */
const ENVELOPE: Readonly<Record<string, (event: AnyEvent) => string>> = {
  source: (event) => event.source,
  subject: (event) => event.subject,
  host: (event) => event.host,
  kind: (event) => event.kind,
};

const ATTRIBUTES = Object.keys(ENVELOPE).map((name) => `event.${name}`);

export interface TypedPath {
  readonly path: Path;
  readonly type: FieldType;
}

/** A path over the fields of some kinds, or why it is none. */
export function parsePath(source: string, names: Names): TypedPath | Fault {
  const [, root, name = ''] = /^(e|event)\.(\w+)$/.exec(source) ?? [];
  if (root === undefined) {
    return { message: `${JSON.stringify(source)} is not a path.`, hint: 'e.<field>, or event.subject' };
  }
  if (root === 'event') return ofEnvelope(source, name);
  const type = lookUp(names, 'e', name);
  if (typeof type !== 'string') return type;
  if (type === 'strings' || type === 'map') {
    return {
      message: `${source} is a ${type === 'map' ? 'table' : 'list'}, not one value.`,
      hint: 'a field with one value',
    };
  }
  return { path: { source, read: reader(name, type) }, type };
}

/** The kinds that do not have the field of a path, in which case all their events would share one key. */
export function kindsWithout(source: string, { union }: Names): readonly EventKind[] {
  if (!source.startsWith('e.')) return [];
  const has = union.fields.get(source.slice(2))?.kinds ?? [];
  return union.kinds.filter((kind) => !has.includes(kind));
}

function ofEnvelope(source: string, name: string): TypedPath | Fault {
  const read = Object.hasOwn(ENVELOPE, name) ? ENVELOPE[name] : undefined;
  if (read !== undefined) return { path: { source, read }, type: 'string' };
  return { message: `event.${name} cannot be used here.`, hint: nearest(source, ATTRIBUTES) };
}

function reader(name: string, type: 'string' | 'number' | 'bool' | 'time'): (event: AnyEvent) => Scalar {
  const fallback = defaultOf(type) as Scalar;
  return (event) => {
    const data: Readonly<Record<string, unknown>> = event.data;
    const value = data[name];
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : fallback;
  };
}
