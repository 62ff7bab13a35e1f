/** The machine as the proc filesystem of a place shows it that can only be reached through a shell. */

import { SECOND, type Instant } from '../core/time.ts';
import type { Host, PidView, ProcessSight, WorkingFolders } from '../ports/host.ts';
import { canCompareStarts, hasEnded, parseBootTime, parseProcessStat, startOf } from './host-process.ts';
import type { AskShell } from './shell-batch.ts';

const MOST_BYTES = 256 * 1024;
const LONGEST_COMMAND = 512;

/** The first PID namespace has this fixed inode in every kernel. */
const INITIAL_NAMESPACE = 'pid:[4026531836]';

/** A host over questions to a shell. */
export function shellHost(ask: AskShell): Host {
  const proc = (path: string): Promise<string | null> => readProc(ask, path);
  const run = (...argv: readonly string[]): Promise<string | null> => runThere(ask, argv);
  return {
    proc,
    pids: async () => numbers((await run('sh', '-c', 'cd /proc && echo [0-9]*')) ?? ''),
    process: (pid) => look(pid, proc, run),
    pidView: () => viewOf(ask),
    async pidsOf(word) {
      const found = await run('sh', '-c', 'grep -l -- "$1" /proc/[0-9]*/cmdline 2>/dev/null; echo end', 'sh', word);
      if (found === null) return null;
      return numbers(found.replaceAll(/\/proc\/(\d+)\/cmdline/g, '$1'));
    },
    async workingFolders() {
      const listed = await run('sh', '-c', 'ls -ln /proc/[0-9]*/cwd 2>/dev/null; true');
      return listed === null ? null : parseFolders(listed);
    },
    filesystem: async () => null,
  };
}

type Run = (...argv: readonly string[]) => Promise<string | null>;
type ReadProc = (path: string) => Promise<string | null>;

async function readProc(ask: AskShell, path: string): Promise<string | null> {
  const asked = await ask({ ask: 'read', path: `/proc/${path}`, maxBytes: MOST_BYTES, end: 'head' });
  return asked.got && asked.end === 'done' ? (asked.parts.get('text') ?? null) : null;
}

async function runThere(ask: AskShell, argv: readonly string[]): Promise<string | null> {
  const asked = await ask({ ask: 'run', argv });
  return asked.got && asked.end === '0' ? (asked.parts.get('out') ?? null) : null;
}

async function look(pid: number, proc: ReadProc, run: Run): Promise<ProcessSight> {
  const [text, command, boot, self, now, init] = await Promise.all([
    proc(`${pid}/stat`),
    proc(`${pid}/cmdline`),
    proc('stat'),
    proc('self/stat'),
    run('date', '+%s'),
    proc('1/stat'),
  ]);
  if (text === null || text === '') {
    return init === null ? { seen: 'hidden', reason: 'its processes cannot be seen' } : { seen: 'absent' };
  }
  const stat = parseProcessStat(text);
  if (stat === null) return { seen: 'hidden', reason: `/proc/${pid}/stat makes no sense` };
  if (hasEnded(stat)) return { seen: 'ended' };
  const bootTime = comparableBoot(boot ?? '', self ?? '', Number(now) * SECOND);
  return {
    seen: 'running',
    startedAt: bootTime === null ? null : startOf(bootTime, stat),
    command: (command ?? '').replaceAll('\u0000', ' ').trim().slice(0, LONGEST_COMMAND),
  };
}

/** The boot time when a process that started just now does not lie in the future by it. */
function comparableBoot(stat: string, self: string, now: Instant): Instant | null {
  const boot = parseBootTime(stat);
  const ours = parseProcessStat(self);
  return boot !== null && ours !== null && canCompareStarts(boot, ours, now) ? boot : null;
}

/** A shell that was entered lives in the PID namespace that it sees. */
async function viewOf(ask: AskShell): Promise<PidView> {
  const asked = await ask({ ask: 'link', path: '/proc/self/ns/pid' });
  const namespace = asked.got ? (asked.parts.get('target') ?? '').trim() : '';
  return { own: namespace !== '', initial: namespace === INITIAL_NAMESPACE };
}

/** What `ls -ln` prints of the links; one that may not be read has no arrow. The first process may hide from everybody, and works nowhere itself. */
function parseFolders(listed: string): WorkingFolders {
  const seen: { readonly pid: number; readonly folder: string }[] = [];
  const hiddenUsers = new Set<number>();
  for (const line of listed.split('\n')) {
    const match = /^l\S+\s+\d+\s+(\d+)\s.*?\s\/proc\/(\d+)\/cwd(?: -> (.*))?$/.exec(line);
    if (match === null) continue;
    if (match[3] === undefined && match[2] !== '1') hiddenUsers.add(Number(match[1]));
    if (match[3] !== undefined) seen.push({ pid: Number(match[2]), folder: match[3] });
  }
  return { seen, hiddenUsers };
}

const numbers = (text: string): readonly number[] =>
  text
    .split(/\s+/)
    .filter((word) => /^\d+$/.test(word))
    .map(Number);
