/** A place that can only be reached by running a shell in it: everything asked in one turn of the event loop is one run. */

import { randomUUID } from 'node:crypto';
import type { FileReading, Files, FileSight, Listing } from '../ports/files.ts';
import type { Place, ProgramRun } from '../ports/place.ts';
import {
  parseAnswers,
  parseStat,
  toScript,
  type Asked,
  type AskShell,
  type ShellAnswer,
  type ShellAsk,
  type ShellStat,
} from './shell-batch.ts';
import { shellHost } from './shell-host.ts';

/** Runs `sh -c` with a script in the place. Its output, or why there is none. Never rejects. */
export type RunShell = (
  script: string,
) => Promise<{ readonly ran: true; readonly output: string } | { readonly ran: false; readonly reason: string }>;

/** A script is one argument of a program, and the kernel takes 128 KB in one. */
const MOST_ASKS = 200;

export interface ShellPlaceOptions {
  readonly name: string;
  readonly id: string;
  readonly run: RunShell;
}

/** The place behind a shell. */
export function shellPlace({ name, id, run }: ShellPlaceOptions): Place {
  const ask = batch(run);
  return {
    name,
    id,
    files: shellFiles(ask),
    machine: shellHost(ask),
    run: async (argv) => toRun(await ask({ ask: 'run', argv }), argv[0] ?? ''),
  };
}

interface Waiting {
  readonly ask: ShellAsk;
  resolve(asked: Asked): void;
}

function batch(run: RunShell): AskShell {
  let waiting: Waiting[] = [];
  const flush = async (group: readonly Waiting[]): Promise<void> => {
    const word = randomUUID();
    const asks = group.map((one) => one.ask);
    const ran = await run(toScript(asks, word));
    const answers = ran.ran ? parseAnswers(ran.output, word, asks.length) : [];
    for (const [i, one] of group.entries()) one.resolve(toAsked(answers[i] ?? null, ran));
  };
  const start = (): void => {
    const all = waiting;
    waiting = [];
    for (let i = 0; i < all.length; i += MOST_ASKS) void flush(all.slice(i, i + MOST_ASKS));
  };
  return (ask) =>
    new Promise((resolve) => {
      waiting.push({ ask, resolve });
      if (waiting.length === 1) setImmediate(start);
    });
}

function toAsked(answer: ShellAnswer, ran: Awaited<ReturnType<RunShell>>): Asked {
  if (!ran.ran) return { got: false, reason: ran.reason };
  if (answer !== null) return { got: true, ...answer };
  const said = ran.output.trim().slice(0, 200);
  return { got: false, reason: `the shell there ended early${said === '' ? '' : `: ${said}`}` };
}

function toRun(asked: Asked, program: string): ProgramRun {
  if (!asked.got) return { ran: false, reason: asked.reason, missing: false };
  const code = Number(asked.end);
  if (code === 127) return { ran: false, reason: `${program} is not installed there`, missing: true };
  if (code === 124) return { ran: false, reason: `${program} did not finish in time`, missing: false };
  return { ran: true, code, stdout: asked.parts.get('out') ?? '', stderr: asked.parts.get('err') ?? '' };
}

function shellFiles(ask: AskShell): Files {
  const read = async (path: string, maxBytes: number, end: 'head' | 'tail'): Promise<FileReading> =>
    toReading(await ask({ ask: 'read', path, maxBytes, end }));
  return {
    list: async (folder, wanted) => toListing(await ask({ ask: 'list', folder }), folder, wanted),
    read: (path, maxBytes) => read(path, maxBytes, 'head'),
    tail: (path, maxBytes) => read(path, maxBytes, 'tail'),
    // No notices come out of there. Whoever watches also looks every few seconds, and that is how changes are found.
    watch: async () => ({ watching: true, close: () => undefined }),
    realPath: async (path) => path,
  };
}

const FOLDER_FLAWS: Readonly<Record<string, string>> = { missing: 'no such folder', denied: 'not allowed to read it' };

function toListing(asked: Asked, folder: string, wanted: (name: string) => boolean): Listing {
  if (!asked.got) return { seen: false, reason: asked.reason };
  const flaw = FOLDER_FLAWS[asked.end];
  if (flaw !== undefined) {
    const reason = `${folder}: ${flaw}`;
    return asked.end === 'missing' ? { seen: false, reason, why: 'missing' } : { seen: false, reason };
  }
  const lines = (asked.parts.get('entries') ?? '').split('\n').map(parseStat);
  const files = lines.filter((line) => line !== null && wanted(line.name)).flatMap((line) => toSight(line));
  return { seen: true, folder: (asked.parts.get('id') ?? '').trim(), files };
}

function toSight(stat: ShellStat | null): readonly FileSight[] {
  if (stat === null) return [];
  const { name, version, modified, bytes, owner } = stat;
  return [{ name, version, modified, bytes, owner, what: WHAT.get(stat.mode & TYPE_BITS) ?? 'other' }];
}

const TYPE_BITS = 0o170_000;
const WHAT: ReadonlyMap<number, FileSight['what']> = new Map([
  [0o100_000, 'file'],
  [0o040_000, 'folder'],
  [0o120_000, 'link'],
  [0o140_000, 'socket'],
]);

const FILE_FLAWS: Readonly<Record<string, string>> = {
  link: 'it is a symbolic link',
  irregular: 'it is no regular file',
  denied: 'not allowed to read it',
};

function toReading(asked: Asked): FileReading {
  if (!asked.got) return { got: 'refused', reason: asked.reason };
  if (asked.end === 'gone') return { got: 'gone' };
  const flaw = FILE_FLAWS[asked.end];
  if (flaw !== undefined) return { got: 'refused', reason: flaw };
  const before = parseStat((asked.parts.get('before') ?? '').trim());
  const after = parseStat((asked.parts.get('after') ?? '').trim());
  if (before === null || after === null) return { got: 'gone' };
  if (before.version !== after.version) return { got: 'refused', reason: 'it was written to during the reading' };
  return { got: 'text', text: asked.parts.get('text') ?? '', version: after.version, modified: after.modified };
}
