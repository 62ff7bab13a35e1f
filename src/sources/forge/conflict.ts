/** Whether a pull request is in conflict. The forge says "not mergeable" also while it is still finding out. Pure. */

import { MINUTE, parseIso, toIso, type Instant, type Millis } from '../../core/time.ts';

/** A look that found it not mergeable, and what it looked at. */
export interface Suspicion {
  /** Head and base: with another one the forge begins anew. */
  readonly of: string;
  readonly at: Instant;
}

export interface Conflict {
  /** ISO 8601 UTC, `''` when there is none. */
  readonly since: string;
  /** Not proven yet. */
  readonly suspicion: Suspicion | null;
}

/** How long the forge is given to find out. */
export const PROOF_AFTER: Millis = MINUTE;

/** Only "mergeable" ends a conflict that was proven: a push may or may not have solved it. */
export function judgeConflict(
  pull: { readonly of: string; readonly mergeable: boolean; readonly draft: boolean },
  before: Conflict,
  now: Instant,
): Conflict {
  if (pull.mergeable || pull.draft) return { since: '', suspicion: null };
  if (parseIso(before.since) !== null) return { since: before.since, suspicion: null };
  const { suspicion } = before;
  if (suspicion?.of !== pull.of) return { since: '', suspicion: { of: pull.of, at: now } };
  if (now - suspicion.at < PROOF_AFTER) return { since: '', suspicion };
  return { since: toIso(suspicion.at), suspicion: null };
}
