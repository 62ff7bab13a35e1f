/** What the shape finds wrong, in words, with what to write instead. */

import * as z from 'zod';
import { isTable } from './document.ts';
import { nearest, type DocPath, type Fault, type Notebook } from './mistake.ts';

type Issue = z.core.$ZodIssue;

/** Hints for messages and words that a nearest name would not help with. */
export type Hints = ReadonlyMap<string, string>;

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text in quotes',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list in [ ]',
  object: 'a table',
  record: 'a table',
};

export interface ShapePlace {
  readonly notebook: Notebook;
  readonly hints: Hints;
  /** Where the values stand in their document. */
  readonly path: DocPath;
}

/** Values in their shape; null, and the mistakes in the notebook, when they do not fit. */
export function checkShape<S extends z.ZodType>(schema: S, doc: unknown, place: ShapePlace): z.infer<S> | null {
  const result = schema.safeParse(doc);
  if (result.success) return result.data;
  for (const issue of result.error.issues) note(issue, { schema, doc, ...place });
  return null;
}

interface Check extends ShapePlace {
  readonly schema: z.ZodType;
  readonly doc: unknown;
}

function note(issue: Issue, check: Check): void {
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  if (issue.code === 'unrecognized_keys') {
    const known = keysOf(check.schema, path, check.doc);
    for (const key of issue.keys) {
      check.notebook.add(
        [...check.path, ...path, key],
        'there is no such key.',
        check.hints.get(key) ?? (nearest(key, known) || `one of ${known.join(', ')}`),
      );
    }
    return;
  }
  const value = valueAt(check.doc, path);
  const { message, hint } = describe(issue, value, check.hints);
  check.notebook.add([...check.path, ...path], message, hint);
}

function describe(issue: Issue, value: unknown, hints: Hints): Fault {
  const name = String(issue.path.at(-1) ?? '');
  if (value === undefined) return { message: 'is missing.', hint: hints.get(`${name}?`) ?? missingHint(issue) };
  switch (issue.code) {
    case 'invalid_type':
      return ofType(issue, value, { name, hints });
    case 'invalid_value':
      return ofWord(value, issue.values.map(String), hints);
    case 'invalid_union':
      return ofUnion(issue, value, hints);
    case 'too_small':
      return {
        message: isEmpty(value) ? 'is empty.' : `${show(value)} is too small.`,
        hint: value === '' ? 'something between the quotes' : `at least ${issue.minimum}`,
      };
    case 'too_big':
      return { message: `${show(value)} is too big.`, hint: `at most ${issue.maximum}` };
    case 'invalid_key':
      return ofMessage(issue.issues[0]?.message ?? issue.message, name, hints);
    default:
      return ofMessage(issue.message, value, hints);
  }
}

interface Named {
  readonly name: string;
  readonly hints: Hints;
}

function ofType(issue: z.core.$ZodIssueInvalidType, value: unknown, { name, hints }: Named): Fault {
  const hint = hints.get(issue.message);
  if (hint !== undefined) return { message: `${show(value)} ${issue.message}.`, hint };
  const entries = issue.expected === 'array' ? hints.get(`${name}[]`) : undefined;
  return { message: `${show(value)} does not fit here.`, hint: entries ?? typeHint(issue.expected, value) };
}

function typeHint(expected: string, value: unknown): string {
  if (expected === 'string' && typeof value === 'number') return `"${value}"`;
  if (expected === 'array' && typeof value === 'string') return `[${show(value)}]`;
  return TYPES[expected] ?? expected;
}

function missingHint(issue: Issue): string {
  if (issue.code === 'invalid_value') return `one of ${issue.values.join(', ')}`;
  return issue.code === 'invalid_type' ? (TYPES[issue.expected] ?? '') : '';
}

function ofWord(value: unknown, known: readonly string[], hints: Hints): Fault {
  const hint = hints.get(String(value)) ?? (typeof value === 'string' ? nearest(value, known) : known.join(', '));
  return { message: `${show(value)} is not known here.`, hint };
}

function ofUnion(issue: z.core.$ZodIssueInvalidUnion, value: unknown, hints: Hints): Fault {
  if ('options' in issue && Array.isArray(issue.options)) return ofWord(value, issue.options.map(String), hints);
  const inner = issue.errors.flat();
  const said = inner.find((one) => hints.has(one.message));
  if (said !== undefined && typeof value === 'string') return ofMessage(said.message, value, hints);
  const types = inner.flatMap((one) => (one.code === 'invalid_type' ? [TYPES[one.expected] ?? one.expected] : []));
  return { message: `${show(value)} does not fit here.`, hint: types.join(', or ') };
}

function ofMessage(message: string, value: unknown, hints: Hints): Fault {
  return { message: `${show(value)} ${message}.`, hint: hints.get(message) ?? '' };
}

function isEmpty(value: unknown): boolean {
  return value === '' || (Array.isArray(value) && value.length === 0);
}

function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Date) return value.toISOString();
  return isTable(value) ? 'a table' : JSON.stringify(value);
}

function valueAt(doc: unknown, path: DocPath): unknown {
  return path.reduce<unknown>((at, part) => {
    if (Array.isArray(at)) return at[Number(part)];
    return isTable(at) ? at[String(part)] : undefined;
  }, doc);
}

/** The keys that a table at a path may have. */
function keysOf(schema: z.ZodType, path: DocPath, doc: unknown): readonly string[] {
  const at = path.reduce<z.ZodType | undefined>(
    (inner, part, i) => (inner === undefined ? undefined : child(inner, part, valueAt(doc, path.slice(0, i)))),
    schema,
  );
  if (at === undefined) return [];
  const table = open(at, valueAt(doc, path));
  return table instanceof z.ZodObject ? Object.keys(table.shape) : [];
}

function child(schema: z.ZodType, part: string | number, value: unknown): z.ZodType | undefined {
  const inner = open(schema, value);
  if (inner instanceof z.ZodArray) return asType(inner.element);
  if (inner instanceof z.ZodRecord) return asType(inner.valueType);
  return inner instanceof z.ZodObject ? asType(inner.shape[part]) : undefined;
}

/** What stands behind `optional`, and the branch of a union that the value has chosen. */
function open(schema: z.ZodType, value: unknown): z.ZodType {
  if (schema instanceof z.ZodOptional) return open(asType(schema.unwrap()) ?? schema, value);
  if (!(schema instanceof z.ZodDiscriminatedUnion)) return schema;
  const tag = schema.def.discriminator;
  const chosen = isTable(value) ? value[tag] : undefined;
  const branches = schema.options.flatMap((option) => (option instanceof z.ZodObject ? [option] : []));
  return branches.find((branch) => asType(branch.shape[tag])?.safeParse(chosen).success === true) ?? schema;
}

function asType(value: unknown): z.ZodType | undefined {
  return value instanceof z.ZodType ? value : undefined;
}
