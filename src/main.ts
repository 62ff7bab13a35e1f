#!/usr/bin/env node
/** argv in, exit code out. */

import { runCli } from './cli/index.ts';
import { readEnvironment } from './config/environment.ts';

process.exitCode = await runCli(process.argv.slice(2), {
  env: readEnvironment(),
  cwd: process.cwd(),
  stdout: process.stdout,
  stderr: process.stderr,
  now: () => Date.now(),
});
