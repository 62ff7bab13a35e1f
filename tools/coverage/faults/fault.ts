/** A fault of the factory's shell supervisor, and the tests that show that ours does not have it. */

export interface Fault {
  readonly number: number;
  /** Every part of it. */
  readonly what: string;
  /** How ours is built so that it cannot happen. */
  readonly ours: string;
  /** A test file and the whole title of one of its tests, or a file of rule cases and the name of one. */
  readonly shown: readonly (readonly [file: string, title: string])[];
}
