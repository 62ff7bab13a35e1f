/** What every command is given, and what it may say. */

import { styleText } from 'node:util';
import { readConfig } from '../app/configure.ts';
import type { Config } from '../config/config.ts';
import type { Environment } from '../config/lookup.ts';
import type { Instant } from '../core/time.ts';

/** A stream that may be a terminal; `process.stdout` fits, and so does a stream of a test. */
export type Output = NodeJS.WritableStream & { readonly isTTY?: boolean; hasColors?(): boolean };

export interface CliWorld {
  readonly env: Environment;
  readonly cwd: string;
  readonly stdout: Output;
  readonly stderr: Output;
  now(): Instant;
  /** Ends the process at once, whatever is under way. */
  exit(code: number): void;
}

export type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'cyan';

/** 0 fine, 1 findings at or above `--fail-on` or nobody who looks for them, a test failed or something needed is broken, 2 usage or configuration, 70 a bug. */
export type ExitCode = 0 | 1 | 2 | 70;

export interface Cli extends CliWorld {
  /** One line to standard output. */
  say(line: string): void;
  /** One line to standard error. */
  complain(line: string): void;
  /** For `--json`: the value and a line end, nothing else. */
  json(value: unknown): void;
  /** What is being done, on a terminal only, until something else is said; `''` wipes it away. */
  progress(text: string): void;
  /** Colour where standard output is a terminal; NO_COLOR and FORCE_COLOR are respected. */
  style(style: Style, text: string): string;
  /** The configuration; throws a ProblemError. */
  config(): Config;
  /** Why standard output takes no more, `''` while it does or when nobody reads it. */
  trouble(): string;
}

/** Wraps the process for commands. A reader that went away, as in `reactor findings | head -1`, is no error. */
export function openCli(world: CliWorld): Cli {
  const { stdout, stderr } = world;
  let trouble = '';
  let shown = false;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') trouble = error.message;
  });
  stderr.on('error', () => undefined);
  const progress = (text: string): void => {
    if (stderr.isTTY !== true || (text === '' && !shown)) return;
    stderr.write(`\r\u001B[2K${text}`);
    shown = text !== '';
  };
  const write = (stream: Output, text: string): void => {
    progress('');
    stream.write(text);
  };
  return {
    ...world,
    say: (line) => write(stdout, `${line}\n`),
    complain: (line) => write(stderr, `${line}\n`),
    json: (value) => write(stdout, `${JSON.stringify(value, null, 2)}\n`),
    progress,
    style: (style, text) => styleText(style, text, { stream: stdout }),
    config: () => readConfig(world.env, world.cwd),
    trouble: () => trouble,
  };
}
