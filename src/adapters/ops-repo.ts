/** The ops repo's folder on this machine's disk. */

import { constants } from 'node:fs';
import { access, lstat, mkdir, open, readdir, realpath, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { messageOf } from '../core/errors.ts';
import { OpsRepoError, type OpsRepo, type OpsRepoFault } from '../ports/ops-repo.ts';

const MAX_BYTES = 8 * 1024 * 1024;

/** A folder as an ops repo; it is made when something is first written. Changes are made one at a time. */
export function openOpsRepo(root: string): OpsRepo {
  const oneAtATime = createTurns();
  const on = <T>(path: string, work: (full: string) => Promise<T>): Promise<T> =>
    explained(root, path, () => work(fullPath(root, path)));
  return {
    read: (path) => on(path, (full) => readText(root, full)),
    write: (path, text, expected) => oneAtATime(() => on(path, (full) => replace(root, full, { text, expected }))),
    rename: (from, to) => oneAtATime(() => on(from, (full) => on(to, (fullTo) => moveFile(root, full, fullTo)))),
    list: (folder) => explained(root, folder, () => listFolder(root, folder === '' ? root : fullPath(root, folder))),
    isWritable: () => isWritable(root),
  };
}

async function readText(root: string, full: string): Promise<string | null> {
  let file: FileHandle;
  try {
    // A link must not lead us elsewhere, and a FIFO must not hold us.
    file = await open(full, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    if (codeOf(error) === 'ELOOP') throw notText(full, 'is a symbolic link');
    throw error;
  }
  try {
    await mustBeInside(root, dirname(full));
    const stats = await file.stat();
    if (!stats.isFile()) throw notText(full, 'is no regular file');
    if (stats.size > MAX_BYTES) throw notText(full, 'is over 8 MB');
    return decode(full, await file.readFile());
  } finally {
    await file.close();
  }
}

/** Strict: a byte that was decoded in some way or other would be written back as another one. */
function decode(full: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw notText(full, 'is not UTF-8');
  }
}

async function replace(
  root: string,
  full: string,
  { text, expected }: { readonly text: string; readonly expected: string | null },
): Promise<void> {
  const folder = await makeFolder(root, dirname(full));
  // Always the same name, so that one left behind by a crash is written over, and hidden, so that nobody takes it for an item.
  const temporary = join(folder, `.${basename(full)}.reactor-tmp`);
  try {
    await writeSynced(temporary, text, await modeOf(full));
    const now = await readText(root, full);
    if (now !== expected) throw new OpsRepoError('changed', `${full} was changed meanwhile; it is read again`);
    await rename(temporary, full);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(folder);
}

async function writeSynced(path: string, text: string, mode: number | null): Promise<void> {
  await rm(path, { force: true });
  const file = await open(path, 'wx', 0o666);
  try {
    if (mode !== null) await file.chmod(mode);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function moveFile(root: string, from: string, to: string): Promise<void> {
  await mustBeInside(root, dirname(from));
  if ((await modeOf(from)) === null) throw new OpsRepoError('missing', `${from} is not there any more`);
  const folder = await makeFolder(root, dirname(to));
  if ((await modeOf(to)) !== null) throw new OpsRepoError('exists', `${to} is there already; move it away`);
  await rename(from, to);
  await syncFolder(folder);
  await syncFolder(dirname(from));
}

async function listFolder(root: string, full: string): Promise<readonly string[]> {
  await mustBeInside(root, full);
  try {
    const entries = await readdir(full, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      .map((entry) => entry.name)
      .toSorted();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

async function isWritable(root: string): Promise<boolean> {
  try {
    await makeFolders(root);
    await access(root, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function fullPath(root: string, path: string): string {
  const parts = path.split('/');
  const isPlain =
    !path.includes('\0') && !path.includes('\\') && !parts.some((part) => part === '' || part === '.' || part === '..');
  if (isPlain) return join(root, path);
  throw new OpsRepoError(
    'outside',
    `${JSON.stringify(path)} is no path below ${root}; write one like vault/pending/item.md`,
  );
}

async function makeFolder(root: string, folder: string): Promise<string> {
  await makeFolders(root);
  await mustBeInside(root, folder);
  await makeFolders(folder);
  return folder;
}

/** Node's own recursion never ends where a folder that is there takes no folders, as in /proc. */
async function makeFolders(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return;
    if (codeOf(error) !== 'ENOENT' || dirname(folder) === folder) throw error;
    await makeFolders(dirname(folder));
    await mkdir(folder).catch((again: unknown) => {
      if (codeOf(again) !== 'EEXIST') throw again;
    });
  }
}

/** Refuses a folder that symbolic links lead out of the root; one that is not there yet is judged by what it would be made in. */
async function mustBeInside(root: string, folder: string): Promise<void> {
  const realRoot = await realOrNull(root);
  if (realRoot === null) return;
  let probe = folder;
  let real = await realOrNull(probe);
  while (real === null) {
    probe = dirname(probe);
    real = await realOrNull(probe);
  }
  if (real === realRoot || real.startsWith(realRoot + sep)) return;
  throw new OpsRepoError('outside', `${folder} leads out of ${root} to ${real}; make it a folder of its own`);
}

async function realOrNull(path: string): Promise<string | null> {
  try {
    return await realpath(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

async function modeOf(path: string): Promise<number | null> {
  try {
    return (await lstat(path)).mode & 0o777;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Some network filesystems cannot sync a folder; the rename is done all the same. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP', 'EPERM'].includes(codeOf(error))) throw error;
  } finally {
    await handle.close();
  }
}

async function explained<T>(root: string, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof OpsRepoError ? error : toOpsRepoError(root, path, error);
  }
}

/** What the disk said, in words that say what to do. */
export function toOpsRepoError(root: string, path: string, error: unknown): OpsRepoError {
  const code = codeOf(error);
  const fault = FAULTS[code] ?? 'other';
  const place = path === '' ? root : join(root, path);
  return new OpsRepoError(
    fault,
    `${place}: ${ADVICE[fault] ?? messageOf(error)}${code === '' ? '' : ` (${code})`}`,
    error,
  );
}

const FAULTS: Readonly<Record<string, OpsRepoFault>> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  EROFS: 'read-only',
  EACCES: 'denied',
  EPERM: 'denied',
};

const ADVICE: Partial<Readonly<Record<OpsRepoFault, string>>> = {
  full: 'no space left on its disk: free some, it is written as soon as there is',
  'read-only': 'its disk is mounted read-only: mount it read-write, or set OPS_REPO_ROOT to a folder that is',
  denied: 'the reactor may not write there: give its user write access, or set OPS_REPO_ROOT to a folder where it has',
};

function notText(full: string, what: string): OpsRepoError {
  return new OpsRepoError('not-text', `${full} ${what}: it is left alone; move it away`);
}

function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
