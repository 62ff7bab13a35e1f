/** A TOML file as values, with the line each key stands on. */

import { parse, TomlError } from 'smol-toml';
import { ParseError, parseTOML, type AST } from 'toml-eslint-parser';
import type { Problem } from '../core/problem.ts';

export type Table = Readonly<Record<string, unknown>>;

export interface TomlDocument {
  readonly file: string;
  readonly root: Table;
  /** The line of a key, by its path; of the nearest table around it when the key has none; 0 when nothing is known. */
  lineOf(path: readonly string[]): number;
}

/** Reads a TOML text; the problem says where it is not TOML. */
export function parseToml(file: string, text: string): TomlDocument | Problem {
  try {
    // The values come from this parser: the other one can be made to write into Object.prototype.
    const root = parse(text);
    const lines = linesOf(parseTOML(text));
    return { file, root, lineOf: (path) => lineOf(lines, path) };
  } catch (error) {
    return { file, line: lineIn(error), key: '', message: `is not TOML: ${reasonOf(error)}`, hint: '' };
  }
}

/** A file with nothing in it. */
export function emptyToml(file: string): TomlDocument {
  return { file, root: {}, lineOf: () => 0 };
}

/** True for a table, false for a list, a date and everything simple. */
export function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function linesOf(program: AST.TOMLProgram): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  const note = (path: readonly (string | number)[], node: AST.TOMLNode): void => {
    if (!lines.has(path.join('\0'))) lines.set(path.join('\0'), node.loc.start.line);
  };
  const walk = (path: readonly (string | number)[], node: AST.TOMLKeyValue): void => {
    const here = [...path, ...node.key.keys.map(keyOf)];
    note(here, node);
    if (node.value.type === 'TOMLInlineTable') node.value.body.forEach((inner) => walk(here, inner));
  };
  for (const node of program.body[0].body) {
    if (node.type === 'TOMLKeyValue') {
      walk([], node);
    } else {
      note(node.resolvedKey, node);
      node.body.forEach((inner) => walk(node.resolvedKey, inner));
    }
  }
  return lines;
}

function lineOf(lines: ReadonlyMap<string, number>, path: readonly string[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const line = lines.get(path.slice(0, length).join('\0'));
    if (line !== undefined) return line;
  }
  return 0;
}

const keyOf = (key: AST.TOMLBare | AST.TOMLQuoted): string => (key.type === 'TOMLBare' ? key.name : key.value);

/** The first line alone: the others quote the file, and a file may hold secrets. */
const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message.replace(/^Invalid TOML document: /, '').replace(/\n[^]*/, '') : '';

function lineIn(error: unknown): number {
  if (error instanceof ParseError) return error.lineNumber;
  return error instanceof TomlError ? error.line : 0;
}
