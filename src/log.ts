/** What the reactor says about itself, on standard error: standard output belongs to people and pipes. One JSON line each, or readable text on a terminal. */

import { pino, type LoggerOptions } from 'pino';
import { redact } from './core/redact.ts';
import { readable } from './log/readable.ts';
import type { Log } from './ports/log.ts';

/** Where lines go; `process.stderr` fits. */
export interface LogOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
  hasColors?(): boolean;
}

/** A log at a level of pino's (`trace` to `fatal`, or `silent`); the environment's NO_COLOR is honoured. */
export function openLog(level: string, output: LogOutput): Log {
  const colours = output.hasColors?.() ?? false;
  const write = (line: string): unknown => output.write(output.isTTY === true ? readable(line, colours) : line);
  return pino(logOptions(level), { write });
}

const GONE = '[redacted]';
const MAX_DEPTH = 6;

/** Names that hold a secret, with `_` and `-` taken out: `MATRIX_TOKEN`, `apiToken`, `set-cookie`. `token_file` and `tokens` hold none. */
const SECRET = /(?:token|secrets?|password|passwd|passphrase|authorization|cookie|apikey|privatekey|credentials?)$/i;

function logOptions(level: string): LoggerOptions {
  return {
    level,
    base: null,
    // Errors are described below; pino's own serializer would describe the description.
    serializers: { err: (described: unknown) => described },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: {
      level: (label) => ({ level: label }),
      log: (fields) => ({ ...(cleanse(fields, 0) as Record<string, unknown>) }),
    },
  };
}

/** The same value without secrets, whatever they are nested in, and with errors cut down to what a person needs. */
function cleanse(value: unknown, depth: number): unknown {
  if (value instanceof Error) return describeError(value, depth);
  if (typeof value === 'string') return redact(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) return '[deep]';
  if (Array.isArray(value)) return value.map((item) => cleanse(item, depth + 1));
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  const entries = Object.entries(value).map(([key, inner]) => {
    const isSecret = SECRET.test(key.replaceAll(/[_-]/g, '')) && inner !== null && inner !== '';
    return [key, isSecret ? GONE : cleanse(inner, depth + 1)] as const;
  });
  return Object.fromEntries(entries);
}

/** Libraries hang requests, with their headers, on errors: only what is known to be harmless is kept. */
function describeError(error: Error, depth: number): object {
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const cause = error.cause === undefined || depth > MAX_DEPTH ? {} : { cause: cleanse(error.cause, depth + 1) };
  return { name: error.name, message: redact(error.message), ...code, stack: redact(error.stack ?? ''), ...cause };
}
