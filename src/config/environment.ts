/** The one place that reads the process's environment. */

import type { Environment } from './lookup.ts';

/** The environment as it is now. */
export function readEnvironment(): Environment {
  return { ...process.env };
}
