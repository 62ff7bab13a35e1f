/** The configuration of this process, from where it stands. */

import { hostname } from 'node:os';
import { join } from 'node:path';
import { openConfigFiles } from '../adapters/config-files.ts';
import type { Config } from '../config/config.ts';
import { loadConfig, type Loaded } from '../config/load.ts';
import type { Environment } from '../config/lookup.ts';
import { ProblemError } from '../core/problem.ts';

/** Reads `reactor.toml` and the environment. Throws a ProblemError that names every mistake. */
export function readConfig(env: Environment, cwd: string): Config {
  const { config, problems } = lookAtConfig(env, cwd);
  if (problems.length > 0) throw new ProblemError(problems);
  return config;
}

/** The same with its mistakes beside it; what is wrong is as if it had not been set. Never throws. */
export function lookAtConfig(env: Environment, cwd: string): Loaded {
  return loadConfig({ env, cwd, hostname: hostname(), files: openConfigFiles() });
}

/** The state file of a configuration. */
export function statePath(config: Config): string {
  return join(config.home, 'reactor.db');
}
