/** Which processes of a place are worth watching, and what `/proc` says of each. */

import { inParallel } from '../../core/in-parallel.ts';
import type { Instant } from '../../core/time.ts';
import type { Host } from '../../ports/host.ts';
import { parseMemory, parseProcessMemory, parseProgram } from './parse.ts';
import { classify, parseContainer, parseTimes, type AgentClass, type ProcessTimes } from './process.ts';

/** A process that is worth an event. */
export interface Watched {
  readonly pid: number;
  readonly class: AgentClass | 'large';
  readonly program: string;
  readonly times: ProcessTimes;
  readonly startedAt: Instant | null;
  readonly rssMb: number;
  readonly folder: string;
  readonly container: string;
}

const AT_ONCE = 32;
const LARGE_MB = 1024;
const LARGE_PART = 0.1;
const MOST_LARGE = 10;

/** Agents by their command lines and, on the box itself, the ten largest processes above 1 GB or a tenth of memory. Null when nothing can be seen. */
export async function findWatched(machine: Host, isBox: boolean): Promise<readonly Watched[] | null> {
  const pids = await machine.pidsOf('claude');
  if (pids === null) return null;
  const agents = (await Promise.all(pids.map((pid) => look(machine, pid)))).filter((one) => one !== null);
  const large = isBox ? await findLarge(machine, new Set(agents.map(({ pid }) => pid))) : [];
  const all = [...agents, ...large];
  if (all.length === 0) return [];
  const folders = new Map((await machine.workingFolders())?.seen.map(({ pid, folder }) => [pid, folder]));
  return all.map((one) => ({ ...one, folder: folders.get(one.pid) ?? '' }));
}

async function findLarge(machine: Host, known: ReadonlySet<number>): Promise<readonly Watched[]> {
  const total = parseMemory((await machine.proc('meminfo')) ?? '', null)?.total_mb ?? 0;
  const limit = Math.max(LARGE_MB, total * LARGE_PART);
  const pids = (await machine.pids()).filter((pid) => !known.has(pid));
  const sizes = await inParallel(pids, AT_ONCE, (pid) => readSize(machine, pid));
  const large = sizes.filter(({ rssMb }) => rssMb >= limit).toSorted((a, b) => b.rssMb - a.rssMb);
  const looks = large.slice(0, MOST_LARGE).map(({ pid }) => look(machine, pid, 'large'));
  return (await Promise.all(looks)).filter((one) => one !== null);
}

async function readSize(machine: Host, pid: number): Promise<{ readonly pid: number; readonly rssMb: number }> {
  return { pid, rssMb: parseProcessMemory((await machine.proc(`${pid}/status`)) ?? '')?.rssMb ?? 0 };
}

/** Null when it is no agent (unless it is watched for its size), or has ended meanwhile. */
async function look(machine: Host, pid: number, asLarge?: 'large'): Promise<Watched | null> {
  const text = async (file: string): Promise<string> => (await machine.proc(`${pid}/${file}`)) ?? '';
  const [sight, cmdline, stat, status, cgroup] = await Promise.all([
    machine.process(pid),
    text('cmdline'),
    text('stat'),
    text('status'),
    text('cgroup'),
  ]);
  const times = parseTimes(stat);
  if (sight.seen !== 'running' || times === null) return null;
  const found = asLarge ?? classify(cmdline, times.tty);
  if (found === null) return null;
  return {
    pid,
    class: found,
    program: found === 'large' ? parseProgram(cmdline) : 'claude',
    times,
    startedAt: sight.startedAt,
    rssMb: parseProcessMemory(status)?.rssMb ?? 0,
    folder: '',
    container: parseContainer(cgroup),
  };
}
