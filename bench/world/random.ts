/** Numbers that look random and are the same on every run. */

export interface Random {
  /** 0 ≤ n < 1. */
  next(): number;
  /** 0 ≤ n < limit, whole. */
  below(limit: number): number;
  /** One of a list; a list must not be empty. */
  pick<T>(list: readonly T[]): T;
  /** So many hex digits. */
  hex(digits: number): string;
}

/** Mulberry32: small, fast, and good enough to spread events. */
export function createRandom(seed: number): Random {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    const first = Math.imul(state ^ (state >>> 15), 1 | state);
    const second = first ^ (first + Math.imul(first ^ (first >>> 7), 61 | first));
    return ((second ^ (second >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  const word = (): string =>
    below(2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return {
    next,
    below,
    pick: (list) => {
      const one = list[below(list.length)];
      if (one === undefined) throw new RangeError('nothing to pick from');
      return one;
    },
    hex(digits) {
      let text = '';
      while (text.length < digits) text += word();
      return text.slice(0, digits);
    },
  };
}
