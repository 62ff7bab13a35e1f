/** Reads single fields out of a webhook body that may hold anything, and remembers what was missing. */

import { parseIso, toIso } from '../../core/time.ts';

export interface Fields {
  /** Text chosen by people, cut to `limit` characters; `''` when there is none. */
  words(path: string, limit?: number): string;
  /** Text out of a closed alphabet; `''` when there is none or it has other signs in it. */
  fact(path: string, shape: RegExp): string;
  /** The same, but its absence makes the body useless. */
  needFact(path: string, shape: RegExp): string;
  /** A whole number of 0 or more; 0 when there is none. */
  number(path: string): number;
  needNumber(path: string): number;
  /** The number at the first path that has one. */
  needNumberOf(paths: readonly string[]): number;
  bool(path: string): boolean;
  /** ISO 8601 UTC; `''` when there is none, and for the zero time that Go writes. */
  time(path: string): string;
  has(path: string): boolean;
  list(path: string): readonly Fields[];
  at(path: string): Fields;
  /** Paths that were needed and not there, in the order in which they were asked for. */
  readonly missing: readonly string[];
}

export const REPO = /^[\w.-]{1,100}\/[\w.-]{1,100}$/;
export const SHA = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
export const NAME = /^[a-z][a-z_]{0,39}$/;

const WORDS_LIMIT = 512;

/** Fields of a parsed JSON value. */
export function fieldsOf(value: unknown): Fields {
  return reader(value, '', []);
}

function reader(root: unknown, prefix: string, missing: string[]): Fields {
  const at = (path: string): unknown => walk(root, path);
  const need = <T>(paths: readonly string[], value: T, absent: T): T => {
    if (value === absent) missing.push(paths.map((path) => prefix + path).join(' or '));
    return value;
  };
  const fact = (path: string, shape: RegExp): string => {
    const value = at(path);
    return typeof value === 'string' && shape.test(value) ? value : '';
  };
  const number = (path: string): number => {
    const value = at(path);
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;
  };
  const numberOf = (paths: readonly string[]): number => paths.map(number).find((value) => value !== 0) ?? 0;
  return {
    words: (path, limit = WORDS_LIMIT) => cut(at(path), limit),
    fact,
    needFact: (path, shape) => need([path], fact(path, shape), ''),
    number,
    needNumber: (path) => need([path], number(path), 0),
    needNumberOf: (paths) => need(paths, numberOf(paths), 0),
    bool: (path) => at(path) === true,
    time: (path) => isoOf(at(path)),
    has: (path) => at(path) !== undefined && at(path) !== null,
    list: (path) => listOf(at(path)).map((item) => reader(item, `${prefix}${path}[].`, missing)),
    at: (path) => reader(at(path), `${prefix}${path}.`, missing),
    missing,
  };
}

function walk(root: unknown, path: string): unknown {
  let value = root;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}

/** Text cut to `limit` characters, half a character never left over; `''` for anything else. */
export function cut(value: unknown, limit: number): string {
  if (typeof value !== 'string') return '';
  return value.length <= limit ? value : value.slice(0, limit).toWellFormed();
}

function isoOf(value: unknown): string {
  const at = typeof value === 'string' ? parseIso(value) : null;
  return at === null || at <= 0 ? '' : toIso(at);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
