/** The configuration of this process, from where it stands. */

import { hostname } from 'node:os';
import { openConfigFiles } from '../adapters/config-files.ts';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import type { Environment } from '../config/lookup.ts';
import { ProblemError } from '../core/problem.ts';

/** Reads `reactor.toml` and the environment. Throws a ProblemError that names every mistake. */
export function readConfig(env: Environment, cwd: string): Config {
  const { config, problems } = loadConfig({ env, cwd, hostname: hostname(), files: openConfigFiles() });
  if (problems.length > 0) throw new ProblemError(problems);
  return config;
}
