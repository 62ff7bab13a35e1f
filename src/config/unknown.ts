/** Keys of `reactor.toml` that no setting has: most often a slip of the pen, so the nearest right word is named. */

import { nearest, type Checker, type Path } from './checker.ts';
import { KNOWN_KEYS, OPEN_TABLES } from './settings.ts';
import { isTable, type Table } from './toml.ts';

const ALL_KEYS: readonly string[] = [...KNOWN_KEYS, ...OPEN_TABLES];

/** Complains about every key that means nothing; about a wrong table once, not once for each key in it. */
export function checkKeys(check: Checker, table: Table, path: Path = []): void {
  for (const [name, value] of Object.entries(table)) {
    const here = [...path, name];
    const key = here.join('.');
    if (ALL_KEYS.includes(key)) continue;
    if (!ALL_KEYS.some((known) => known.startsWith(`${key}.`))) {
      check.complain(here, 'is not a key', nearest(name, namesIn(path)));
    } else if (isTable(value)) {
      checkKeys(check, value, here);
    } else {
      check.complain(here, 'is not a table', `[${key}]`);
    }
  }
}

/** The names that a table may hold. */
function namesIn(path: Path): readonly string[] {
  const keys = ALL_KEYS.map((key) => key.split('.')).filter((key) => path.every((name, i) => key[i] === name));
  return [...new Set(keys.flatMap((key) => key.slice(path.length, path.length + 1)))];
}
