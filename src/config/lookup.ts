/** Finds what a person wrote for one setting: in the environment first, then in `reactor.toml`, then in the file that either points to. */

import { dirname, resolve } from 'node:path';
import { messageOf } from '../core/errors.ts';
import type { Problem } from '../core/problem.ts';
import type { Origin } from './config.ts';
import type { Setting } from './settings.ts';
import { isTable, type TomlDocument } from './toml.ts';

/** The files that configuration is made of, behind two questions. Both throw an Error when there is an answer that cannot be had. */
export interface ConfigFiles {
  /** Text of a file; null when there is no such file. */
  read(path: string): string | null;
  /** Names in a folder, in any order; empty when there is no such folder. */
  list(folder: string): readonly string[];
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** What all settings are looked up in. */
export interface Inputs {
  readonly env: Environment;
  readonly cwd: string;
  readonly files: ConfigFiles;
  readonly document: TomlDocument;
}

/** A raw value and its place. `base` is the folder that relative paths start from. */
export interface Found {
  readonly raw: unknown;
  readonly origin: Origin;
  readonly file: string;
  readonly line: number;
  readonly key: string;
  readonly base: string;
}

/** The raw value of a setting; a problem when it cannot be told; null when nobody set it. */
export function lookUp(setting: Setting<unknown>, inputs: Inputs): Found | Problem | null {
  const written = candidates(setting, inputs).filter((found) => found.raw !== undefined);
  const [first, second] = written;
  if (first === undefined) return null;
  if (second?.origin === first.origin) return problemAt(second, `is set beside ${first.key}`, 'one of the two');
  return first.key.toLowerCase().endsWith('_file') ? readSecret(first, inputs.files) : first;
}

/** A mistake at a place. */
export function problemAt(place: Pick<Found, 'file' | 'line' | 'key'>, message: string, hint: string): Problem {
  return { file: place.file, line: place.line, key: place.key, message, hint };
}

export type ReadText = { readonly text: string } | { readonly failure: string; readonly isMissing: boolean };

/** Text of a file, or why it cannot be had. */
export function readText(files: ConfigFiles, path: string): ReadText {
  try {
    const text = files.read(path);
    return text === null ? { failure: `there is no file ${path}`, isMissing: true } : { text };
  } catch (error) {
    const reason = messageOf(error);
    return { failure: `${path} cannot be read: ${reason}`, isMissing: false };
  }
}

function candidates(setting: Setting<unknown>, inputs: Inputs): readonly Found[] {
  const { env, key, inFile, secret } = setting;
  const suffixes = secret ? ['', '_file'] : [''];
  const variables = env === null ? [] : suffixes.map((suffix) => inEnvironment(env + suffix.toUpperCase(), inputs));
  const keys = inFile ? suffixes.map((suffix) => inDocument(key + suffix, inputs.document)) : [];
  return [...variables, ...keys];
}

/** An empty variable is an unset one: Compose files pass `${NAME:-}` on. */
function inEnvironment(name: string, { env, cwd }: Inputs): Found {
  const raw = env[name] === '' ? undefined : env[name];
  return { raw, origin: 'environment', file: 'environment', line: 0, key: name, base: cwd };
}

function inDocument(key: string, document: TomlDocument): Found {
  const path = key.split('.');
  const raw = path.reduce<unknown>(
    (at, name) => (isTable(at) && Object.hasOwn(at, name) ? at[name] : undefined),
    document.root,
  );
  const { file } = document;
  return { raw, origin: 'reactor.toml', file, line: document.lineOf(path), key, base: dirname(file) };
}

function readSecret(at: Found, files: ConfigFiles): Found | Problem {
  if (typeof at.raw !== 'string') return problemAt(at, 'is not a path', '"/run/secrets/name"');
  const read = readText(files, resolve(at.base, at.raw));
  return 'text' in read
    ? { ...at, raw: read.text }
    : problemAt(at, read.failure, 'the path of a file that holds the secret');
}
