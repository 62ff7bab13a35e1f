/**
 * An action of the vault, read as the factory's dispatcher reads it: line by line, one line a value, double quotes only. Table headers mean
 * nothing to it, and keys below them are checked all the same. Pure.
 */

import { parseTier } from './policy.ts';

export interface Reading {
  readonly shape: 'request' | 'action' | 'human_only' | 'legacy';
  /** What is wrong with it, `''` when nothing is. */
  readonly reason: string;
  readonly title: string;
  readonly formula: string;
  /** The tier that it claims; `''` when it claims none. */
  readonly claimed: 'low' | 'medium' | 'high' | '';
}

const LEGAL = [
  'id',
  'formula',
  'context',
  'secrets',
  'mounts',
  'model',
  'tools',
  'timeout_minutes',
  'dispatch_mode',
  'blast_radius',
];
const NEEDED = ['id', 'formula', 'context', 'secrets'];
const SECRETS = ['CLAWHUB_TOKEN', 'GITHUB_TOKEN', 'CODEBERG_TOKEN', 'DEPLOY_KEY', 'NPM_TOKEN', 'DOCKER_HUB_TOKEN'];
const MOUNTS = ['ssh', 'gpg', 'sops'];
const LONGEST_TITLE = 160;

/** Reads `vault/actions/<id>.toml`. `formulas` are those that exist, null when that is not known. */
export function parseAction(text: string, id: string, formulas: ReadonlySet<string> | null): Reading {
  const keys = readKeys(text);
  const formula = stringOf(keys.get('formula'));
  const title = plain(stringOf(keys.get('context')) || stringOf(keys.get('title')));
  const claimed = parseTier(stringOf(keys.get('blast_radius'))) ?? '';
  if (formula === '') return { shape: 'human_only', reason: humanReason(keys), title, formula, claimed };
  return { shape: 'action', reason: flawOf(keys, id, formulas), title, formula, claimed };
}

type Keys = ReadonlyMap<string, string>;

function readKeys(text: string): Keys {
  const keys = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^([A-Za-z_][A-Za-z0-9_-]*)\s*=\s*(.*)$/.exec(line.trimEnd());
    if (match !== null && !keys.has(match[1] ?? '')) keys.set(match[1] ?? '', match[2] ?? '');
  }
  return keys;
}

const stringOf = (value: string | undefined): string => /^"([^"]*)"\s*(?:#.*)?$/.exec(value ?? '')?.[1] ?? '';

function listOf(value: string | undefined): readonly string[] | null {
  const inner = /^\[(.*)\]\s*(?:#.*)?$/.exec(value ?? '')?.[1];
  if (inner === undefined) return null;
  return inner
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
    .map(stringOf);
}

function humanReason(keys: Keys): string {
  const foreign = [...keys.keys()].find((key) => !LEGAL.includes(key));
  const why = foreign === undefined ? '' : `, and has the key ${foreign}, which an action cannot have`;
  return `it names no formula${why}: only a person can do it`;
}

function flawOf(keys: Keys, id: string, formulas: ReadonlySet<string> | null): string {
  const foreign = [...keys.keys()].find((key) => !LEGAL.includes(key));
  if (foreign !== undefined) return `${plain(foreign)} is no key of an action: write one of ${LEGAL.join(', ')}`;
  const missing = NEEDED.find((key) => !keys.has(key));
  if (missing !== undefined) return `${missing} is missing`;
  return CHECKS.map((check) => check(keys, id, formulas)).find((flaw) => flaw !== '') ?? '';
}

type Check = (keys: Keys, id: string, formulas: ReadonlySet<string> | null) => string;

const CHECKS: readonly Check[] = [
  (keys, id) => (stringOf(keys.get('id')) === id ? '' : `id is not ${id}, the name of its file`),
  (keys) => (stringOf(keys.get('context')) === '' ? 'context is not a text in double quotes on one line' : ''),
  (keys, _, formulas) =>
    formulas === null || formulas.has(stringOf(keys.get('formula'))) ? '' : 'there is no formula of that name',
  (keys) => listFlaw('secrets', keys, SECRETS),
  (keys) => listFlaw('mounts', keys, MOUNTS),
  (keys) => {
    const minutes = keys.get('timeout_minutes');
    return minutes === undefined || /^[1-9]\d{0,5}\s*(?:#.*)?$/.test(minutes)
      ? ''
      : 'timeout_minutes is not a number above 0';
  },
  (keys) => wordFlaw('dispatch_mode', keys, ['direct', 'pr']),
  (keys) => wordFlaw('blast_radius', keys, ['low', 'medium', 'high']),
];

function listFlaw(key: string, keys: Keys, allowed: readonly string[]): string {
  if (!keys.has(key)) return '';
  const list = listOf(keys.get(key));
  if (list === null) return `${key} is not a list on one line`;
  return list.every((item) => allowed.includes(item)) ? '' : `${key} may hold ${allowed.join(', ')}`;
}

function wordFlaw(key: string, keys: Keys, allowed: readonly string[]): string {
  return !keys.has(key) || allowed.includes(stringOf(keys.get(key))) ? '' : `${key} is none of ${allowed.join(', ')}`;
}

/** One line of printable text, shortened. */
export function plain(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ')
    .trim()
    .slice(0, LONGEST_TITLE)
    .toWellFormed();
}
