/** Lines of a Docker engine typed, deduplicated and stored, against splitting the same bytes and JSON.parse. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AnyEvent } from '../src/core/event.ts';
import { createMemory } from '../src/sources/docker/memory.ts';
import { openStore } from '../src/store/store.ts';
import type { Bench } from './harness/bench.ts';
import { compare, type Sample } from './harness/figures.ts';
import { takeTurns } from './harness/rounds.ts';
import { openScratch } from './harness/scratch.ts';

const LINES = 40_000;
/** What a read of the socket brings under load. */
const BATCH = 64;
const RECORDING = join(import.meta.dirname, '../test/fixtures/docker/engine-20.10-compose-incident.ndjson');

export const dockerLines: Bench = {
  name: 'docker-lines',
  about: 'recorded lines of an engine, each with a time of its own; floor: split and JSON.parse',
  async run() {
    const text = recordedLines(LINES);
    const [ours = [], floor = []] = await takeTurns(
      [
        { name: 'source and log', round: () => readAndStore(text) },
        { name: 'split and parse', round: () => splitAndParse(text) },
      ],
      { warmUp: 1, rounds: 5 },
    );
    const row = compare(ours, floor, 'per_s');
    return [
      {
        bench: 'docker-lines',
        name: 'typed, once, on disk',
        unit: 'lines/s',
        ...row,
        target: { of: 'ratio', atLeast: 0.3 },
      },
    ];
  },
};

/** The recording again and again, a second apart, so that no line is one that was seen. */
function recordedLines(count: number): string {
  const recorded = readFileSync(RECORDING, 'utf8').trimEnd().split('\n');
  const lines = Array.from({ length: count }, (_, i) => {
    const line = recorded[i % recorded.length] ?? '';
    return line.replace(/"timeNano":\d+/, () => `"timeNano":${1_795_218_840_000_000_000n + BigInt(i) * 1_000_001n}`);
  });
  return lines.join('\n');
}

async function readAndStore(text: string): Promise<Sample> {
  using scratch = openScratch();
  const store = openStore({ path: join(scratch.path, 'reactor.db'), now: Date.now });
  const ownership = { ownStacks: ['disinto'], siblings: new Map() };
  const memory = createMemory({ host: 'box', ownership, past: [], watchedSince: null });
  const began = performance.now();
  const lines = text.split('\n');
  const stored: Promise<unknown>[] = [];
  for (let i = 0; i < lines.length; i += BATCH) {
    const events: readonly AnyEvent[] = memory.read(lines.slice(i, i + BATCH));
    if (events.length > 0) stored.push(store.log.append(events));
    // The loop turns between two reads of a socket, and each turn with news is a commit.
    if (i % (BATCH * 16) === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(stored);
  const took = performance.now() - began;
  if (store.log.count() === 0) throw new Error('nothing was stored');
  await store.close();
  return { per_s: (lines.length / took) * 1_000 };
}

function splitAndParse(text: string): Sample {
  const began = performance.now();
  const lines = text.split('\n');
  let actions = 0;
  for (const line of lines) {
    const parsed: unknown = JSON.parse(line);
    if (typeof parsed === 'object') actions++;
  }
  if (actions !== lines.length) throw new Error('lines are missing');
  return { per_s: (lines.length / (performance.now() - began)) * 1_000 };
}
