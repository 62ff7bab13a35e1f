/** Resident memory of the whole reactor, against a bare Node with hono and SQLite loaded. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from './harness/bench.ts';
import { compare, type Sample } from './harness/figures.ts';
import { takeTurns } from './harness/rounds.ts';
import { openScratch } from './harness/scratch.ts';
import { postKeys } from './world/keys.ts';
import { startReactor } from './world/reactor.ts';

const KEYS = 100_000;
/** What was just started or fed settles down. */
const SETTLE_MS = 1_500;
const IDLE_PLAN = { warmUp: 1, rounds: 5 };
/** Feeding one takes a while, and memory varies less than time. */
const FULL_PLAN = { warmUp: 0, rounds: 2 };

/** A process each, read out of `/proc`. */
export const memory: Bench = {
  name: 'memory',
  about: 'resident memory of the reactor, idle and with 100,000 keys; floor: bare node with hono and node:sqlite',
  async run() {
    using scratch = openScratch();
    let n = 0;
    const freshHome = (): string => {
      const home = join(scratch.path, String(n++));
      mkdirSync(home);
      return home;
    };
    const bare = { name: 'floor', round: measureFloor };
    const [idle = [], idleFloor = []] = await takeTurns(
      [{ name: 'idle', round: () => measureIdle(freshHome()) }, bare],
      IDLE_PLAN,
    );
    const [full = [], fullFloor = []] = await takeTurns(
      [{ name: 'keys', round: () => measureFull(freshHome()) }, bare],
      FULL_PLAN,
    );
    const row = { bench: 'memory', unit: 'MB' };
    return [
      { ...row, name: 'idle', ...compare(idle, idleFloor, 'rss_mb'), target: { of: 'ours', atMost: 110 } },
      { ...row, name: '100,000 keys', ...compare(full, fullFloor, 'rss_mb'), target: { of: 'ours', atMost: 250 } },
    ];
  },
};

async function measureIdle(home: string): Promise<Sample> {
  await using reactor = await startReactor(home);
  await sleep(SETTLE_MS);
  return { rss_mb: residentMb(reactor.pid) };
}

async function measureFull(home: string): Promise<Sample> {
  await using reactor = await startReactor(home);
  const remembered = await postKeys(reactor.port, KEYS);
  await sleep(SETTLE_MS);
  return { rss_mb: residentMb(reactor.pid), remembered };
}

/** What the reactor cannot do without, idle. A plain script: nothing has to be stripped of types. */
const BARE = `
  import { DatabaseSync } from 'node:sqlite';
  import { serve } from '@hono/node-server';
  import { Hono } from 'hono';
  const db = new DatabaseSync(':memory:');
  const app = new Hono();
  app.get('/healthz', (call) => call.json(db.prepare('SELECT 1 AS alive').get()));
  serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 });
  process.stdin.resume().on('end', () => process.exit());
`;

async function measureFloor(): Promise<Sample> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', BARE], { stdio: ['pipe', 'inherit', 'inherit'] });
  await sleep(SETTLE_MS);
  const rss_mb = residentMb(child.pid ?? 0);
  const gone = once(child, 'exit');
  child.stdin.end();
  await gone;
  return { rss_mb };
}

function residentMb(pid: number): number {
  const [, kb = '0'] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kb) / 1_024;
}
