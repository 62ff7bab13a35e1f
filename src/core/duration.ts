/** Spans of time as people write them: `500ms`, `30s`, `9m30s`, `24h`, `7d`. */

import { DAY, HOUR, MINUTE, SECOND, type Millis } from './time.ts';

const UNITS: readonly (readonly [unit: string, ms: Millis])[] = [
  ['d', DAY],
  ['h', HOUR],
  ['m', MINUTE],
  ['s', SECOND],
  ['ms', 1],
];

const SHAPE = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s)?(?:(\d+)ms)?$/;

/** Milliseconds of a span such as `1h30m`; null when it is not one. Units go from large to small, each once. */
export function parseDuration(text: string): Millis | null {
  const match = SHAPE.exec(text);
  if (text === '' || match === null) return null;
  return UNITS.reduce((sum, [, ms], i) => sum + Number(match[i + 1] ?? 0) * ms, 0);
}

/** The two largest units of a span: `2d4h`, `9m30s`, `450ms`, `0s`. */
export function formatDuration(span: Millis): string {
  let rest = Math.max(0, Math.round(span));
  const parts: string[] = [];
  for (const [unit, ms] of UNITS) {
    const n = Math.floor(rest / ms);
    rest -= n * ms;
    if (n > 0 && !(unit === 'ms' && parts.length > 0)) parts.push(`${n}${unit}`);
    if (parts.length === 2) break;
  }
  return parts.length === 0 ? '0s' : parts.join('');
}
