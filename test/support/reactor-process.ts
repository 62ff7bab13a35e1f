/** One run of the command line as a process of its own. */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Launch {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** What it says is added here. */
  readonly log: Log;
}

export interface Log {
  out: string;
  err: string;
  all: string;
}

export interface Process {
  readonly pid: number;
  isGone(): boolean;
  /** Nothing happens when it is gone. */
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
  /** Resolves once it is gone and all it said was read; with the exit code, null when a signal ended it. */
  gone(): Promise<number | null>;
}

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** Starts it; it ends with the test runner at the latest. */
export function launch({ args, cwd, env, log }: Launch): Process {
  return watchProcess(spawn(process.execPath, [MAIN, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] }), log);
}

/** One that was started with its output piped; it ends with the test runner at the latest. */
export function watchProcess(child: ChildProcess, log: Log): Process {
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    log.out += text;
    log.all += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log.err += text;
    log.all += text;
  });
  const endWithUs = (): void => void child.kill('SIGKILL');
  const closed = once(child, 'close');
  process.once('exit', endWithUs);
  child.once('close', () => process.off('exit', endWithUs));
  const isGone = (): boolean => child.exitCode !== null || child.signalCode !== null;
  return {
    pid: child.pid ?? 0,
    isGone,
    kill: (signal) => {
      if (!isGone()) child.kill(signal);
    },
    gone: async () => {
      await closed;
      return child.exitCode;
    },
  };
}
