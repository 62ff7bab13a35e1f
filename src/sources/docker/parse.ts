/** One line of the engine's event stream. */

import type { Instant } from '../../core/time.ts';
import type { ObjectType } from '../../ports/docker.ts';
import { toInstant, type Nanos } from './nanos.ts';

/** What happened, as the engine said it. */
export interface EngineEvent {
  readonly type: 'container' | ObjectType;
  /** `start`, `die`, `health`, …; without what follows a colon. */
  readonly action: string;
  /** What follows the colon: `unhealthy`; `''` when nothing does. */
  readonly detail: string;
  /** Container, image or network id; a volume's name. */
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** When, exactly. */
  readonly nanos: Nanos;
  readonly at: Instant;
}

/** The fields of a line that are read; engines before API 1.52 send more. */
interface Line {
  readonly Type?: string;
  readonly Action?: string;
  readonly Actor?: { readonly ID?: string; readonly Attributes?: Readonly<Record<string, string>> | null };
  readonly time?: number;
  readonly timeNano?: number;
}

const CONTAINER_ACTIONS: ReadonlySet<string> = new Set(
  'create start die oom stop kill destroy pause unpause rename restart'.split(' '),
);
const OBJECT_ACTIONS: ReadonlySet<string> = new Set(
  'create destroy remove pull import load tag untag delete'.split(' '),
);

/** The event of a line; null when it is none, or not one of those that matter (exec, attach, mount, prune, …). */
export function parseLine(text: string): EngineEvent | null {
  const line = readLine(text);
  const id = line?.Actor?.ID ?? '';
  if (line === null || id === '') return null;
  const { action, detail } = splitAction(line.Action ?? '');
  const type = wantedType(line.Type, action);
  if (type === null) return null;
  const nanos = nanosOf(text, line);
  return { type, action, detail, id, attributes: line.Actor?.Attributes ?? {}, nanos, at: toInstant(nanos) };
}

function readLine(text: string): Line | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

/** `health_status: unhealthy` is action `health`, detail `unhealthy`. */
function splitAction(whole: string): { readonly action: string; readonly detail: string } {
  const colon = whole.indexOf(':');
  const verb = colon === -1 ? whole : whole.slice(0, colon);
  return {
    action: verb === 'health_status' ? 'health' : verb,
    detail: colon === -1 ? '' : whole.slice(colon + 1).trim(),
  };
}

function wantedType(type: string | undefined, action: string): EngineEvent['type'] | null {
  switch (type) {
    case 'container':
      return CONTAINER_ACTIONS.has(action) || action === 'health' ? type : null;
    case 'image':
    case 'volume':
    case 'network':
      return OBJECT_ACTIONS.has(action) ? type : null;
    default:
      return null;
  }
}

const KEY = '"timeNano":';

/** The digits as they stand in the line: parsed as a number they would lose the last two or three. */
function nanosOf(text: string, line: Line): Nanos {
  const start = text.lastIndexOf(KEY) + KEY.length;
  let end = start;
  while (isDigit(text.charCodeAt(end))) end += 1;
  const digits = text.slice(start, end);
  // A label may carry the same key; the number tells which of them was read.
  if (Number(digits) === line.timeNano) return digits;
  return line.timeNano === undefined ? `${line.time ?? 0}000000000` : String(BigInt(Math.round(line.timeNano)));
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
