/** Reads one setting at a time, and remembers where each came from and what was wrong. */

import type { Problem } from '../core/problem.ts';
import type { Origin } from './config.ts';
import { lookUp, problemAt, type Inputs } from './lookup.ts';
import type { Setting } from './settings.ts';

export interface Reader {
  /** The value of a setting; null when nobody set it, or when what was set is wrong. Asking twice complains once. */
  take<T>(setting: Setting<T>): T | null;
  /** The same, with a default instead of null. */
  takeOr<T>(setting: Setting<T>, fallback: T): T;
  /** By the setting's key; a key that is missing was not set. */
  readonly origins: Readonly<Record<string, Origin>>;
  readonly problems: readonly Problem[];
}

/** A reader over the environment and `reactor.toml`. It never puts a secret into a problem. */
export function openReader(inputs: Inputs): Reader {
  const origins: Record<string, Origin> = {};
  const problems: Problem[] = [];

  const complain = (problem: Problem): void => {
    if (!problems.some(({ file, key }) => file === problem.file && key === problem.key)) problems.push(problem);
  };

  function take<T>(setting: Setting<T>): T | null {
    const found = lookUp(setting, inputs);
    if (found === null) return null;
    if (!('raw' in found)) {
      complain(found);
      return null;
    }
    const parsed = setting.parse(found.raw, found.base);
    if (!parsed.ok) {
      complain(problemAt(found, setting.secret ? 'is empty or not a text' : parsed.message, parsed.hint));
      return null;
    }
    origins[setting.key] = found.origin;
    return parsed.value;
  }

  return { take, takeOr: (setting, fallback) => take(setting) ?? fallback, origins, problems };
}
