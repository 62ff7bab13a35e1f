/** Keys of `reactor.toml` and names of the environment that no setting has: most often a slip of the pen, so the right words are named. */

import { nearest, type Checker, type Path } from './checker.ts';
import type { Environment } from './lookup.ts';
import { KNOWN_KEYS, OPEN_TABLES, SETTINGS } from './settings.ts';
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

/** Names of ours that only Compose files and tests read. */
const NOT_OURS = /^REACTOR_(?:CONTEXT|CONFIG_FOLDER|OPS|USER|TEST_\w+)$/;

/** Every `REACTOR_` name that is set and that nothing reads, with those that something does. */
export function strangeNames(env: Environment): {
  readonly strange: readonly string[];
  readonly known: readonly string[];
} {
  const names = Object.values(SETTINGS).flatMap(({ env: name, secret }) => {
    if (name === null || !name.startsWith('REACTOR_')) return [];
    return secret ? [name, `${name}_FILE`] : [name];
  });
  const known = [...names, 'REACTOR_CONFIG'].toSorted();
  const isStrange = (name: string): boolean =>
    name.startsWith('REACTOR_') && !known.includes(name) && !NOT_OURS.test(name);
  return { strange: Object.keys(env).filter(isStrange).toSorted(), known };
}

/** The names that a table may hold. */
function namesIn(path: Path): readonly string[] {
  const keys = ALL_KEYS.map((key) => key.split('.')).filter((key) => path.every((name, i) => key[i] === name));
  return [...new Set(keys.flatMap((key) => key.slice(path.length, path.length + 1)))];
}
