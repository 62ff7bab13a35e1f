/** Runs benches, each in a process of its own, one after another. */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Bench } from './bench.ts';
import { judge, type JudgedRow, type Row } from './figures.ts';

export interface Outcome {
  readonly rows: readonly JudgedRow[];
  /** Benches that could not measure here, with the reason. */
  readonly skipped: ReadonlyMap<string, string>;
  /** Benches that broke. */
  readonly broken: readonly string[];
}

export interface RunOptions {
  /** The file that runs one bench in its process: it calls `runHere`. */
  readonly entry: string;
  readonly verbose: boolean;
  tell(line: string): void;
}

/** No bench may take longer. */
const LONGEST_MS = 90_000;

/** Runs benches and judges what they measured. */
export async function runApart(benches: readonly Bench[], options: RunOptions): Promise<Outcome> {
  const rows: JudgedRow[] = [];
  const skipped = new Map<string, string>();
  const broken: string[] = [];
  for (const { name, about } of benches) {
    options.tell(`${name}: ${about}`);
    const result = await inProcess(name, options);
    if (result === null) broken.push(name);
    else if (typeof result === 'string') skipped.set(name, result);
    else rows.push(...result.map(judge));
  }
  return { rows, skipped, broken };
}

/** Runs one bench in this process and hands the result to the process that started it. */
export async function runHere(bench: Bench): Promise<void> {
  const result = await bench.run();
  process.send?.(result);
  process.disconnect();
}

async function inProcess(name: string, options: RunOptions): Promise<readonly Row[] | string | null> {
  const child = fork(options.entry, ['--here', name], {
    env: { ...process.env, ...(options.verbose ? { BENCH_VERBOSE: '1' } : {}) },
    // What a bench prints is for whoever watches; standard output is for the table.
    stdio: ['ignore', 2, 'inherit', 'ipc'],
    serialization: 'advanced',
  });
  let result: readonly Row[] | string | null = null;
  child.on('message', (message) => {
    result = message as readonly Row[] | string;
  });
  const timer = setTimeout(() => child.kill('SIGTERM'), LONGEST_MS);
  const [code] = (await once(child, 'exit')) as readonly (number | null)[];
  clearTimeout(timer);
  return code === 0 ? result : null;
}
