/** Walks the parts of a TOML file that the operator makes up the keys of, and collects what is wrong with them. */

import { distance } from 'fastest-levenshtein';
import type { Problem } from '../core/problem.ts';
import type { Parse } from './parsed.ts';
import { isTable, type Table, type TomlDocument } from './toml.ts';

export type Path = readonly string[];

export interface Checker {
  readonly problems: readonly Problem[];
  complain(path: Path, message: string, hint: string): void;
  /** The value, read; null when it is wrong, which is then among the problems. */
  read<T>(path: Path, raw: unknown, parse: Parse<T>): T | null;
  /** The tables in a table, by name; a table that is missing has none. */
  tablesIn(path: Path): readonly (readonly [name: string, table: Table])[];
  /** Complains about every key of a table that is none of the known ones. */
  only(path: Path, table: Table, known: readonly string[]): void;
}

/** A checker over one document. */
export function openChecker(document: TomlDocument): Checker {
  const problems: Problem[] = [];

  const complain = (path: Path, message: string, hint: string): void => {
    problems.push({ file: document.file, line: document.lineOf(path), key: path.join('.'), message, hint });
  };

  const asTable = (path: Path, raw: unknown): Table | null => {
    if (isTable(raw)) return raw;
    if (raw !== undefined) complain(path, 'is not a table', `[${path.join('.')}]`);
    return null;
  };

  return {
    problems,
    complain,
    read: (path, raw, parse) => {
      const parsed = parse(raw, '');
      if (parsed.ok) return parsed.value;
      complain(path, parsed.message, parsed.hint);
      return null;
    },
    tablesIn: (path) => {
      const outer = path.reduce<Table>(
        (table, name, i) => asTable(path.slice(0, i + 1), table[name]) ?? {},
        document.root,
      );
      return Object.entries(outer).flatMap(([name, raw]) => {
        const table = asTable([...path, name], raw);
        return table === null ? [] : [[name, table] as const];
      });
    },
    only: (path, table, known) => {
      const strangers = Object.keys(table).filter((name) => !known.includes(name));
      strangers.forEach((name) => complain([...path, name], 'is not a key', nearest(name, known)));
    },
  };
}

/** The known word that is meant; all of them when none is near. */
export function nearest(word: string, known: readonly string[]): string {
  const near = known.filter((other) => distance(word, other) <= Math.max(2, word.length / 3));
  const best = near.toSorted((a, b) => distance(word, a) - distance(word, b))[0];
  return best ?? known.toSorted().join(', ');
}
