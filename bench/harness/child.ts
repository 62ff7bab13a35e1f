/** Processes that a bench starts: they report once over IPC when they are up, and are ended by their own pid. */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Child<Report> extends AsyncDisposable {
  readonly pid: number;
  /** What it said when it was up. */
  readonly report: Report;
  /** Asks for something and resolves with the answer. One question at a time. */
  ask(question: unknown): Promise<unknown>;
  /** Asks it to end and waits; kills it when it does not. */
  stop(): Promise<void>;
}

const PATIENCE_MS = 30_000;
const LAST_WORDS_MS = 5_000;

export interface ChildOptions {
  readonly args?: readonly string[];
  readonly nodeArgs?: readonly string[];
}

/** Starts a file of `bench/processes/` and waits for its first message. Rejects when it ends before that. */
export async function startChild<Report>(file: string, options: ChildOptions = {}): Promise<Child<Report>> {
  const path = fileURLToPath(new URL(`../processes/${file}`, import.meta.url));
  const child = fork(path, [...(options.args ?? [])], {
    execArgv: [...(options.nodeArgs ?? [])],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${file} ended with ${String(code)}`);
  });
  ended.catch(() => {});
  const next = async (): Promise<unknown> => {
    const [message] = await Promise.race([once(child, 'message', { signal: AbortSignal.timeout(PATIENCE_MS) }), ended]);
    return message;
  };
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), LAST_WORDS_MS);
    await gone;
    clearTimeout(timer);
  };
  try {
    const report = (await next()) as Report;
    return {
      pid: child.pid ?? 0,
      report,
      ask: (question) => {
        const answer = next();
        child.send(question as object);
        return answer;
      },
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
