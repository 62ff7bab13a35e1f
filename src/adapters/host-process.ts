/** One process as `/proc/<pid>/stat` tells it, and when it started by the wall clock. */

import { SECOND, type Instant } from '../core/time.ts';

/** Clock ticks a second in `/proc/<pid>/stat`; 100 on every architecture that Node runs on. */
const TICKS = 100;

/** `/proc/stat` gives the boot time in whole seconds, and clocks are slewed a little. */
const SLACK = 2 * SECOND;

export interface ProcessStat {
  /** One letter: R S D Z T … */
  readonly state: string;
  readonly threads: number;
  /** Clock ticks from boot to its start. */
  readonly startTicks: number;
}

/** Fields 3, 20 and 22 of `/proc/<pid>/stat`; null when the text is not one. The name in field 2 may hold blanks and brackets. */
export function parseProcessStat(text: string): ProcessStat | null {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, threads, startTicks] = [fields[0] ?? '', Number(fields[17]), Number(fields[19])];
  if (!/^[A-Za-z]$/.test(state) || !Number.isInteger(threads) || !Number.isInteger(startTicks)) return null;
  return { state, threads, startTicks };
}

/** True when it has exited: a zombie whose other threads are gone too. */
export function hasEnded(stat: ProcessStat): boolean {
  return (stat.state === 'Z' || stat.state === 'X') && stat.threads <= 1;
}

/** The boot time in `/proc/stat`; null when it is not there. */
export function parseBootTime(text: string): Instant | null {
  const match = /^btime (\d+)$/m.exec(text);
  return match === null ? null : Number(match[1]) * SECOND;
}

/** When a process started, by the wall clock. */
export function startOf(boot: Instant, stat: ProcessStat): Instant {
  return boot + (stat.startTicks / TICKS) * SECOND;
}

/**
 * True when start times may be held against file times. We know when we started ourselves: if the boot time puts that into
 * our future, then the clock was set forward, or a container's virtual boot time is in use, and a live owner would look newer than its lock.
 */
export function canCompareStarts(boot: Instant, self: ProcessStat, ourStart: Instant): boolean {
  return startOf(boot, self) <= ourStart + SLACK;
}
