/** A folder, a process table and an event log that a test moves by hand, around a running files source. */

import type { AnyEvent, StoredEvent } from '../../../../src/core/event.ts';
import type { SourceState } from '../../../../src/core/source.ts';
import { createPicture } from '../../../../src/factory/picture.ts';
import type { FileReading, Files, WatchListener } from '../../../../src/ports/files.ts';
import type { Host, ProcessSight } from '../../../../src/ports/host.ts';
import { filesSource, type FilesOptions } from '../../../../src/sources/files/index.ts';
import { fakeClock } from '../../../support/fake-clock.ts';

interface WorldOptions extends Partial<FilesOptions> {
  readonly findNamespace?: boolean;
}

interface FakeFile {
  readonly text: string;
  readonly modified: number;
  readonly ino: number;
}

/** A world whose lock writers share our PID namespace, unless something else is declared, or it is left to be found out. */
export function openWorld({ findNamespace = false, ...over }: WorldOptions = {}) {
  const clock = fakeClock();
  const disk = new Map<string, FakeFile>();
  const processes = new Map<number, ProcessSight>();
  const events: AnyEvent[] = [];
  const reports: (readonly [SourceState, string])[] = [];
  const warnings: string[] = [];
  const listeners = new Set<WatchListener>();
  const picture = createPicture();
  const state: State = {
    folder: '1:1',
    missing: false,
    watchFails: '',
    refuse: false,
    reads: 0,
    lists: 0,
    lastInode: 100,
    mounts: '',
  };

  const readFile = async (path: string): Promise<FileReading> => {
    state.reads += 1;
    const file = disk.get(path.slice('/tmp/'.length));
    if (file === undefined) return { got: 'gone' };
    if (file.text === 'DENIED') return { got: 'refused', reason: 'not allowed to read it' };
    return { got: 'text', text: file.text, version: versionOf(file), modified: file.modified };
  };
  const files: Files = {
    async list(_, wanted) {
      state.lists += 1;
      if (state.missing) return { seen: false, reason: '/tmp: no such folder' };
      const found = [...disk].filter(([name]) => wanted(name));
      const sights = found.map(([name, file]) => ({
        name,
        version: versionOf(file),
        modified: file.modified,
        what: 'file' as const,
        bytes: file.text.length,
        owner: 0,
      }));
      return { seen: true, folder: state.folder, files: sights };
    },
    read: readFile,
    tail: readFile,
    async watch(_, listener) {
      if (state.missing) return { watching: false, reason: 'no such folder' };
      if (state.watchFails !== '') return { watching: false, reason: state.watchFails };
      listeners.add(listener);
      return { watching: true, close: () => void listeners.delete(listener) };
    },
    realPath: async (path) => path,
  };
  const machine: Host = {
    proc: async (path) => (path === 'self/mountinfo' ? state.mounts : null),
    pids: async () => [],
    process: async (pid) => processes.get(pid) ?? { seen: 'absent' },
    pidView: async () => ({ own: true, initial: true }),
    pidsOf: async () => [],
    workingFolders: async () => null,
    filesystem: async () => null,
  };
  const options: FilesOptions = {
    dir: '/tmp',
    host: 'box',
    projects: [
      { name: 'harb', repo: 'johba/harb' },
      { name: 'app-2', repo: 'johba/app-2' },
    ],
    picture,
    files,
    machine,
    clock,
    log: { debug() {}, info() {}, error() {}, warn: (_, message) => void warnings.push(message) },
    latest: () => [],
    ...(findNamespace ? {} : { pidNamespace: 'same' }),
    ...over,
  };
  const source = filesSource(options);
  const hint = (): void => {
    for (const listener of listeners) listener.hint();
  };
  /** Changes the disk without a notice. */
  const put = (name: string, text: string, { age = 1_000, ino = 0 } = {}): void => {
    state.lastInode += 1;
    disk.set(name, { text, modified: clock.now() - age, ino: ino === 0 ? state.lastInode : ino });
  };
  return {
    clock,
    disk,
    processes,
    events,
    reports,
    warnings,
    listeners,
    picture,
    state,
    source,
    hint,
    put,
    /** Changes the disk, as the kernel would tell. */
    write(name: string, text: string) {
      put(name, text, { age: 0 });
      hint();
    },
    remove(name: string) {
      disk.delete(name);
      hint();
    },
    /** Says an issue is open or closed. */
    issue(number: number, issueState: 'open' | 'closed', closedAt = '') {
      const data = { repo: 'johba/harb', number, state: issueState, closed_at: closedAt };
      picture.apply({ kind: 'forge.issue', data } as AnyEvent);
    },
    /** The data of what was said since the last call. */
    said() {
      return events.splice(0).map((event) => ({ kind: event.kind, ...event.data }));
    },
    /** Runs the source until the result is called. */
    async start(): Promise<() => Promise<void>> {
      const stop = new AbortController();
      const done = source.run({
        signal: stop.signal,
        report: (sight, reason) => void reports.push([sight, reason]),
        emit: async (batch) => {
          if (state.refuse) throw new Error('disk full');
          events.push(...batch);
          return { stored: batch.length, known: 0 };
        },
      });
      await clock.settle();
      return async () => {
        stop.abort();
        await done;
      };
    },
  };
}

interface State {
  folder: string;
  missing: boolean;
  watchFails: string;
  refuse: boolean;
  reads: number;
  lists: number;
  lastInode: number;
  mounts: string;
}

const versionOf = (file: FakeFile): string => `${file.ino}:${file.modified}:${file.text.length}`;

/** What an event log gives back of an event. */
export function asStored(event: AnyEvent): StoredEvent {
  return { ...event, received: event.time, seq: 1 };
}
