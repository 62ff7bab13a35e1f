/** The whole reactor as people start it, in a folder of its own. */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export interface Reactor extends AsyncDisposable {
  readonly pid: number;
  readonly port: number;
  /** From the spawn to the first answer over HTTP: rules are loaded, the log is replayed. */
  readonly upMs: number;
  /** From the spawn to `/readyz` saying so: every source has looked once, and what is wrong is said. */
  readonly readyMs: number;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PATIENCE_MS = 30_000;
const ASK_EVERY_MS = 3;

/** Starts it on a free port of 127.0.0.1, with everything it writes below `home`, and waits until it is ready. */
export async function startReactor(home: string): Promise<Reactor> {
  const port = await freePort();
  const began = performance.now();
  const child = launch(home, port);
  const stop = (): Promise<void> => end(child);
  try {
    await untilOk(child, port, '/healthz');
    const upMs = performance.now() - began;
    await untilOk(child, port, '/readyz');
    const readyMs = performance.now() - began;
    return { pid: child.pid ?? 0, port, upMs, readyMs, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function launch(home: string, port: number): ChildProcess {
  const factoryTmp = join(home, 'tmp');
  const config = join(home, 'reactor.toml');
  mkdirSync(factoryTmp, { recursive: true });
  writeFileSync(config, '# nothing configured\n');
  const start = readStart();
  return spawn(process.execPath, [...start.flags, 'src/main.ts', 'run', '--log-level', 'error'], {
    cwd: ROOT,
    env: {
      ...start.env,
      PATH: process.env['PATH'],
      HOME: home,
      REACTOR_HOME: join(home, 'state'),
      REACTOR_LISTEN: `127.0.0.1:${port}`,
      REACTOR_CONFIG: config,
      FACTORY_TMP: factoryTmp,
      OPS_REPO_ROOT: join(home, 'ops'),
      DOCKER_HOST: `unix://${join(home, 'no-docker.sock')}`,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

interface Start {
  readonly env: Readonly<Record<string, string>>;
  readonly flags: readonly string[];
}

/** What `npm start` gives to Node: `NAME=value node --flag src/main.ts run`. */
function readStart(): Start {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: { start: string } };
  const words = scripts.start.split(' ');
  const assigned = words.slice(0, words.indexOf('node')).map((word) => word.split('=', 2));
  return {
    env: Object.fromEntries(assigned.map(([name = '', value = '']) => [name, value])),
    flags: words.filter((word) => word.startsWith('--')),
  };
}

async function untilOk(child: ChildProcess, port: number, path: string): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  while ((await ask(port, path)) !== 200) {
    if (child.exitCode !== null) throw new Error(`the reactor ended with ${child.exitCode}`);
    if (performance.now() > until) throw new Error(`${path} did not say 200 in ${PATIENCE_MS} ms`);
    await sleep(ASK_EVERY_MS);
  }
}

function ask(port: number, path: string): Promise<number> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    request.on('error', () => resolve(0));
  });
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const LAST_WORDS_MS = 10_000;

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), LAST_WORDS_MS);
  await gone;
  clearTimeout(timer);
}
