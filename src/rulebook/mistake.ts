/** Mistakes in a document while they are being collected: where in the document, not yet on which line. */

import { closest, distance } from 'fastest-levenshtein';

export type DocPath = readonly (string | number)[];

export interface Mistake {
  readonly file: string;
  readonly path: DocPath;
  readonly key: string;
  readonly message: string;
  readonly hint: string;
  /** 1-based where the parser said it; 0: to be looked up by `path`. */
  readonly line: number;
}

/** What is wrong with one value, before anybody says where it stands. */
export interface Fault {
  readonly message: string;
  readonly hint: string;
}

/** Collects the mistakes of one document. */
export interface Notebook {
  readonly file: string;
  readonly mistakes: Mistake[];
  add(path: DocPath, message: string, hint?: string): void;
}

/** A text and the name under which people know it. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
}

/** An empty notebook for a document; `doc` is what was parsed, to name tables by their ids. */
export function openNotebook(file: string, doc: unknown): Notebook {
  const mistakes: Mistake[] = [];
  return {
    file,
    mistakes,
    add: (path, message, hint = '') => {
      mistakes.push({ file, path, key: keyOf(path, doc), message, hint, line: 0 });
    },
  };
}

/** The right word nearest to a wrong one; all of them when none is nearest and they are few; `''` when nobody can tell. */
export function nearest(word: string, known: readonly string[]): string {
  const [only] = known;
  if (only === undefined) return '';
  if (known.length === 1) return only;
  const best = closest(word, known);
  const far = distance(word, best);
  const isAlone = known.every((one) => one === best || distance(word, one) > far);
  if (isAlone && (isTypo(word, best, far) || isSwap(word, best))) return best;
  const part = known.find((one) => word.length > 3 && (one.includes(word) || word.includes(one)));
  if (part !== undefined) return part;
  return known.length <= 8 ? `one of ${known.join(', ')}` : '';
}

/** One slip in three letters, and never all of them. */
function isTypo(word: string, right: string, far: number): boolean {
  return far <= Math.max(1, Math.floor(word.length / 3)) && far < Math.max(word.length, right.length);
}

function isSwap(word: string, right: string): boolean {
  return word.split('').toSorted().join('') === right.split('').toSorted().join('');
}

/** A path as people write it: `rule.disk-high.do[2].tier`. Tables of `[[rule]]` are named by their id. */
function keyOf(path: DocPath, doc: unknown): string {
  let at: unknown = doc;
  let key = '';
  for (const part of path) {
    at = step(at, part);
    if (typeof part === 'string') key = key === '' ? part : `${key}.${part}`;
    else key += nameOf(at, key) ?? `[${part + 1}]`;
  }
  return key;
}

/** The key that names a table of a list. */
const NAMED_BY: ReadonlyMap<string, string> = new Map([
  ['rule', 'id'],
  ['exception', 'rule'],
]);

function nameOf(table: unknown, list: string): string | null {
  const named = NAMED_BY.get(list);
  const id = named === undefined ? null : step(table, named);
  return typeof id === 'string' && id !== '' ? `.${id}` : null;
}

function step(value: unknown, part: string | number): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([name]) => name === String(part))?.[1];
}
