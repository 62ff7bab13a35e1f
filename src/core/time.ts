/** Points and spans of time, as the whole house writes them. */

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;

/** A span in milliseconds. */
export type Millis = number;

export const SECOND: Millis = 1_000;
export const MINUTE: Millis = 60 * SECOND;
export const HOUR: Millis = 60 * MINUTE;
export const DAY: Millis = 24 * HOUR;

/** An instant as ISO 8601 in UTC with milliseconds; `''` stands for "not known". */
export function toIso(at: Instant | null): string {
  return at === null ? '' : new Date(at).toISOString();
}

/** An instant as ISO 8601 in UTC to the second, as the factory writes it: `2026-01-01T00:10:00Z`. */
export function toIsoSeconds(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/**
 * The instant of an ISO 8601 date-time that names its offset; null when it is anything else.
 * Strict on purpose: a date that is guessed at ages a thing by decades.
 */
export function parseIso(text: string): Instant | null {
  if (!ISO.test(text) || !isDay(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

/** `Date.parse` takes the 30th of February for the 2nd of March. */
function isDay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;
