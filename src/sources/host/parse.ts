/** Figures out of the kernel's own texts. Every number is what the text says; a text that makes no sense is null, never zero. */

import type { EventData } from '../../core/catalog/catalog.ts';

export type MemoryFigures = Omit<EventData<'host.memory'>, 'host' | 'top_rss'>;
export type LoadFigures = Omit<EventData<'host.load'>, 'host'>;

export interface ProcessMemory {
  readonly name: string;
  readonly rssMb: number;
}

/** Pressure that the kernel does not tell. */
const NO_PRESSURE = -1;

/** Memory from `/proc/meminfo` and `/proc/pressure/memory`; null when the size or what is available is not told. Kernels before 3.14 have no MemAvailable. */
export function parseMemory(meminfo: string, pressure: string | null): MemoryFigures | null {
  const mb = (name: string): number | null => megabytes(meminfo, name);
  const total = mb('MemTotal');
  const available = mb('MemAvailable') ?? sum(mb('MemFree'), mb('Buffers'), mb('Cached'));
  if (total === null || available === null) return null;
  const swapTotal = mb('SwapTotal') ?? 0;
  return {
    available_mb: Math.round(available),
    total_mb: Math.round(total),
    swap_used_mb: Math.round(Math.max(0, swapTotal - (mb('SwapFree') ?? swapTotal))),
    swap_total_mb: Math.round(swapTotal),
    psi_some_avg10: parsePressure(pressure, 'some'),
    psi_full_avg10: parsePressure(pressure, 'full'),
  };
}

function megabytes(text: string, name: string): number | null {
  const match = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text);
  return match === null ? null : Number(match[1]) / 1024;
}

function sum(...values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>((total, value) => (total === null || value === null ? null : total + value), 0);
}

function parsePressure(text: string | null, line: 'some' | 'full'): number {
  const match = new RegExp(`^${line} avg10=(\\d+(?:\\.\\d+)?) `, 'm').exec(text ?? '');
  return match === null ? NO_PRESSURE : Number(match[1]);
}

/** Load from `/proc/loadavg` and processors from `/proc/stat`; null when either makes no sense. */
export function parseLoad(loadavg: string, stat: string): LoadFigures | null {
  const loads = /^(\d+\.\d+) (\d+\.\d+) (\d+\.\d+) /.exec(loadavg);
  const [, running, threads, newest] = /(\d+)\/(\d+) (\d+)\s*$/.exec(loadavg) ?? [];
  const cpus = stat.match(/^cpu\d+ /gm)?.length ?? 0;
  if (loads === null || cpus === 0) return null;
  const averages = { load1: Number(loads[1]), load5: Number(loads[2]), load15: Number(loads[3]) };
  return {
    ...averages,
    running: Number(running ?? 0),
    threads: Number(threads ?? 0),
    newest_pid: Number(newest ?? 0),
    cpus,
  };
}

/** Name and resident size from `/proc/<pid>/status`; null for kernel threads and what has just ended. */
export function parseProcessMemory(status: string): ProcessMemory | null {
  const rss = megabytes(status, 'VmRSS');
  const name = /^Name:\t(.*)$/m.exec(status)?.[1];
  if (rss === null || name === undefined) return null;
  return { name: name.replaceAll(/[\p{Cc}\p{Cf}]/gu, ' '), rssMb: Math.round(rss) };
}

/** The program of a process from `/proc/<pid>/cmdline`, without its arguments, which may hold secrets; `''` when it has none. Node's own name for itself in `status` is `MainThread`. */
export function parseProgram(cmdline: string): string {
  const program = cmdline.replaceAll('\u0000', ' ').split(' ', 1)[0] ?? '';
  return program.slice(program.lastIndexOf('/') + 1).replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ');
}
