/** A folder for the files of one run, gone when it is over. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Scratch extends Disposable {
  readonly path: string;
}

/** Makes an empty folder below the system's temporary one. */
export function openScratch(): Scratch {
  const path = mkdtempSync(join(tmpdir(), 'reactor-bench-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
