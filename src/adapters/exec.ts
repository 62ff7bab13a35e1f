/** Runs a program of this machine, without a shell. */

import { execFile } from 'node:child_process';
import { SECOND, type Millis } from '../core/time.ts';

export interface ExecHow {
  /** Written to its standard input, which is then closed. */
  readonly input?: string;
  /** It is killed after so long; 10 s when not given. */
  readonly timeout?: Millis;
  readonly signal?: AbortSignal;
}

export type Ran =
  | { readonly ran: true; readonly code: number; readonly stdout: string; readonly stderr: string }
  /** It could not be started, or was killed. `missing`: there is no such program. */
  | { readonly ran: false; readonly reason: string; readonly missing: boolean };

const MAX_OUTPUT = 8 * 1024 * 1024;

/** Runs a program to its end. Never rejects: a program that is missing, hangs or fails is a result. */
export function exec(file: string, args: readonly string[], how: ExecHow = {}): Promise<Ran> {
  const timeout = how.timeout ?? 10 * SECOND;
  const options = { timeout, maxBuffer: MAX_OUTPUT, killSignal: 'SIGKILL', encoding: 'utf8' } as const;
  return new Promise((resolve) => {
    const child = execFile(
      file,
      args,
      how.signal === undefined ? options : { ...options, signal: how.signal },
      (error, stdout, stderr) => resolve(toRan(file, error, { stdout, stderr })),
    );
    // A program that ends without reading its input is told by its exit code, not by a broken pipe.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(how.input ?? '');
  });
}

interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

function toRan(file: string, error: ExecError | null, output: Output): Ran {
  if (error === null) return { ran: true, code: 0, ...output };
  if (typeof error.code === 'number') return { ran: true, code: error.code, ...output };
  if (error.code === 'ENOENT') return { ran: false, missing: true, reason: `${file} is not installed` };
  if (error.killed === true) return { ran: false, missing: false, reason: `${file} did not finish in time` };
  return { ran: false, missing: false, reason: `${file}: ${error.message}` };
}

interface ExecError {
  readonly code?: string | number | null;
  readonly killed?: boolean;
  readonly message: string;
}
