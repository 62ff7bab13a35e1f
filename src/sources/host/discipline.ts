/**
 * When a figure becomes an event. The machine is looked at every few seconds, and the log shall hold a few thousand events a day:
 * - at once, when a figure has crossed an edge since it was last said. Edges are the limits that rules usually have;
 * - memory near a limit: every 15 s (5,760 a day, while it lasts);
 * - otherwise: memory every minute (1,440), load every 5 minutes, disks every 10 minutes (and at every whole percent).
 * So a rule with a limit of its own hears of it at most 15 s late when the machine is in trouble, and a minute late when it is not.
 */

import type { Verdict } from '../../core/verdict.ts';
import { hold, pass } from '../../core/verdict.ts';
import { MINUTE, SECOND, type Instant, type Millis } from '../../core/time.ts';
import type { DiskFigures } from './disks.ts';
import type { LoadFigures, MemoryFigures } from './parse.ts';

/** What was last said, and when. */
export interface Said<Figures> {
  readonly figures: Figures;
  readonly at: Instant;
}

const AVAILABLE_MB = [128, 256, 500, 700, 1000, 1500, 2000, 3000];
const AVAILABLE_PCT = [2, 5, 10, 15, 20, 25];
const SWAP_MB = [256, 1024, 2048, 3072, 4096, 8192];
const PRESSURE = [10, 20, 40, 60, 80];
const LOAD_PER_CPU = [1, 2, 4, 8, 16];

const NEAR_LIMIT: Millis = 15 * SECOND;
const MEMORY_AT_LEAST: Millis = MINUTE;
const LOAD_AT_LEAST: Millis = 5 * MINUTE;
const DISK_AT_LEAST: Millis = 10 * MINUTE;

/** Whether memory is said now. */
export function shallSayMemory(last: Said<MemoryFigures> | null, now: MemoryFigures, at: Instant): Verdict {
  if (last === null) return pass('first look');
  if (memoryZone(now) !== memoryZone(last.figures)) return pass('it crossed an edge');
  const isNear = isNearLimit(now);
  const every = isNear ? NEAR_LIMIT : MEMORY_AT_LEAST;
  return at - last.at >= every ? pass(isNear ? 'near a limit' : 'its minute is over') : hold('nothing new');
}

/** Whether load is said now. */
export function shallSayLoad(last: Said<LoadFigures> | null, now: LoadFigures, at: Instant): Verdict {
  if (last === null) return pass('first look');
  if (loadZone(now) !== loadZone(last.figures)) return pass('it crossed an edge');
  return at - last.at >= LOAD_AT_LEAST ? pass('its five minutes are over') : hold('nothing new');
}

/** Whether a disk is said now. */
export function shallSayDisk(last: Said<DiskFigures> | null, now: DiskFigures, at: Instant): Verdict {
  if (last === null) return pass('first look');
  if (diskZone(now) !== diskZone(last.figures)) return pass('it changed');
  return at - last.at >= DISK_AT_LEAST ? pass('its ten minutes are over') : hold('nothing new');
}

/** True when the largest processes are worth reading: it costs a read for each process of the machine. */
export function isShort(figures: MemoryFigures): boolean {
  return figures.available_mb < 2000 || availablePct(figures) < 10;
}

function isNearLimit(figures: MemoryFigures): boolean {
  return (
    figures.available_mb < 2000 ||
    availablePct(figures) < 25 ||
    figures.swap_used_mb > 1024 ||
    figures.psi_some_avg10 > 10
  );
}

const availablePct = (figures: MemoryFigures): number => (figures.available_mb * 100) / Math.max(1, figures.total_mb);

function memoryZone(figures: MemoryFigures): string {
  return [
    zone(figures.available_mb, AVAILABLE_MB),
    zone(availablePct(figures), AVAILABLE_PCT),
    zone(figures.swap_used_mb, SWAP_MB),
    zone(figures.psi_some_avg10, PRESSURE),
    zone(figures.psi_full_avg10, PRESSURE),
  ].join();
}

const loadZone = (figures: LoadFigures): string =>
  [figures.load1, figures.load5, figures.load15].map((load) => zone(load / figures.cpus, LOAD_PER_CPU)).join();

const diskZone = (figures: DiskFigures): string =>
  [figures.mount, figures.used_pct, figures.inodes_used_pct, figures.total_mb].join();

/** Where a value stands among edges: on an edge is a place of its own, for rules say `<` as well as `<=`. */
function zone(value: number, edges: readonly number[]): number {
  return edges.filter((edge) => value >= edge).length + edges.filter((edge) => value > edge).length;
}
