/** The status line of an agent, the result of its last run, and the file names of both. Pure. */

import { parseIso, type Instant } from '../../core/time.ts';

export interface StatusName {
  readonly role: string;
  /** `''` for an agent that has one status for all projects. */
  readonly project: string;
}

const PROJECT = '[A-Za-z0-9][A-Za-z0-9._-]{0,63}';
const STATUS_NAMES: readonly (readonly [name: RegExp, role: string])[] = [
  [new RegExp(`^dev-agent-status-(${PROJECT})$`), 'dev'],
  [/^dev-agent-status$/, 'dev'],
  [new RegExp(`^(${PROJECT})-review-status$`), 'review'],
  [/^supervisor-status$/, 'supervisor'],
];

/** Whose status a file is; null when it is none. */
export function parseStatusName(name: string): StatusName | null {
  for (const [shape, role] of STATUS_NAMES) {
    const match = shape.exec(name);
    if (match !== null) return { role, project: match[1] ?? '' };
  }
  return null;
}

export interface Status {
  readonly at: Instant;
  /** Issue, or pull request of a review; 0 when the line names none. */
  readonly number: number;
  readonly text: string;
}

const LINE = /^\[(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(?: UTC|Z)\] ?[A-Za-z][\w-]*(?: #([1-9]\d{0,8}))?: ?(.*)$/;
const LONGEST = 200;

/** `[2026-01-01 10:00:00 UTC] dev-agent #42: what it does`; null for anything else, for a time that is guessed at ages a thing by decades. */
export function parseStatus(content: string): Status | null {
  const match = LINE.exec(content.split('\n', 1)[0] ?? '');
  if (match === null) return null;
  const [, day, time, number = '0', text = ''] = match;
  const at = parseIso(`${day}T${time}Z`);
  const plain = text.replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ').trim();
  return at === null ? null : { at, number: Number(number), text: plain.slice(0, LONGEST).toWellFormed() };
}

const WAITS = /\b(?:wait|await|poll|pending)\w*\b/i;
const FOR: readonly (readonly [what: RegExp, name: string])[] = [
  [/\b(?:human|escalat\w*|operator|approval)\b/i, 'human'],
  [/\breview\w*\b/i, 'review'],
  [/\b(?:ci|pipeline|checks?)\b/i, 'ci'],
  [/\bmerg\w*\b/i, 'merge'],
];

/** What a status says that the agent waits for: ci, review, human, merge; `''` when it says nothing of waiting. */
export function waitsFor(text: string): string {
  if (!WAITS.test(text)) return '';
  const wait = text.slice(WAITS.exec(text)?.index ?? 0);
  return FOR.find(([what]) => what.test(wait))?.[1] ?? '';
}

export interface RunResult {
  /** Session id that `claude -p` gave. */
  readonly session: string;
  readonly result: 'ok' | 'error';
  /** `error_max_turns`; `''` when ok. */
  readonly error: string;
}

interface ResultJson {
  readonly type?: unknown;
  readonly subtype?: unknown;
  readonly is_error?: unknown;
  readonly session_id?: unknown;
}

/** The last result of a run as `claude -p --output-format json` printed it; null when it is none. What it answered is not kept. */
export function parseResult(content: string): RunResult | null {
  const last = lastOf(content);
  if (last?.type !== 'result' || typeof last.session_id !== 'string') return null;
  const subtype = typeof last.subtype === 'string' && /^[a-z_]{1,60}$/.test(last.subtype) ? last.subtype : '';
  const isOk = last.is_error !== true && (subtype === 'success' || subtype === '');
  return { session: last.session_id, result: isOk ? 'ok' : 'error', error: isOk ? '' : errorName(subtype) };
}

const errorName = (subtype: string): string => (subtype === '' || subtype === 'success' ? 'error' : subtype);

/** One object, or with `--verbose` a list that ends with it. */
function lastOf(content: string): ResultJson | null {
  try {
    const json = JSON.parse(content.trim()) as ResultJson | ResultJson[] | null;
    return Array.isArray(json) ? (json.at(-1) ?? null) : json;
  } catch {
    return null;
  }
}

/** The session id in a `.sid` file; `''` when it holds none. It opens the transcript, and goes into no event. */
export function parseSessionId(content: string): string {
  const id = content.trim();
  return /^[A-Za-z0-9-]{8,64}$/.test(id) ? id : '';
}

/** When a hook left its marker: the epoch second in it, else the time of the file. */
export function parseMarkerTime(content: string, modified: Instant): Instant {
  const match = /^(\d{9,11})\b/.exec(content.trim());
  return match === null ? modified : Number(match[1]) * 1000;
}
