/** Regular expressions in linear time (RE2), for `re(text, "pattern")`. */

import { messageOf } from '../core/errors.ts';

export interface Regex {
  /** Why a pattern is none; null when it is one. */
  check(pattern: string): string | null;
  /** True when the pattern occurs anywhere in the text. Throws on a bad pattern. */
  test(text: string, pattern: string): boolean;
}

const MAX_KEPT = 256;

/** The engine for a set of texts; it is only loaded when one of them calls `re(`. */
export async function regexFor(texts: readonly string[]): Promise<Regex> {
  if (!texts.some((text) => /\bre\s*\(/.test(text))) return NO_REGEX;
  const { RE2JS } = await import('re2js');
  const kept = new Map<string, { test(text: string): boolean }>();
  const compile = (pattern: string): { test(text: string): boolean } => {
    const known = kept.get(pattern);
    if (known !== undefined) return known;
    const compiled = RE2JS.compile(pattern);
    const [oldest] = kept.keys();
    if (kept.size >= MAX_KEPT && oldest !== undefined) kept.delete(oldest);
    kept.set(pattern, compiled);
    return compiled;
  };
  return {
    check: (pattern) => reasonOf(() => compile(pattern)),
    test: (text, pattern) => compile(pattern).test(text),
  };
}

const NO_REGEX: Regex = { check: () => null, test: () => false };

function reasonOf(run: () => void): string | null {
  try {
    run();
    return null;
  } catch (error) {
    return messageOf(error);
  }
}
