/** The known word that is nearest to what somebody typed. */

import { closest } from 'fastest-levenshtein';

/** Never empty as long as `words` is not. */
export function nearest(word: string, words: readonly string[]): string {
  return closest(word, words);
}
