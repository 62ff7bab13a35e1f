/** The fields that a rule over several kinds may read: all of them, each with one type. */

import { fieldsOf, type EventKind } from '../core/catalog/catalog.ts';
import type { FieldType, Trust } from '../core/catalog/field.ts';

export interface UnionField {
  readonly type: FieldType;
  /** The least trusted of all kinds that have the field. */
  readonly trust: Trust;
  readonly kinds: readonly EventKind[];
  /** Kinds do not agree on the type, so no rule over all of them can read it. */
  readonly torn: boolean;
}

export interface Union {
  readonly kinds: readonly EventKind[];
  readonly fields: ReadonlyMap<string, UnionField>;
  /** Fields that a rule may name, for hints. */
  readonly readable: readonly string[];
}

const RANK: readonly Trust[] = ['fact', 'words', 'untrusted'];

/** The fields of some kinds together. */
export function unionOf(kinds: readonly EventKind[]): Union {
  const fields = new Map<string, UnionField>();
  for (const kind of kinds) {
    for (const [name, spec] of Object.entries(fieldsOf(kind))) {
      const known = fields.get(name) ?? { type: spec.type, trust: spec.trust, kinds: [], torn: false };
      fields.set(name, {
        type: known.type,
        trust: lessTrusted(known.trust, spec.trust),
        kinds: [...known.kinds, kind],
        torn: known.torn || known.type !== spec.type,
      });
    }
  }
  const readable = [...fields].flatMap(([name, field]) => (field.trust === 'untrusted' || field.torn ? [] : [name]));
  return { kinds, fields, readable };
}

function lessTrusted(a: Trust, b: Trust): Trust {
  return RANK.indexOf(a) > RANK.indexOf(b) ? a : b;
}
