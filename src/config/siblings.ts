/** `[siblings.<stack>]`: who answers for the stacks that are not the factory's. */

import type { Sibling } from '../core/owner.ts';
import type { Checker } from './checker.ts';
import { parseRoom, parseText } from './parsed.ts';

const KEYS = ['owner', 'contact', 'repo', 'note', 'room'];

/** Siblings by stack. Keys beyond ours are tolerated unless `strict`: project files are not ours alone. */
export function readSiblings(check: Checker, strict: boolean): ReadonlyMap<string, Sibling> {
  const siblings = new Map<string, Sibling>();
  for (const [stack, table] of check.tablesIn(['siblings'])) {
    const path = ['siblings', stack];
    const text = (name: string, parse = parseText): string =>
      table[name] === undefined || table[name] === '' ? '' : (check.read([...path, name], table[name], parse) ?? '');
    if (strict) check.only(path, table, KEYS);
    if (table['owner'] === undefined) check.complain(path, 'names no owner', 'owner = "@name"');
    siblings.set(stack, {
      owner: text('owner'),
      contact: text('contact'),
      repo: text('repo'),
      note: text('note'),
      room: text('room', parseRoom),
    });
  }
  return siblings;
}
