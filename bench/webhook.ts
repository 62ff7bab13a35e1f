/** Webhooks in: signed, read, deduplicated and on disk before the answer, against a prototype that only verifies and stores. */

import type { Bench } from './harness/bench.ts';
import { startChild, type Child } from './harness/child.ts';
import { compare, type Row, type Sample } from './harness/figures.ts';
import { takeTurns, type Contender } from './harness/rounds.ts';
import { openScratch } from './harness/scratch.ts';
import { putLoad } from './world/load.ts';
import { createPushMaker } from './world/push.ts';

const CONNECTIONS = 32;
const SPAN_MS = 2_000;
const PLAN = { warmUp: 1, rounds: 7 };
const PATH = '/webhooks/forgejo';

interface Up {
  readonly port: number;
}

/** Each server in its own process; this process is the load. */
export const webhook: Bench = {
  name: 'webhook',
  about: 'signed 8 KB pushes over 32 connections; floor: bare hono, HMAC and group commit',
  async run() {
    using scratch = openScratch();
    const nodeArgs = profilerArgs();
    await using ours = await startChild<Up>('webhook-reactor.ts', { args: [scratch.path], nodeArgs });
    await using floor = await startChild<Up>('webhook-floor.ts', { args: [scratch.path, 'whole'], nodeArgs });
    const [a = [], b = []] = await takeTurns([contender('reactor', ours), contender('floor', floor)], PLAN);
    const stored = Number(await ours.ask('count'));
    if (stored < 1_000) throw new Error(`only ${stored} events are in the log`);
    return toRows(a, b);
  },
};

/** `BENCH_PROFILE=<folder>` writes a CPU profile of our server there. */
function profilerArgs(): readonly string[] {
  const folder = process.env['BENCH_PROFILE'];
  return folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`];
}

function contender(name: string, { report: { port } }: Child<Up>): Contender {
  const requests = createPushMaker(port, PATH);
  return { name, round: () => putLoad({ port, connections: CONNECTIONS, spanMs: SPAN_MS, requests }) };
}

function toRows(ours: readonly Sample[], floor: readonly Sample[]): readonly Row[] {
  const row = (figure: string) => ({ bench: 'webhook', ...compare(ours, floor, figure) });
  return [
    { ...row('per_s'), name: 'accepted', unit: 'req/s', target: { of: 'ratio', atLeast: 0.8 } },
    { ...row('p50_ms'), name: 'p50', unit: 'ms', target: null },
    { ...row('p99_ms'), name: 'p99', unit: 'ms', target: { of: 'ours', atMost: 40 } },
  ];
}
