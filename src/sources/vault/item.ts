/** One item of the vault, whatever its shape: what its file says, and what its folder makes of it. Pure. */

import { parseAction, plain, type Reading } from './action.ts';
import { parseTier } from './policy.ts';

export const FOLDERS = ['pending', 'approved', 'fired', 'rejected', 'withdrawn', 'actions'] as const;
export type Folder = (typeof FOLDERS)[number];

export type ItemState = 'pending' | 'approved' | 'fired' | 'failed' | 'rejected' | 'withdrawn';

/** The id that a file name gives an item; null when it is none, such as the result of an action. */
export function idOf(name: string): string | null {
  if (name.startsWith('.') || name.endsWith('.result.json') || name === 'README.md') return null;
  return /^(.+)\.(?:md|toml|json)$/.exec(name)?.[1] ?? null;
}

/** Reads an item by the ending of its name. */
export function readItem(name: string, text: string, formulas: ReadonlySet<string> | null): Reading {
  if (name.endsWith('.toml')) return parseAction(text, idOf(name) ?? '', formulas);
  return name.endsWith('.json') ? parseLegacy(text) : parseRequest(text);
}

const SECTIONS = ['What', 'Why', 'Unblocks'];

function parseRequest(text: string): Reading {
  const title = plain(/^# (.+)$/m.exec(text)?.[1] ?? '');
  const headings = new Set(text.split('\n').flatMap((line) => /^## (.+?)\s*$/.exec(line)?.[1] ?? []));
  const missing = SECTIONS.find((section) => !headings.has(section));
  const noSection = missing === undefined ? '' : `it has no section "## ${missing}"`;
  const claimed = parseTier(/^- Blast radius: (low|medium|high)\s*$/m.exec(text)?.[1] ?? '') ?? '';
  return {
    shape: 'request',
    reason: title === '' ? 'it has no title: a first line "# …"' : noSection,
    title,
    formula: '',
    claimed,
  };
}

interface LegacyJson {
  readonly id?: unknown;
  readonly type?: unknown;
}

function parseLegacy(text: string): Reading {
  const json = parseJson(text) as LegacyJson | null;
  const reading: Reading = { shape: 'legacy', reason: '', title: '', formula: '', claimed: '' };
  if (typeof json?.id === 'string' && typeof json.type === 'string') {
    return { ...reading, title: plain(`${json.type} ${json.id}`) };
  }
  return { ...reading, reason: 'it is not JSON with an id and a type' };
}

/** The exit code in the result of an action; null when it is none. */
export function parseExitCode(text: string): number | null {
  const json = parseJson(text) as { readonly exit_code?: unknown } | null;
  return typeof json?.exit_code === 'number' ? json.exit_code : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/** What an item's folder makes of it. An action in its folder was merged, so it is approved; it fires when its result is there. */
export function stateOf(folder: Folder, shape: Reading['shape'], exitCode: number | null): ItemState {
  if (folder !== 'actions') return folder;
  if (exitCode !== null) return exitCode === 0 ? 'fired' : 'failed';
  return shape === 'human_only' ? 'pending' : 'approved';
}

/** When an id is in more than one folder, the state that is further on counts. */
export function isFurther(state: string, than: string): boolean {
  return PROGRESS.indexOf(state) > PROGRESS.indexOf(than);
}

const PROGRESS: readonly string[] = ['pending', 'approved', 'withdrawn', 'rejected', 'failed', 'fired'];
