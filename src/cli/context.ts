/** What every command is given, and what it may say. */

import { styleText } from 'node:util';
import { readConfig } from '../app/configure.ts';
import type { Config } from '../config/config.ts';
import type { Environment } from '../config/lookup.ts';
import type { Instant } from '../core/time.ts';

export interface CliWorld {
  readonly env: Environment;
  readonly cwd: string;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  now(): Instant;
}

export type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'cyan';

/** 0 fine, 1 findings at or above `--fail-on` or a test failed, 2 usage or configuration, 70 a bug. */
export type ExitCode = 0 | 1 | 2 | 70;

export interface Cli extends CliWorld {
  /** One line to standard output. */
  say(line: string): void;
  /** One line to standard error. */
  complain(line: string): void;
  /** For `--json`: the value and a line end, nothing else. */
  json(value: unknown): void;
  /** Colour on a terminal that wants it; NO_COLOR is respected. */
  style(style: Style, text: string): string;
  /** The configuration; throws a ProblemError. */
  config(): Config;
}

/** Wraps the process for commands. */
export function openCli(world: CliWorld): Cli {
  const { stdout, stderr } = world;
  return {
    ...world,
    say: (line) => void stdout.write(`${line}\n`),
    complain: (line) => void stderr.write(`${line}\n`),
    json: (value) => void stdout.write(`${JSON.stringify(value, null, 2)}\n`),
    style: (style, text) => styleText(style, text, { stream: stdout }),
    config: () => readConfig(world.env, world.cwd),
  };
}
