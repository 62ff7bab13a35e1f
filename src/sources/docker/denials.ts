/** Which endpoints somebody in between does not let us ask. */

import type { Answer } from '../../ports/docker.ts';

export interface Denials {
  /** Keeps whether an endpoint was denied; hands the answer on. */
  note<T>(endpoint: string, answer: Answer<T>): Answer<T>;
  has(endpoint: string): boolean;
  /** Every reason once, `''` when nothing is denied. */
  describe(): string;
}

/** Nothing is denied yet. */
export function createDenials(): Denials {
  const reasons = new Map<string, string>();
  return {
    note(endpoint, answer) {
      if (answer.denied) reasons.set(endpoint, answer.reason);
      else reasons.delete(endpoint);
      return answer;
    },
    has: (endpoint) => reasons.has(endpoint),
    describe: () => [...new Set(reasons.values())].join('; '),
  };
}
