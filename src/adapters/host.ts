/** This machine, through `/proc` and statfs. */

import { readdir, readFile, readlink, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { SECOND, type Instant, type Millis } from '../core/time.ts';
import type { FilesystemFigures, Host, PidView, ProcessSight, WorkingFolders } from '../ports/host.ts';
import { canCompareStarts, hasEnded, parseBootTime, parseProcessStat, startOf } from './host-process.ts';

/** The first PID namespace has this fixed inode in every kernel (PROC_PID_INIT_INO). */
const INITIAL_NAMESPACE = 'pid:[4026531836]';

const LONGEST_COMMAND = 512;

/** A disk that hangs holds one of the four threads of the pool for ever: it must not be asked twice. */
const FIGURES_WITHIN: Millis = 5 * SECOND;

/** The machine whose proc filesystem is at `procRoot`; a container may be given its host's, for example at `/host/proc`. */
export function openHost(procRoot = '/proc'): Host {
  const proc = (path: string): Promise<string | null> => readText(join(procRoot, path));
  const pidView = (): Promise<PidView> => viewOf(procRoot);
  return {
    proc,
    pids: () => listPids(procRoot),
    process: async (pid) => {
      const text = await proc(`${pid}/stat`);
      if (text === null) return unseen(pid, proc, await pidView());
      const figures = parseProcessStat(text);
      if (figures === null) return { seen: 'hidden', reason: `/proc/${pid}/stat makes no sense` };
      if (hasEnded(figures)) return { seen: 'ended' };
      const boot = await comparableBoot(proc);
      const command = (await proc(`${pid}/cmdline`)) ?? '';
      return {
        seen: 'running',
        startedAt: boot === null ? null : startOf(boot, figures),
        command: command.replaceAll('\u0000', ' ').trim().slice(0, LONGEST_COMMAND),
      };
    },
    pidView,
    pidsOf: (word) => findPids(procRoot, word),
    workingFolders: () => readFolders(procRoot),
    filesystem: askOnce(readFigures),
  };
}

type ReadProc = (path: string) => Promise<string | null>;

/** A process that `/proc` does not show is absent only when it cannot be one that `/proc` hides (mount option hidepid). */
async function unseen(pid: number, proc: ReadProc, view: PidView): Promise<ProcessSight> {
  if (view.own) return answersToSignals(pid) ? { seen: 'hidden', reason: '/proc hides it' } : { seen: 'absent' };
  if ((await proc('1/stat')) !== null) return { seen: 'absent' };
  return { seen: 'hidden', reason: "/proc hides other users' processes" };
}

function answersToSignals(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

async function comparableBoot(proc: ReadProc): Promise<Instant | null> {
  const boot = parseBootTime((await proc('stat')) ?? '');
  const self = parseProcessStat((await proc('self/stat')) ?? '');
  if (boot === null || self === null) return null;
  return canCompareStarts(boot, self, performance.timeOrigin) ? boot : null;
}

async function viewOf(procRoot: string): Promise<PidView> {
  const [self, namespace] = await Promise.all([
    readTarget(join(procRoot, 'self')),
    readTarget(join(procRoot, 'self/ns/pid')),
  ]);
  return { own: self === String(process.pid), initial: namespace === INITIAL_NAMESPACE };
}

async function listPids(procRoot: string): Promise<readonly number[]> {
  const names = await readdir(procRoot).catch(() => []);
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}

async function findPids(procRoot: string, word: string): Promise<readonly number[] | null> {
  const pids = await listPids(procRoot);
  const matches = await inBatches(pids, async (pid) => {
    const command = await readText(join(procRoot, `${pid}/cmdline`));
    return command?.includes(word) === true;
  });
  return pids.length === 0 ? null : pids.filter((_, i) => matches[i]);
}

/** The first process starts others. It may hide from everybody, and works nowhere itself. */
const FIRST = 1;

async function readFolders(procRoot: string): Promise<WorkingFolders | null> {
  const pids = await listPids(procRoot);
  const seen: { readonly pid: number; readonly folder: string }[] = [];
  const hiddenUsers = new Set<number>();
  await inBatches(pids, async (pid) => {
    const folder = await readTarget(join(procRoot, `${pid}/cwd`));
    if (folder !== '') return void seen.push({ pid, folder });
    const owner = pid === FIRST ? null : await stat(join(procRoot, String(pid))).catch(() => null);
    const command = owner === null ? '' : await readText(join(procRoot, `${pid}/cmdline`));
    // What has no command line is the kernel's, or has ended; what has none any more has ended just now.
    if (owner !== null && command !== '' && command !== null) hiddenUsers.add(owner.uid);
  });
  return pids.length === 0 ? null : { seen, hiddenUsers };
}

/** The thread pool has four threads and others need them too. */
const AT_ONCE = 32;

async function inBatches<A, B>(items: readonly A[], work: (item: A) => Promise<B>): Promise<readonly B[]> {
  const done: B[] = [];
  for (let i = 0; i < items.length; i += AT_ONCE) {
    done.push(...(await Promise.all(items.slice(i, i + AT_ONCE).map(work))));
  }
  return done;
}

function askOnce<T>(ask: (path: string) => Promise<T>): (path: string) => Promise<T | 'silent'> {
  const unanswered = new Set<string>();
  return async (path) => {
    if (unanswered.has(path)) return 'silent';
    unanswered.add(path);
    const patience = new AbortController();
    const answer = ask(path).finally(() => {
      unanswered.delete(path);
      patience.abort();
    });
    const silence = wait(FIGURES_WITHIN, 'silent' as const, { signal: patience.signal }).catch(() => 'silent' as const);
    return Promise.race([answer, silence]);
  };
}

async function readFigures(path: string): Promise<FilesystemFigures | null> {
  try {
    const figures = await statfs(path);
    return {
      blockSize: figures.bsize,
      blocks: figures.blocks,
      blocksFree: figures.bfree,
      blocksAvailable: figures.bavail,
      inodes: figures.files,
      inodesFree: figures.ffree,
    };
  } catch {
    return null;
  }
}

async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return null;
  }
}

async function readTarget(path: string): Promise<string> {
  try {
    return await readlink(path);
  } catch {
    return '';
  }
}
