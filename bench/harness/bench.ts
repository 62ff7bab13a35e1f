/** What a bench is. */

import type { Row } from './figures.ts';

export interface Bench {
  readonly name: string;
  /** One sentence: what is held against what. */
  readonly about: string;
  /** Measures; a text says why it could not. */
  run(): Promise<readonly Row[] | string>;
}
