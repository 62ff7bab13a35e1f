/** Words of preflight: spans, sizes, one-line texts, lists that are cut. */

import { singleLine } from '../../core/markdown.ts';
import { MINUTE, parseIso, type Instant } from '../../core/time.ts';

/** Text from outside on one line, redacted and cut. */
export function plain(text: string, max = 200): string {
  return singleLine(text, max);
}

/** Whole minutes since an ISO time, `?` when it is not known; never negative. */
export function minutesSince(iso: string, now: Instant): string {
  const at = parseIso(iso);
  return at === null ? '?' : String(minutesBetween(at, now));
}

/** Whole minutes from one instant to another, 0 when the other comes first. */
function minutesBetween(from: Instant, to: Instant): number {
  return Math.max(0, Math.floor((to - from) / MINUTE));
}

const UNITS = ['', 'K', 'M', 'G', 'T', 'P'];

/** A size as `df -h` and `du -h` write it: `850M`, `8.4G`, `50G`. */
export function humanSize(size: number, unit: '' | 'M' = 'M'): string {
  let shown = Math.max(0, size);
  const first = UNITS.indexOf(unit);
  let at = first;
  while (Math.ceil(shown) >= 1024 && at < UNITS.length - 1) {
    shown /= 1024;
    at += 1;
  }
  const tenths = Math.ceil(shown * 10) / 10;
  return `${tenths < 10 && at > first ? tenths.toFixed(1) : Math.ceil(shown)}${UNITS[at] ?? ''}`;
}

/** Behind the last `/`. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** At most so many lines, and how many more there are. */
export function cutLines(lines: readonly string[], max: number, indent = '  '): readonly string[] {
  if (lines.length <= max) return lines;
  return [...lines.slice(0, max), `${indent}… and ${lines.length - max} more`];
}

/** `2026-01-02 11:00 UTC`, as the factory writes it. */
export function utcMinute(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** Where something is, to put behind its line; `''` while everything is in one place. */
export function whereOf(all: readonly { readonly place: string }[]): (one: { readonly place: string }) => string {
  const places = new Set(all.map(({ place }) => place));
  return ({ place }) => (places.size < 2 ? '' : ` [${place === '' ? 'this box' : plain(place)}]`);
}
