/** Checks posted data against the catalogue, field by field, and says what to write instead. */

import { distance } from 'fastest-levenshtein';
import { EVENT_KINDS, fieldsOf, isEventKind, requiredOf, type EventKind } from '../core/catalog/catalog.ts';
import type { FieldSpec } from '../core/catalog/field.ts';
import { parseIso, toIso } from '../core/time.ts';
import { refuse, step, stop, type Step } from './answer.ts';

type Data = Readonly<Record<string, unknown>>;

/** The kind of that name; refuses another and names the nearest. */
export function checkKind(type: unknown): Step<EventKind> {
  if (typeof type === 'string' && isEventKind(type)) return step(type);
  if (typeof type !== 'string' || type === '') {
    return stop(refuse(400, 'kind', 'the attribute "type" is missing', `Write one of: ${EVENT_KINDS.join(', ')}.`));
  }
  const short = type.slice(0, 100);
  return stop(refuse(400, 'kind', `there is no kind "${short}"`, `Write: ${nearest(short, EVENT_KINDS)}`));
}

/** The data with times in UTC and free text cut; refuses unknown fields and wrong types. */
export function checkData(kind: EventKind, data: unknown): Step<Data> {
  if (data !== undefined && data !== null && !isRecord(data)) {
    return stop(refuse(400, 'data', 'the data is not a JSON object', `Write fields of ${kind}.`));
  }
  const specs = fieldsOf(kind);
  const checked: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(data ?? {})) {
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
    if (spec === undefined) return stop(unknownField(kind, name, Object.keys(specs)));
    const read = readValue(spec, value);
    if ('expected' in read) {
      const hint = `Write ${read.expected}: ${spec.doc}.`;
      return stop(refuse(400, 'data', `${kind}.${name} is ${describe(value)}`, hint));
    }
    checked[name] = read.value;
  }
  const missing = requiredOf(kind).find((name) => !Object.hasOwn(checked, name));
  return missing === undefined ? step(checked) : stop(missingField(kind, missing));
}

function missingField(kind: EventKind, name: string): ReturnType<typeof refuse> {
  const hint = `Write it: ${fieldsOf(kind)[name]?.doc ?? name}. What is left out counts as 0.`;
  return refuse(400, 'data', `${kind} has no ${name}`, hint);
}

function unknownField(kind: EventKind, name: string, names: readonly string[]): ReturnType<typeof refuse> {
  const short = name.slice(0, 100);
  return refuse(400, 'data', `${kind} has no field "${short}"`, `Write: ${nearest(short, names)}`);
}

/** The word that was meant; all of them when none is near. */
function nearest(word: string, words: readonly string[]): string {
  const [best = ''] = words.toSorted((a, b) => distance(word, a) - distance(word, b));
  return distance(word, best) <= Math.max(2, word.length / 3) ? best : `one of ${words.toSorted().join(', ')}`;
}

type Read = { readonly value: unknown } | { readonly expected: string };

const FACT_LIMIT = 256;
const TEXT_LIMIT = 4_096;
const LIST_LIMIT = 200;

function readValue(spec: FieldSpec, value: unknown): Read {
  switch (spec.type) {
    case 'string':
      return readText(spec, value);
    case 'number':
      return typeof value === 'number' ? { value } : { expected: 'a number' };
    case 'bool':
      return typeof value === 'boolean' ? { value } : { expected: 'true or false' };
    case 'time':
      return readTime(value);
    case 'strings':
      return isTexts(value) ? { value } : { expected: `a list of at most ${LIST_LIMIT} texts` };
    case 'map':
      return isRecord(value) && isTexts(Object.values(value)) ? { value } : { expected: 'an object of texts' };
  }
}

/** A fact may stand in a nudge, so it is one short line; free text is kept as far as there is room. */
function readText(spec: FieldSpec, value: unknown): Read {
  if (typeof value !== 'string') return { expected: 'a text' };
  if (spec.trust === 'untrusted') return { value: value.slice(0, TEXT_LIMIT).toWellFormed() };
  const limit = spec.trust === 'fact' ? FACT_LIMIT : TEXT_LIMIT;
  if (value.length > limit || (spec.trust === 'fact' && /\p{Cc}/u.test(value))) {
    return {
      expected: spec.trust === 'fact' ? `one line of at most ${limit} characters` : `at most ${limit} characters`,
    };
  }
  return { value: value.toWellFormed() };
}

function readTime(value: unknown): Read {
  if (value === '') return { value };
  const at = typeof value === 'string' ? parseIso(value) : null;
  return at === null ? { expected: 'a time such as 2026-01-31T12:00:00Z' } : { value: toIso(at) };
}

/** True for a JSON object. */
export function isRecord(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) &&
    value.length <= LIST_LIMIT &&
    value.every((item) => typeof item === 'string' && item.length <= TEXT_LIMIT)
  );
}

function describe(value: unknown): string {
  if (typeof value === 'string') return `the text ${JSON.stringify(value.slice(0, 60))}`;
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? 'a list' : 'an object';
}
