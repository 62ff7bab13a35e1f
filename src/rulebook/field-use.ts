/** May a rule read this name? The one place where `e.<field>`, `event.<attribute>`, `vars.<name>` and `f.<name>` are looked up. */

import type { FieldType } from '../core/catalog/field.ts';
import { nearest, type Fault } from './mistake.ts';
import type { Union } from './union.ts';

export type Scalar = string | number | boolean;
export type Vars = Readonly<Record<string, Scalar>>;

/** What the expressions of a rule may name. */
export interface Names {
  readonly union: Union;
  readonly vars: Vars;
}

export const ROOTS = ['e', 'event', 'vars', 'f'] as const;
export type Root = (typeof ROOTS)[number];

/** Attributes of an event and of a finding, with their types. */
export const EVENT_ATTRIBUTES = {
  id: 'string',
  kind: 'string',
  source: 'string',
  subject: 'string',
  host: 'string',
  time: 'time',
  received: 'time',
} as const satisfies Record<string, FieldType>;

export const FINDING_ATTRIBUTES = {
  count: 'number',
  first: 'time',
  last: 'time',
} as const satisfies Record<string, FieldType>;

/** True for a name that paths and expressions may begin with. */
export function isRoot(name: string): name is Root {
  return ROOTS.some((root) => root === name);
}

/** The type of `root.name`, or why it may not be read. */
export function lookUp(names: Names, root: Root, name: string): FieldType | Fault {
  switch (root) {
    case 'e':
      return ofData(names.union, name);
    case 'event':
      return ofTable(EVENT_ATTRIBUTES, name, 'an event has no attribute');
    case 'f':
      return ofTable(FINDING_ATTRIBUTES, name, 'a finding has no');
    case 'vars':
      return ofVars(names.vars, name);
  }
}

function ofData(union: Union, name: string): FieldType | Fault {
  const field = union.fields.get(name);
  if (field === undefined) {
    return { message: `${union.kinds.join(', ')} has no field "${name}".`, hint: nearest(name, union.readable) };
  }
  if (field.trust === 'untrusted') {
    return { message: `e.${name} is written by anybody and no rule may read it.`, hint: 'a field that a machine made' };
  }
  if (!field.torn) return field.type;
  return { message: `e.${name} is not of one type in ${field.kinds.join(', ')}.`, hint: 'a rule for each kind' };
}

function ofTable(table: Readonly<Record<string, FieldType>>, name: string, complaint: string): FieldType | Fault {
  const type = Object.hasOwn(table, name) ? table[name] : undefined;
  return type ?? { message: `${complaint} "${name}".`, hint: nearest(name, Object.keys(table)) };
}

function ofVars(vars: Vars, name: string): FieldType | Fault {
  const value = Object.hasOwn(vars, name) ? vars[name] : undefined;
  if (value === undefined) {
    const known = Object.keys(vars);
    const hint = known.length === 0 ? `${name} = … under [vars]` : nearest(name, known);
    return { message: `[vars] of this pack has no "${name}".`, hint };
  }
  return typeOfScalar(value);
}

/** The type of field that a value would be. */
export function typeOfScalar(value: Scalar): FieldType {
  if (typeof value === 'number') return 'number';
  return typeof value === 'boolean' ? 'bool' : 'string';
}
