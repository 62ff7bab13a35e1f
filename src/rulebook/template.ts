/** Templates: `{{path}}` and `{{path | filter}}`, taken apart and checked when a rule is loaded. */

import type { FieldType } from '../core/catalog/field.ts';
import { FILTERS, type Filter, type Segment, type Template } from '../core/template.ts';
import { isRoot, lookUp, ROOTS, type Names, type Root } from './field-use.ts';
import { nearest, type Fault } from './mistake.ts';
import { MAX_RENDERED } from './render.ts';

interface Taking {
  readonly types: readonly FieldType[];
  readonly words: string;
}

const TAKES: Readonly<Record<Filter, Taking>> = {
  mb: { types: ['number'], words: 'a number of MB' },
  ago: { types: ['time'], words: 'a time' },
  short: { types: ['string'], words: 'a text' },
  known: { types: ['string', 'time'], words: 'a text or a time' },
};

type ValueSegment = Extract<Segment, { kind: 'value' }>;

export type ParsedTemplate = { readonly template: Template } | { readonly faults: readonly Fault[] };

/** A template, or everything that is wrong with it. `safe`: it goes into a session, so words that people chose are refused. */
export function parseTemplate(source: string, names: Names, safe = false): ParsedTemplate {
  const parts = split(source).map((part) =>
    part.isValue ? parseValue(part.text, names, safe) : textSegment(part.text),
  );
  const segments = parts.flatMap((part) => ('kind' in part ? [part] : []));
  const faults = [...parts.flatMap((part) => ('kind' in part ? [] : [part])), ...faultsOfText(source, segments)];
  return faults.length > 0 ? { faults } : { template: { source, segments } };
}

interface Part {
  readonly text: string;
  readonly isValue: boolean;
}

function split(source: string): readonly Part[] {
  return source
    .split(/(\{\{.*?\}\})/s)
    .filter((text) => text !== '')
    .map((text) =>
      /^\{\{.*\}\}$/s.test(text) ? { text: text.slice(2, -2), isValue: true } : { text, isValue: false },
    );
}

function textSegment(text: string): Segment | Fault {
  if (!text.includes('{{') && !text.includes('}}')) return { kind: 'text', text };
  return { message: `${JSON.stringify(text.trim())} has a brace too many or too few.`, hint: '{{e.<field>}}' };
}

function faultsOfText(source: string, segments: readonly Segment[]): readonly Fault[] {
  const faults: Fault[] = [];
  if (/[\n\r]/.test(source)) {
    faults.push({ message: 'is more than one line.', hint: 'one line, and a runbook for the rest' });
  }
  const length = segments.reduce((sum, segment) => sum + (segment.kind === 'text' ? segment.text.length : 0), 0);
  if (length > MAX_RENDERED) {
    faults.push({ message: `is longer than ${MAX_RENDERED} characters.`, hint: 'a short text, and a runbook' });
  }
  return faults;
}

function parseValue(inside: string, names: Names, safe: boolean): ValueSegment | Fault {
  const [, root = '', name = '', filter] = /^\s*(\w+)\.(\w+)\s*(?:\|\s*(\w+)\s*)?$/.exec(inside) ?? [];
  if (root === '') return { message: `{{${inside}}} is not a path.`, hint: '{{e.<field>}} or {{e.<field> | ago}}' };
  if (!isRoot(root)) return { message: `{{${inside}}}: there is no "${root}".`, hint: nearest(root, ROOTS) };
  const type = lookUp(names, root, name);
  if (typeof type !== 'string') return type;
  if (type === 'map') return { message: `${root}.${name} is a table, not one value.`, hint: 'a field with one value' };
  if (safe && !isFact(names, root, name)) {
    return {
      message: `e.${name} carries words that people chose; they are not typed into a session.`,
      hint: 'ids and numbers only',
    };
  }
  return withFilter([root, name], type, filter);
}

function isFact(names: Names, root: Root, name: string): boolean {
  return root !== 'e' || names.union.fields.get(name)?.trust === 'fact';
}

function withFilter(path: readonly string[], type: FieldType, filter: string | undefined): ValueSegment | Fault {
  if (filter === undefined) return { kind: 'value', path, filter: null };
  const known = FILTERS.find((one) => one === filter);
  if (known === undefined) return { message: `there is no filter "${filter}".`, hint: nearest(filter, FILTERS) };
  if (TAKES[known].types.includes(type)) return { kind: 'value', path, filter: known };
  const where = path.join('.');
  return { message: `${known} takes ${TAKES[known].words}, and ${where} is none.`, hint: `{{${where}}}` };
}
