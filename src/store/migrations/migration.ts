/** A step from one schema to the next. */

export interface Migration {
  readonly name: string;
  /** SQL, run once in a transaction of its own; never edited after it was released. */
  readonly statements: string;
}
