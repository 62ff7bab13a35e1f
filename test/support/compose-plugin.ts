/** Compose v2, as `provision-sidecar.sh` puts it into the test cache: a plugin of the docker client. */

import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Dockerd } from './dockerd.ts';

const CACHE = process.env['REACTOR_TEST_CACHE'] ?? join(tmpdir(), 'disinto-reactor-test-cache');
const PLUGIN = join(CACHE, 'sidecar/client/cli-plugins/docker-compose');

/** What is missing, in words, or null. Throws instead on CI, where nothing may be missing. */
export function missingForCompose(): string | null {
  if (existsSync(PLUGIN)) return null;
  const why = `no ${PLUGIN}: run test/support/provision-sidecar.sh`;
  if (process.env['CI'] !== undefined) throw new Error(`the tests with Compose cannot run: ${why}`);
  process.stderr.write(`\n  SKIPPED: the tests with Compose (${why})\n\n`);
  return why;
}

/** Lets the docker client of an engine know Compose. */
export function addCompose(engine: Dockerd): void {
  const folder = join(dirname(engine.socket), 'cli-plugins');
  mkdirSync(folder, { recursive: true });
  symlinkSync(PLUGIN, join(folder, 'docker-compose'));
}
