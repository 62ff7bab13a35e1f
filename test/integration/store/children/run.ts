/** Starts a script in a process of its own and reads what it says, line by line. */

import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

export interface Child {
  readonly process: ChildProcessByStdio<Writable, Readable, Readable>;
  /** Lines so far. */
  readonly lines: readonly string[];
  /** Resolves with the first line that begins so; throws when the child ends without one. */
  line(begin: string): Promise<string>;
  /** Resolves with the exit code or signal once it is gone and all it said was read. */
  ended: Promise<string>;
  readonly stderr: () => string;
}

/** `wrap` goes before the node command, as in `['bash', '-c', 'exec "$@"', '--']`. */
export function runChild(script: URL, args: readonly string[], wrap: readonly string[] = []): Child {
  const file = fileURLToPath(script);
  const [command = process.execPath, ...rest] = [...wrap, process.execPath, file, ...args];
  const child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const waiting: { begin: string; resolve(line: string): void; reject(error: Error): void }[] = [];
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => {
    lines.push(line);
    for (const one of waiting) if (line.startsWith(one.begin)) one.resolve(line);
  });
  const ended = Promise.all([once(child, 'exit'), once(reader, 'close')]).then(([[code, signal]]) => {
    for (const one of waiting) one.reject(new Error(`the child ended without "${one.begin}": ${stderr}`));
    return String(signal ?? code);
  });
  return {
    process: child,
    lines,
    ended,
    stderr: () => stderr,
    line: (begin) => {
      const said = lines.find((line) => line.startsWith(begin));
      if (said !== undefined) return Promise.resolve(said);
      return new Promise((resolve, reject) => waiting.push({ begin, resolve, reject }));
    },
  };
}
