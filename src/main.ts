#!/usr/bin/env node
/** argv in, exit code out. */

import { runCli } from './cli/index.ts';
import { readEnvironment } from './config/environment.ts';

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

// A disk or a host that never answers would hold the process: once everything is written, it ends.
await new Promise<void>((resolve) => {
  process.stdout.write('', () => resolve());
});
process.exit(code);
