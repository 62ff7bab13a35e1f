/** Preflight: System Resources. */

import type { EventData } from '../../core/catalog/catalog.ts';
import { eventsOf, type Facts } from './facts.ts';
import type { Section } from './section.ts';
import { sightOf } from './sight.ts';
import { humanSize, plain } from './words.ts';

export interface DiskView {
  readonly mount: string;
  readonly used_pct: number;
  readonly used_mb: number;
  readonly total_mb: number;
}

export interface ResourcesView {
  /** Null: not known. */
  readonly ram_available_mb: number | null;
  readonly ram_total_mb: number | null;
  readonly swap_used_mb: number | null;
  readonly load1: number | null;
  readonly load5: number | null;
  readonly load15: number | null;
  readonly tasks_running: number | null;
  readonly tasks_total: number | null;
  readonly newest_pid: number | null;
  /** The one on `/` first, then the fullest. */
  readonly disks: readonly DiskView[];
}

/** This box: memory, swap, disks, load. */
export function systemResources(facts: Facts): Section<ResourcesView> {
  const here = { ...facts, events: facts.events.filter(({ host }) => host === facts.host) };
  const memory = eventsOf(here, 'host.memory').at(-1);
  const load = eventsOf(here, 'host.load').at(-1);
  const disks = eventsOf(here, 'host.disk').map(({ data }) => toDisk(data));
  const view = {
    ...(memory === undefined ? NO_MEMORY : toMemory(memory.data)),
    ...(load === undefined ? NO_LOAD : toLoad(load.data)),
    disks: disks.toSorted(rootThenFullest),
  };
  const isKnown = memory !== undefined || load !== undefined || disks.length > 0;
  const sight = sightOf(facts, { source: 'host', advice: null, isKnown });
  return { heading: 'System Resources', sight, lines: resourceLines(view), none: [], view };
}

const NO_MEMORY = { ram_available_mb: null, ram_total_mb: null, swap_used_mb: null };
const NO_LOAD = {
  load1: null,
  load5: null,
  load15: null,
  tasks_running: null,
  tasks_total: null,
  newest_pid: null,
};

const toMemory = ({ available_mb, total_mb, swap_used_mb }: EventData<'host.memory'>) => ({
  ram_available_mb: available_mb,
  ram_total_mb: total_mb,
  swap_used_mb,
});

const toLoad = ({ load1, load5, load15, running, threads, newest_pid }: EventData<'host.load'>) => ({
  load1,
  load5,
  load15,
  tasks_running: running,
  tasks_total: threads,
  newest_pid,
});

/** What is reserved for root is neither used nor free: where there is room, the percentage tells better what is used. */
function toDisk({ mount, used_pct, free_mb, total_mb }: EventData<'host.disk'>): DiskView {
  const byShare = used_pct < 100 ? (free_mb * used_pct) / (100 - used_pct) : Number.POSITIVE_INFINITY;
  return { mount, used_pct, used_mb: Math.round(Math.max(0, Math.min(byShare, total_mb - free_mb))), total_mb };
}

const rootThenFullest = (a: DiskView, b: DiskView): number =>
  Number(b.mount === '/') - Number(a.mount === '/') || b.used_pct - a.used_pct;

function resourceLines(view: ResourcesView): readonly string[] {
  const { ram_available_mb, ram_total_mb, swap_used_mb, load1, load5, load15, disks } = view;
  const diskLines = disks.map(({ mount, used_pct, used_mb, total_mb }) => {
    const sizes = `${humanSize(used_mb)}/${humanSize(total_mb)}`;
    return `Disk: ${Math.round(used_pct)}% used (${sizes} on ${plain(mount)})`;
  });
  const loads = [load1, load5, load15].map((load) => (load === null ? '?' : load.toFixed(2)));
  const tasks = view.tasks_total === null || view.tasks_total === 0 ? [] : [tasksOf(view)];
  return [
    `RAM: ${whole(ram_available_mb)}MB available / ${whole(ram_total_mb)}MB total, Swap: ${whole(swap_used_mb)}MB used`,
    ...(diskLines.length === 0 ? ['Disk: ?'] : diskLines),
    `Load: ${[...loads, ...tasks].join(' ')}`,
  ];
}

/** As the kernel writes them behind the load: how many of how many run, and the newest process. */
const tasksOf = ({ tasks_running, tasks_total, newest_pid }: ResourcesView): string =>
  `${tasks_running ?? 0}/${tasks_total ?? 0} ${newest_pid ?? 0}`;

/** Rounded down, as `free -m` does: a limit that is not reached is not reached here either. */
const whole = (value: number | null): string => (value === null ? '?' : String(Math.floor(value)));
