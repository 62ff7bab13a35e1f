/** Writes docs/coverage.md anew: `npm run docs`. A test fails while the page is behind. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '../src/app/configure.ts';
import { checkRules } from '../src/app/rehearsal.ts';
import { coveragePage } from './coverage/render.ts';

const root = join(import.meta.dirname, '..');
const { rulebook, tests } = await checkRules(readConfig({}, root), Date.now());
writeFileSync(join(root, 'docs/coverage.md'), coveragePage(rulebook.rules, tests));
