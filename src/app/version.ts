/** Which version of the reactor this is. */

import { join } from 'node:path';
import { openConfigFiles } from '../adapters/config-files.ts';

/** The version in `package.json`. */
export function readVersion(): string {
  const text = openConfigFiles().read(join(import.meta.dirname, '../../package.json')) ?? '{}';
  const { version = 'unknown' } = JSON.parse(text) as { readonly version?: string };
  return version;
}
