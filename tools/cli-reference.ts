/** Writes docs/cli.md anew: `npm run docs`. A test fails while the file is behind the program. */

import { writeFileSync } from 'node:fs';
import { cliReference } from './cli-reference/render.ts';

writeFileSync(new URL('../docs/cli.md', import.meta.url), cliReference());
