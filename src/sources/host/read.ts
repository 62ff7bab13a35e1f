/** One look at the machine. */

import { inParallel } from '../../core/in-parallel.ts';
import { parseMounts } from '../../factory/mounts.ts';
import type { Host } from '../../ports/host.ts';
import { chooseDisks, toDisk, type DiskFigures } from './disks.ts';
import {
  parseLoad,
  parseMemory,
  parseProcessMemory,
  parseProgram,
  type LoadFigures,
  type MemoryFigures,
  type ProcessMemory,
} from './parse.ts';

/** What is known of the machine now; null is "cannot be read", and no disk seen is "none is visible". */
export interface HostSummary {
  readonly memory: MemoryFigures | null;
  readonly load: LoadFigures | null;
  readonly disks: Disks | null;
}

export interface Disks {
  readonly seen: readonly DiskFigures[];
  /** Mount points that do not answer. */
  readonly silent: readonly string[];
}

const TOP_COUNT = 5;
const AT_ONCE = 32;

/** Memory, load and disks, for `status` and `doctor`. */
export async function readHostSummary(machine: Host): Promise<HostSummary> {
  const [memory, load, disks] = await Promise.all([readMemory(machine), readLoad(machine), readDisks(machine)]);
  return { memory, load, disks };
}

/** Memory, swap and pressure; null when `/proc/meminfo` cannot be read. */
export async function readMemory(machine: Host): Promise<MemoryFigures | null> {
  const [meminfo, pressure] = await Promise.all([machine.proc('meminfo'), machine.proc('pressure/memory')]);
  return meminfo === null ? null : parseMemory(meminfo, pressure);
}

/** Load and processors; null when `/proc` does not tell. */
export async function readLoad(machine: Host): Promise<LoadFigures | null> {
  const [loadavg, stat] = await Promise.all([machine.proc('loadavg'), machine.proc('stat')]);
  return loadavg === null || stat === null ? null : parseLoad(loadavg, stat);
}

/** Every disk once; null when the mount table cannot be read. A mount point that is hidden below another mount is left out. */
export async function readDisks(machine: Host): Promise<Disks | null> {
  const table = await machine.proc('self/mountinfo');
  if (table === null) return null;
  const seen: DiskFigures[] = [];
  const silent: string[] = [];
  for (const mount of chooseDisks(parseMounts(table))) {
    const figures = await machine.filesystem(mount.point);
    if (figures === 'silent') silent.push(mount.point);
    else if (figures !== null && figures.blocks > 0) seen.push(toDisk(mount, figures));
  }
  return { seen, silent };
}

/** The five largest processes by resident size, as text: `claude 812 MB, node 400 MB`. */
export async function readTop(machine: Host): Promise<string> {
  const found = await inParallel(await machine.pids(), AT_ONCE, (pid) => readSize(machine, pid));
  const largest = found.toSorted((a, b) => b.rssMb - a.rssMb).slice(0, TOP_COUNT);
  const texts = largest.filter((one) => one.rssMb > 0).map((one) => describe(machine, one));
  return (await Promise.all(texts)).join(', ');
}

interface Sized extends ProcessMemory {
  readonly pid: number;
}

async function readSize(machine: Host, pid: number): Promise<Sized> {
  const memory = parseProcessMemory((await machine.proc(`${pid}/status`)) ?? '');
  return { pid, name: memory?.name ?? '', rssMb: memory?.rssMb ?? 0 };
}

async function describe(machine: Host, { pid, name, rssMb }: Sized): Promise<string> {
  const program = parseProgram((await machine.proc(`${pid}/cmdline`)) ?? '');
  return `${program === '' ? name : program} ${rssMb} MB`;
}
