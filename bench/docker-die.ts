/** From a container that dies to the vault item on disk, against the arrival of the same event at `docker events`. */

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { composeLabels, missingForDocker, startDockerd, type Dockerd } from '../test/support/dockerd.ts';
import { freePort } from '../test/support/free-port.ts';
import type { Bench } from './harness/bench.ts';
import { median } from './harness/figures.ts';
import { openScratch } from './harness/scratch.ts';

const ROUNDS = 15;
const PATIENCE_MS = 20_000;
const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** Fires at the first die, so that one die is one item. */
const PACK = `schema = 1
[pack]
id = "bench"
owner = "ops"
[[rule]]
id = "die"
title = "{{e.service}} died"
priority = "P2"
on = ["docker.container"]
key = ["e.service"]
when = 'e.action == "die"'
count = { n = 1, within = "1m", clear_after = "1h" }
text = "{{e.service}}"
do = [{ act = "vault", tier = "low" }]
`;

export const dockerDie: Bench = {
  name: 'docker-die',
  about: 'a die on a real engine until the item is on disk; floor: the same event at the docker client',
  async run() {
    if (missingForDocker() !== null) return 'no Docker Engine can be started here';
    using scratch = openScratch();
    await using engine = await startDockerd();
    const port = await freePort();
    const child = startReactor(scratch.path, engine.url, port);
    try {
      await ready(port);
      const gaps: number[] = [];
      const floors: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const { item, heard } = await oneDie(engine, scratch.path, `svc${round}`);
        gaps.push(item);
        floors.push(heard);
      }
      const [ours, floor] = [median(gaps), median(floors)];
      const row = { bench: 'docker-die', unit: 'ms', ours, floor, ratio: ours / floor };
      return [{ ...row, name: 'die → item, p50', target: { of: 'above', atMost: 20 } }];
    } finally {
      child.kill('SIGTERM');
    }
  },
};

function startReactor(folder: string, dockerHost: string, port: number) {
  mkdirSync(join(folder, 'rules'));
  mkdirSync(join(folder, 'tmp'));
  mkdirSync(join(folder, 'ops/vault/pending'), { recursive: true });
  writeFileSync(join(folder, 'rules/bench.toml'), PACK);
  writeFileSync(join(folder, 'reactor.toml'), '[rules]\nfolders = ["rules"]\n');
  const env = {
    PATH: process.env['PATH'] ?? '',
    REACTOR_HOME: join(folder, 'home'),
    REACTOR_LISTEN: `127.0.0.1:${port}`,
    FACTORY_TMP: join(folder, 'tmp'),
    OPS_REPO_ROOT: join(folder, 'ops'),
    DOCKER_HOST: dockerHost,
  };
  return spawn(process.execPath, [MAIN, 'run', '--log-level', 'error'], { cwd: folder, env, stdio: 'ignore' });
}

async function ready(port: number): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  while (performance.now() < until) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
    if (answer?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the reactor did not become ready');
}

/** Both against the engine's own time of the event, in ms. */
async function oneDie(engine: Dockerd, folder: string, service: string): Promise<{ item: number; heard: number }> {
  const client = spawn('docker', ['-H', engine.url, 'events', '--filter', 'event=die', '--format', '{{.TimeNano}}']);
  try {
    const heard = firstLine(client.stdout);
    const filed = firstItem(join(folder, 'ops/vault/pending'), service);
    await new Promise((resolve) => setTimeout(resolve, 150));
    await engine.runContainer({ name: service, labels: composeLabels('bench', service), cmd: 'exit 1' });
    const [line, filedAt] = await Promise.all([heard, filed]);
    const diedAt = Number(BigInt(line.text) / 1_000n) / 1_000;
    return { item: filedAt - diedAt, heard: line.at - diedAt };
  } finally {
    client.kill('SIGTERM');
  }
}

function firstLine(stream: NodeJS.ReadableStream): Promise<{ readonly text: string; readonly at: number }> {
  return new Promise((resolve) => {
    createInterface({ input: stream }).once('line', (text) => resolve({ text, at: now() }));
  });
}

function firstItem(pending: string, service: string): Promise<number> {
  const path = join(pending, `supervisor-die-${service}.md`);
  return new Promise((resolve) => {
    const watcher = watch(pending, () => {
      if (!existsSync(path)) return;
      watcher.close();
      resolve(now());
    });
  });
}

const now = (): number => performance.timeOrigin + performance.now();
