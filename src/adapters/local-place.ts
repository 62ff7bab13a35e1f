/** This machine as a place. */

import type { Host } from '../ports/host.ts';
import type { Place } from '../ports/place.ts';
import { exec } from './exec.ts';
import { diskFiles } from './files.ts';

/** The place that this process runs in. */
export function localPlace(machine: Host): Place {
  return {
    name: '',
    id: '',
    files: diskFiles,
    machine,
    run: ([program = '', ...args], signal) => exec(program, args, { signal }),
  };
}
