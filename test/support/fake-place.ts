/** A place that a test moves by hand: files, processes and what programs answer. */

import { dirname } from 'node:path';
import type { FileReading, FileSight, Listing } from '../../src/ports/files.ts';
import type { ProcessSight, WorkingFolders } from '../../src/ports/host.ts';
import type { Place, ProgramRun } from '../../src/ports/place.ts';
import type { Instant } from '../../src/core/time.ts';

interface FakeFile {
  readonly text: string;
  readonly modified: Instant;
  readonly version: number;
  readonly what: FileSight['what'];
}

export interface FakePlace extends Place {
  /** Puts a file, and the folders above it. */
  put(path: string, text: string, modified: Instant): void;
  folder(path: string, modified?: Instant): void;
  remove(path: string): void;
  /** Folders that cannot be listed and files that cannot be read, and why. */
  readonly refused: Map<string, string>;
  /** Text of `/proc` by path below it. */
  readonly proc: Map<string, string>;
  readonly processes: Map<number, ProcessSight>;
  readonly folders: WorkingFolders & { readonly seen: { pid: number; folder: string }[] };
  /** Answers to programs: the first whose words are all in the command line. */
  readonly answers: { readonly words: readonly string[]; readonly run: ProgramRun | (() => ProgramRun) }[];
  /** Command lines that were run. */
  readonly ran: string[];
  readonly reads: string[];
  /** Whether `/proc` is this process's own and that of the whole machine. */
  view: { own: boolean; initial: boolean };
}

/** A program that ended well and printed this. */
export const printed = (stdout: string): ProgramRun => ({ ran: true, code: 0, stdout, stderr: '' });

/** An empty place on the root filesystem of a machine. */
export function fakePlace(name = '', id = ''): FakePlace {
  const disk = new Map<string, FakeFile>();
  const refused = new Map<string, string>();
  const proc = new Map([['self/mountinfo', '1 0 8:1 / / rw - ext4 /dev/sda1 rw']]);
  const processes = new Map<number, ProcessSight>();
  const folders = { seen: [] as { pid: number; folder: string }[], hiddenUsers: new Set<number>() };
  const answers: FakePlace['answers'] = [];
  const ran: string[] = [];
  const reads: string[] = [];
  let versions = 0;
  const set = (path: string, file: Omit<FakeFile, 'version'>): void => {
    versions += 1;
    disk.set(path, { ...file, version: versions });
    if (path !== '/' && !disk.has(dirname(path))) set(dirname(path), { text: '', modified: 0, what: 'folder' });
  };
  const read = async (path: string): Promise<FileReading> => {
    reads.push(path);
    const reason = refused.get(path);
    if (reason !== undefined) return { got: 'refused', reason };
    const file = disk.get(path);
    if (file === undefined) return { got: 'gone' };
    if (file.what !== 'file') return { got: 'refused', reason: 'it is no regular file' };
    return { got: 'text', text: file.text, version: String(file.version), modified: file.modified };
  };
  const list = async (folder: string, wanted: (name: string) => boolean): Promise<Listing> => {
    const reason = refused.get(folder);
    if (reason !== undefined) return { seen: false, reason };
    const missing = { seen: false, reason: `${folder}: no such folder`, why: 'missing' } as const;
    if (disk.get(folder)?.what !== 'folder') return missing;
    const inside = [...disk].filter(([path]) => path !== folder && dirname(path) === folder);
    const files = inside.map(([path, file]) => ({
      name: path.slice(path.lastIndexOf('/') + 1),
      version: String(file.version),
      modified: file.modified,
      what: file.what,
      bytes: file.text.length,
      owner: 1000,
    }));
    return { seen: true, folder: `${name}:${folder}`, files: files.filter((file) => wanted(file.name)) };
  };
  const place: FakePlace = {
    name,
    id,
    refused,
    proc,
    processes,
    folders,
    answers,
    ran,
    reads,
    view: { own: true, initial: true },
    put: (path, text, modified) => set(path, { text, modified, what: 'file' }),
    folder: (path, modified = 0) => set(path, { text: '', modified, what: 'folder' }),
    remove(path) {
      for (const one of disk.keys()) if (one === path || one.startsWith(`${path}/`)) disk.delete(one);
    },
    files: {
      list,
      read,
      tail: read,
      watch: async () => ({ watching: true, close: () => undefined }),
      realPath: async (path) => path,
    },
    machine: {
      proc: async (path) => proc.get(path) ?? null,
      pids: async () => [...processes.keys()],
      process: async (pid) => processes.get(pid) ?? { seen: 'absent' },
      pidView: async () => place.view,
      pidsOf: async (word) =>
        [...processes.keys()].filter((pid) => proc.get(`${pid}/cmdline`)?.includes(word) === true),
      workingFolders: async () => folders,
      filesystem: async () => null,
    },
    async run(argv) {
      const line = argv.join(' ');
      ran.push(line);
      const answer = answers.find(({ words }) => words.every((word) => line.includes(word)))?.run;
      if (answer === undefined) return { ran: false, reason: `${argv[0]} is not installed`, missing: true };
      return typeof answer === 'function' ? answer() : answer;
    },
  };
  return place;
}
