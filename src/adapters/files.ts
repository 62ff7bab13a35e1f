/** Files on this machine's disk. */

import { constants, watch, type BigIntStats } from 'node:fs';
import { lstat, open, readdir, realpath, stat, statfs, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../core/errors.ts';
import type { FileReading, Files, FileSight, Listing, WatchListener, WatchStart } from '../ports/files.ts';

/** Files are looked at this many at a time: the thread pool has four threads and others need them too. */
const AT_ONCE = 32;

/** Filesystems whose other writers give no change notices, by the type number of statfs. */
const SILENT_FILESYSTEMS: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x517b, 'SMB'],
  [0x01021997, '9p'],
  [0x00c36400, 'Ceph'],
  [0x65735546, 'FUSE'],
]);

/** The disk of this machine. */
export const diskFiles: Files = {
  list,
  read: (path, maxBytes) => read(path, maxBytes, 'head'),
  tail: (path, maxBytes) => read(path, maxBytes, 'tail'),
  watch: watchFolder,
  realPath,
};

async function list(folder: string, wanted: (name: string) => boolean): Promise<Listing> {
  try {
    const self = await stat(folder, { bigint: true });
    const names = (await readdir(folder)).filter(wanted);
    const files: FileSight[] = [];
    for (let i = 0; i < names.length; i += AT_ONCE) {
      const part = await Promise.all(names.slice(i, i + AT_ONCE).map((name) => look(folder, name)));
      files.push(...part.filter((file) => file !== null));
    }
    return { seen: true, folder: `${self.dev}:${self.ino}`, files };
  } catch (error) {
    const reason = `${folder}: ${inWords(error)}`;
    return codeOf(error) === 'ENOENT' ? { seen: false, reason, why: 'missing' } : { seen: false, reason };
  }
}

async function look(folder: string, name: string): Promise<FileSight | null> {
  try {
    const stats = await lstat(join(folder, name), { bigint: true });
    return {
      name,
      version: versionOf(stats),
      modified: modifiedOf(stats),
      what: whatOf(stats),
      bytes: Number(stats.size),
      owner: Number(stats.uid),
    };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

type End = 'head' | 'tail';

async function read(path: string, maxBytes: number, end: End): Promise<FileReading> {
  let handle: FileHandle;
  try {
    // The folder is open to everybody: a link must not lead us elsewhere, and a FIFO must not hold us.
    handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? { got: 'gone' } : { got: 'refused', reason: inWords(error) };
  }
  try {
    return await readStill(handle, maxBytes, end);
  } catch (error) {
    return { got: 'refused', reason: inWords(error) };
  } finally {
    await handle.close();
  }
}

async function readStill(handle: FileHandle, maxBytes: number, end: End): Promise<FileReading> {
  let before = await handle.stat({ bigint: true });
  if (!before.isFile()) return { got: 'refused', reason: 'it is no regular file' };
  for (let tries = 0; tries < 3; tries += 1) {
    const from = end === 'head' ? 0 : Math.max(0, Number(before.size) - maxBytes);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(maxBytes), 0, maxBytes, from);
    const after = await handle.stat({ bigint: true });
    if (versionOf(after) === versionOf(before)) {
      const text = buffer.toString('utf8', 0, bytesRead);
      return { got: 'text', text, version: versionOf(after), modified: modifiedOf(after) };
    }
    before = after;
  }
  return { got: 'refused', reason: 'it was written to during each of three readings' };
}

async function watchFolder(folder: string, listener: WatchListener): Promise<WatchStart> {
  try {
    const silent = SILENT_FILESYSTEMS.get((await statfs(folder)).type >>> 0);
    if (silent !== undefined) return { watching: false, reason: `${silent} gives no change notices` };
    const watcher = watch(folder, { persistent: false }, () => listener.hint());
    watcher.on('error', (error) => {
      watcher.close();
      listener.lost(inWords(error));
    });
    return { watching: true, close: () => watcher.close() };
  } catch (error) {
    return { watching: false, reason: inWords(error) };
  }
}

async function realPath(path: string): Promise<string | null> {
  try {
    return await realpath(path);
  } catch {
    return null;
  }
}

function whatOf(stats: BigIntStats): FileSight['what'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'folder';
  if (stats.isSymbolicLink()) return 'link';
  return stats.isSocket() ? 'socket' : 'other';
}

const versionOf = (stats: BigIntStats): string => `${stats.ino}:${stats.mtimeNs}:${stats.size}`;

const modifiedOf = (stats: BigIntStats): number => Number(stats.mtimeNs / 1_000_000n);

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'no such folder',
  ENOTDIR: 'it is no folder',
  EACCES: 'not allowed to read it',
  EPERM: 'not allowed to read it',
  ELOOP: 'it is a symbolic link',
  ENOSPC: 'the limit fs.inotify.max_user_watches is reached (ENOSPC)',
  EMFILE: 'the limit fs.inotify.max_user_instances or of open files is reached (EMFILE)',
};

function inWords(error: unknown): string {
  return WORDS[codeOf(error)] ?? messageOf(error);
}
