/** A files source that really runs on a real folder of its own. */

import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/adapters/clock.ts';
import { diskFiles } from '../../src/adapters/files.ts';
import { openHost } from '../../src/adapters/host.ts';
import type { EventData } from '../../src/core/catalog/catalog.ts';
import type { AnyEvent } from '../../src/core/event.ts';
import { createPicture } from '../../src/factory/picture.ts';
import { filesSource, type FilesOptions } from '../../src/sources/files/index.ts';

export interface RunningFiles extends AsyncDisposable {
  readonly dir: string;
  readonly events: readonly AnyEvent[];
  readonly reports: readonly string[];
  /** Starts a program that ends with the test at the latest. */
  spawn(command: string, args: readonly string[]): ChildProcess;
  /** Runs a shell script to its end in another process; resolves with what it printed. */
  shell(script: string): Promise<string>;
  phases(): readonly EventData<'session.phase'>[];
  locks(): readonly EventData<'lock.file'>[];
  /** Resolves with the first answer that is not undefined; throws after 15 s. */
  until<T>(what: string, find: () => T | undefined): Promise<T>;
}

/** Starts the source on `dir`, or on a new folder; everything that was started ends with it. */
export async function runFiles(over: Partial<FilesOptions> & { readonly below?: string } = {}): Promise<RunningFiles> {
  const root = await mkdtemp(join(tmpdir(), 'reactor-files-'));
  const { below = '', ...options } = over;
  const dir = join(root, below);
  const events: AnyEvent[] = [];
  const reports: string[] = [];
  const children = new Set<ChildProcess>();
  const stop = new AbortController();
  const source = filesSource({
    dir,
    host: 'box',
    projects: [],
    picture: createPicture(),
    files: diskFiles,
    machine: openHost(),
    clock: systemClock,
    log: console,
    latest: () => [],
    ...options,
  });
  const start = (command: string, args: readonly string[]): ChildProcess => {
    const child = spawn(command, [...args], { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
    children.add(child);
    return child;
  };
  const done = source.run({
    signal: stop.signal,
    report: (state, reason) => void reports.push(`${state}: ${reason}`),
    emit: async (batch) => {
      events.push(...batch);
      return { stored: batch.length, known: 0 };
    },
  });
  return {
    dir,
    events,
    reports,
    spawn: start,
    shell: (script) =>
      new Promise((resolve, reject) => {
        const child = start('sh', ['-ec', script]);
        let printed = '';
        child.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
        child.on('close', (code) =>
          code === 0 ? resolve(printed) : reject(new Error(`the script ended with ${code}`)),
        );
      }),
    phases: () => events.flatMap((event) => (event.kind === 'session.phase' ? [event.data] : [])),
    locks: () => events.flatMap((event) => (event.kind === 'lock.file' ? [event.data] : [])),
    async until(what, find) {
      const end = performance.now() + 15_000;
      while (performance.now() < end) {
        const found = find();
        if (found !== undefined) return found;
        await systemClock.sleep(2);
      }
      throw new Error(
        `waited 15 s for ${what}; last event: ${JSON.stringify(events.at(-1))}; reports: ${reports.join(' | ')}`,
      );
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await done;
      for (const child of children) endGroup(child);
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** Ends a child and what it started; they are a process group of their own. */
function endGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The whole group has ended by itself.
  }
}
