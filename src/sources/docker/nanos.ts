/** Times of the engine in nanoseconds since 1970, as digits: a JS number cannot hold them. */

import { SECOND, type Instant, type Millis } from '../../core/time.ts';

/** Digits of a nanosecond time, `''` for never. */
export type Nanos = string;

/** Milliseconds of a nanosecond time, rounded down; 0 for never. */
export function toInstant(nanos: Nanos): Instant {
  return nanos.length > 6 ? Number(nanos.slice(0, -6)) : 0;
}

/** Nanoseconds of an instant. */
export function toNanos(at: Instant): Nanos {
  return at <= 0 ? '' : `${Math.floor(at)}000000`;
}

/** True when `a` is later than `b`. */
export function isLater(a: Nanos, b: Nanos): boolean {
  return a.length === b.length ? a > b : a.length > b.length;
}

/** `seconds.nanoseconds` as `/events` takes it, that long before; whole milliseconds back, the digits below kept. */
export function toSince(nanos: Nanos, back: Millis = 0): string {
  const instant = Math.max(SECOND, toInstant(nanos) - back);
  const seconds = Math.floor(instant / SECOND);
  const below = nanos.slice(-6).padStart(6, '0');
  return `${seconds}.${String(instant - seconds * SECOND).padStart(3, '0')}${below}`;
}
