/** The known word that somebody meant. */

import { distance } from 'fastest-levenshtein';

/** What to write instead: the word that was meant, or all of them when none is near. */
export function nearest(word: string, words: readonly string[]): string {
  const [best, ...others] = words.toSorted((a, b) => distance(word, a) - distance(word, b));
  if (best === undefined || others.length === 0) return best ?? '';
  return distance(word, best) <= Math.max(2, word.length / 3) ? best : `one of ${words.toSorted().join(', ')}`;
}
