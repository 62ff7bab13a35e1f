/** Event data in test files, checked against the catalogue. */

import { EVENT_KINDS, fieldsOf, fillData, isEventKind, type EventKind } from '../core/catalog/catalog.ts';
import type { FieldType } from '../core/catalog/field.ts';
import { parseIso, toIso } from '../core/time.ts';
import { isTable, type Table } from './document.ts';
import { nearest, type DocPath, type Notebook } from './mistake.ts';

export type Given = ReadonlyMap<EventKind, Table>;

/** The `given.<kind>` tables of a case; what is wrong goes into the notebook. */
export function givenOf(tables: Table, path: DocPath, notebook: Notebook): Given {
  const given = new Map<EventKind, Table>();
  collect(tables, { kind: '', path, notebook, given });
  return given;
}

/** Data of a kind as TOML has it → as events have it: dates become ISO text. Wrong fields go into the notebook and are left out. */
export function toData(kind: EventKind, table: Table, path: DocPath, notebook: Notebook): Table {
  const fields = fieldsOf(kind);
  const pairs = Object.entries(table).flatMap(([name, value]) => {
    const spec = fields[name];
    if (spec === undefined) {
      notebook.add([...path, name], `${kind} has no field "${name}".`, nearest(name, Object.keys(fields)));
      return [];
    }
    const data = toValue(spec.type, value);
    if (data !== undefined) return [[name, data] as const];
    notebook.add([...path, name], `${kind}.${name} is ${WANTED[spec.type]}.`, EXAMPLES[spec.type]);
    return [];
  });
  return Object.fromEntries(pairs);
}

/** Data of a kind with every field: patches over what was given over the defaults. */
export function complete(kind: EventKind, ...layers: readonly Table[]): Table {
  return fillData(kind, Object.assign({}, ...layers) as Table);
}

const WANTED: Readonly<Record<FieldType, string>> = {
  string: 'a text',
  number: 'a number',
  bool: 'true or false',
  time: 'a date with a time and an offset, or "" when it is not known',
  strings: 'a list of texts',
  map: 'a table of texts',
};

const EXAMPLES: Readonly<Record<FieldType, string>> = {
  string: '"text"',
  number: '1',
  bool: 'true',
  time: '2026-01-01T00:00:00Z',
  strings: '["text"]',
  map: '{ name = "text" }',
};

interface Place {
  readonly kind: string;
  readonly path: DocPath;
  readonly notebook: Notebook;
  readonly given: Map<EventKind, Table>;
}

/** `given.docker.container = {…}` is a table in a table: goes down until the names make a kind. */
function collect(tables: Table, place: Place): void {
  for (const [name, value] of Object.entries(tables)) {
    const kind = place.kind === '' ? name : `${place.kind}.${name}`;
    const path = [...place.path, name];
    if (isEventKind(kind) && isTable(value)) place.given.set(kind, toData(kind, value, path, place.notebook));
    else if (isTable(value) && EVENT_KINDS.some((known) => known.startsWith(`${kind}.`))) {
      collect(value, { ...place, kind, path });
    } else place.notebook.add(path, `there is no kind "${kind}".`, nearest(kind, EVENT_KINDS));
  }
}

function toValue(type: FieldType, value: unknown): unknown {
  switch (type) {
    case 'string':
      return typeof value === 'string' ? value : undefined;
    case 'number':
      return typeof value === 'number' ? value : undefined;
    case 'bool':
      return typeof value === 'boolean' ? value : undefined;
    case 'time':
      return toTime(value);
    case 'strings':
      return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined;
    case 'map':
      return isTable(value) && Object.values(value).every((one) => typeof one === 'string') ? value : undefined;
  }
}

function toTime(value: unknown): string | undefined {
  if (value === '') return '';
  if (value instanceof Date) return toIso(value.getTime());
  return typeof value === 'string' && parseIso(value) !== null ? value : undefined;
}
