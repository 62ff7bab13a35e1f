/** A decision is a value with its reason, so that every answer can be explained later. */

export type Verdict =
  | { readonly pass: true; readonly reason: string }
  | { readonly pass: false; readonly reason: string };

/** Lets it through, and says why. */
export const pass = (reason: string): Verdict => ({ pass: true, reason });

/** Holds it back, and says why. */
export const hold = (reason: string): Verdict => ({ pass: false, reason });
