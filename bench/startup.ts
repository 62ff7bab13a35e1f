/** A start with a day of log, against an empty Node that reads the same events and does nothing with them. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Rulebook } from '../src/core/rule.ts';
import { DAY, MINUTE } from '../src/core/time.ts';
import type { Bench } from './harness/bench.ts';
import { compare, type Sample } from './harness/figures.ts';
import { takeTurns } from './harness/rounds.ts';
import { openScratch } from './harness/scratch.ts';
import { startReactor } from './world/reactor.ts';
import { shippedRules } from './world/rules.ts';
import { writeDay } from './world/state.ts';

const DAY_OF_LOG = { events: 200_000, keys: 1_000 };

/** The whole reactor, started and stopped again and again on one state file. The first start also writes what it finds. */
export const startup: Bench = {
  name: 'startup',
  about: 'the reactor started on a day of 200,000 events; floor: node -e that reads the events replayed',
  async run() {
    using scratch = openScratch();
    const home = scratch.path;
    const state = join(home, 'state', 'reactor.db');
    mkdirSync(join(home, 'state'));
    await writeDay(state, DAY_OF_LOG);
    const reading = JSON.stringify([state, toRead(await shippedRules())]);
    const [ours = [], floor = []] = await takeTurns(
      [
        { name: 'reactor', round: () => startOnce(home) },
        { name: 'floor', round: () => readOnce(reading) },
      ],
      { warmUp: 1, rounds: 7 },
    );
    const row = { bench: 'startup', unit: 'ms' };
    return [
      { ...row, name: 'ready to speak', ...compare(ours, floor, 'ready_ms'), target: { of: 'ours', atMost: 1_000 } },
      { ...row, name: 'answers HTTP, engine rebuilt', ...compare(ours, floor, 'up_ms'), target: null },
    ];
  },
};

async function startOnce(home: string): Promise<Sample> {
  await using reactor = await startReactor(home);
  return { up_ms: reactor.upMs, ready_ms: reactor.readyMs };
}

/** A plain script: nothing has to be stripped of types. */
const READ = `
  const { DatabaseSync } = require('node:sqlite');
  const [path, { windows, standing }] = JSON.parse(process.argv[1]);
  const db = new DatabaseSync(path, { readOnly: true });
  const replayed = db.prepare('SELECT * FROM events WHERE kind = ? AND seq >= ?');
  const last = db.prepare('SELECT e.* FROM heads h JOIN events e ON e.seq = h.seq WHERE h.kind = ?');
  let n = 0;
  const take = (row) => { n += JSON.parse(row.data) === null ? 0 : 1; };
  for (const kind of standing) last.all(kind).forEach(take);
  for (const [kind, seq] of windows) replayed.all(kind, seq).forEach(take);
  if (n < 1000) throw new Error('read ' + n + ' events only');
`;

async function readOnce(reading: string): Promise<Sample> {
  const began = performance.now();
  const child = spawn(process.execPath, ['-e', READ, reading], { stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = (await once(child, 'exit')) as readonly (number | null)[];
  if (code !== 0) throw new Error(`the floor ended with ${String(code)}`);
  const took = performance.now() - began;
  return { up_ms: took, ready_ms: took };
}

/** Which events a start reads: by kind from a place in the log, and of kinds that holds watch the last word on each thing. */
function toRead({ byKind }: Rulebook) {
  const place = (span: number): number => Math.max(0, Math.floor(DAY_OF_LOG.events * (1 - span / DAY)));
  const windows = [...byKind].map(([kind, rules]) => {
    const longest = Math.max(...rules.map((rule) => rule.window));
    return [kind, place(longest + MINUTE)] as const;
  });
  const standing = [...byKind].flatMap(([kind, rules]) =>
    rules.some((rule) => rule.condition.type === 'hold') ? [kind] : [],
  );
  return { windows, standing };
}
