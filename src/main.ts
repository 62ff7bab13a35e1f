#!/usr/bin/env node
/** argv in, exit code out. */

import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { readEnvironment } from './config/environment.ts';

// What was compiled is kept beside the packages, for the next start. Where nothing can be written, nothing is kept.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/reactor'));
const { runCli } = await import('./cli/index.ts');

process.once('uncaughtException', (error) => {
  process.stderr.write(`${error.stack ?? error.message}\n`);
  process.exit(70);
});

const code = await runCli(process.argv.slice(2), {
  env: readEnvironment(),
  cwd: process.cwd(),
  stdout: process.stdout,
  stderr: process.stderr,
  now: () => Date.now(),
  exit: (status) => process.exit(status),
});

// Everything is written by now; a disk or a host that never answers must not hold the process.
process.exit(code);
