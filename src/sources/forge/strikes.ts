/** What the forge no longer knows. One answer may be a slip of the forge, so that it takes two to believe it. */

import { MINUTE, type Instant, type Millis } from '../../core/time.ts';

export const SECOND_LOOK: Millis = MINUTE;

export interface Strikes {
  /** Notes that the forge does not know a number; true when it did not know it a minute ago either. */
  isGone(number: number, now: Instant): boolean;
  /** Notes that the forge knows it. */
  isThere(number: number): void;
}

/** No number is missed yet. */
export function createStrikes(): Strikes {
  const first = new Map<number, Instant>();
  return {
    isGone(number, now) {
      const at = first.get(number);
      if (at === undefined) first.set(number, now);
      const gone = at !== undefined && now - at >= SECOND_LOOK;
      if (gone) first.delete(number);
      return gone;
    },
    isThere: (number) => void first.delete(number),
  };
}
