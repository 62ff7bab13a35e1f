/** The filters of templates: `mb`, `ago`, `short`, `known`. */

import type { Filter } from '../core/template.ts';
import { HOUR, MINUTE, DAY, parseIso, SECOND, type Instant, type Millis } from '../core/time.ts';

/** A value of a template before it is text. */
export type Shown = string | number | boolean | readonly string[];

const SHORT = 12;

/** A value as a filter shows it. A value that the filter cannot read is shown as it is. */
export function applyFilter(filter: Filter, value: Shown, now: Instant): string {
  switch (filter) {
    case 'mb':
      return typeof value === 'number' ? size(value) : '';
    case 'ago':
      return ago(String(value), now);
    case 'short':
      return String(value).slice(0, SHORT);
    case 'known':
      return String(value) === '' ? 'not known' : String(value);
  }
}

/** 1536 → `1.5 GB`. */
function size(mb: number): string {
  const steps = ['MB', 'GB', 'TB'];
  const power = mb < 1024 ? 0 : Math.min(steps.length - 1, Math.floor(Math.log2(mb) / 10));
  const amount = mb / 1024 ** power;
  return `${power === 0 ? Math.round(amount) : Math.round(amount * 10) / 10} ${steps[power]}`;
}

/** An ISO time → `25h ago`: one unit, the largest of which there are at least two. */
function ago(text: string, now: Instant): string {
  const at = parseIso(text);
  if (at === null) return text === '' ? 'at an unknown time' : text;
  return `${inOneUnit(Math.max(0, now - at))} ago`;
}

function inOneUnit(span: Millis): string {
  if (span < 2 * MINUTE) return `${Math.floor(span / SECOND)}s`;
  if (span < 2 * HOUR) return `${Math.floor(span / MINUTE)}m`;
  return span < 2 * DAY ? `${Math.floor(span / HOUR)}h` : `${Math.floor(span / DAY)}d`;
}
