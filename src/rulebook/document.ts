/** TOML text to plain values, and mistakes to problems with lines. */

import { parse, TomlError } from 'smol-toml';
import type { Problem } from '../core/problem.ts';
import type { DocPath, Mistake, SourceText } from './mistake.ts';

export type Table = Readonly<Record<string, unknown>>;

/** The values of a TOML document, or the mistake that keeps it from being one. */
export function readDocument({ file, text }: SourceText): { readonly doc: Table } | { readonly mistake: Mistake } {
  try {
    return { doc: parse(text) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [first = ''] = error.message.split('\n');
    const message = `this is not TOML: ${first.replace(/^Invalid TOML document: /, '')}`;
    return { mistake: { file, path: [], key: '', message, hint: '', line: error.line } };
  }
}

/** True for a table, and not for a list or a date. */
export function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/**
 * Mistakes as problems, with the line of the deepest key that stands in the text.
 * The parser that knows lines is only loaded when there is something to look up.
 */
export async function locate(mistakes: readonly Mistake[], texts: readonly SourceText[]): Promise<readonly Problem[]> {
  if (mistakes.length === 0) return [];
  const { linesOf } = await import('./lines.ts');
  const lines = new Map<string, (path: DocPath) => number>();
  const lineOf = ({ file, path, line }: Mistake): number => {
    if (line > 0) return line;
    const source = texts.find((text) => text.file === file);
    if (source === undefined) return 0;
    const known = lines.get(file) ?? linesOf(source.text);
    lines.set(file, known);
    return known(path);
  };
  return mistakes.map((mistake) => ({
    file: mistake.file,
    line: lineOf(mistake),
    key: mistake.key,
    message: mistake.message,
    hint: mistake.hint,
  }));
}

/** The lines of the headers `[[name]]`, in order. Cheap, for what is needed even when nothing is wrong. */
export function headerLines(text: string, name: string): readonly number[] {
  const header = new RegExp(`^\\s*\\[\\[\\s*${name}\\s*\\]\\]`);
  return text.split('\n').flatMap((line, i) => (header.test(line) ? [i + 1] : []));
}
