/** The machine itself, as `host.memory`, `host.load` and `host.disk`. */

import { stableId, toEvent, type AnyEvent } from '../../core/event.ts';
import type { Source, SourceContext } from '../../core/source.ts';
import { SECOND, type Millis } from '../../core/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Host } from '../../ports/host.ts';
import type { Log } from '../../ports/log.ts';
import { isShort, shallSayDisk, shallSayLoad, shallSayMemory, type Said } from './discipline.ts';
import type { DiskFigures } from './disks.ts';
import type { LoadFigures, MemoryFigures } from './parse.ts';
import { readDisks, readLoad, readMemory, readTop, type Disks } from './read.ts';
import { keepSight, type Sight } from './sight.ts';

export interface HostOptions {
  /** Name of this box. */
  readonly host: string;
  readonly machine: Host;
  readonly clock: Clock;
  readonly log: Log;
}

/** A file or two, and a call for each disk: cheap enough to know within a second. */
const MEMORY_EVERY: Millis = SECOND;
const LOAD_EVERY: Millis = 30 * SECOND;
const DISKS_EVERY: Millis = SECOND;

/** The source; `sweep` says every figure, news or not. */
export function hostSource(options: HostOptions): Source {
  let looks: Looks | null = null;
  return {
    name: 'host',
    async run(context) {
      const own = new AbortController();
      const signal = AbortSignal.any([context.signal, own.signal]);
      const mine = openLooks(options, context);
      looks = mine;
      const every = async (span: Millis, look: () => Promise<void>): Promise<void> => {
        while (!signal.aborted) {
          await look();
          await options.clock.sleep(span, signal);
        }
      };
      try {
        await Promise.all([
          every(MEMORY_EVERY, () => mine.memory(false)),
          every(LOAD_EVERY, () => mine.load(false)),
          every(DISKS_EVERY, () => mine.disks(false)),
        ]);
      } finally {
        own.abort();
        looks = null;
      }
    },
    async sweep() {
      await Promise.all([looks?.memory(true), looks?.load(true), looks?.disks(true)]);
    },
  };
}

/** One look each; `always` says what it saw even when it is no news. */
interface Looks {
  memory(always: boolean): Promise<void>;
  load(always: boolean): Promise<void>;
  disks(always: boolean): Promise<void>;
}

function openLooks({ host, machine, clock, log }: HostOptions, context: SourceContext): Looks {
  const sight: Sight = keepSight(context, ['memory', 'load', 'disks']);
  const say = createSay(context, log);
  let memorySaid: Said<MemoryFigures> | null = null;
  let loadSaid: Said<LoadFigures> | null = null;
  const disksSaid = new Map<string, Said<DiskFigures>>();
  let count = 0;
  const head = (part: string): Parameters<typeof toEvent>[1] => {
    count += 1;
    const at = clock.now();
    return { id: stableId('host', host, part, at, count), source: `host://${host}`, subject: part, time: at, host };
  };
  return {
    async memory(always) {
      const figures = await readMemory(machine);
      sight.note('memory', figures === null ? 'memory: /proc does not tell' : '');
      if (figures === null) return;
      const at = clock.now();
      if (!always && !shallSayMemory(memorySaid, figures, at).pass) return;
      const data = { ...figures, top_rss: isShort(figures) ? await readTop(machine) : '' };
      if (await say([toEvent('host.memory', head(host), data)])) memorySaid = { figures, at };
    },
    async load(always) {
      const figures = await readLoad(machine);
      sight.note('load', figures === null ? 'load: /proc does not tell' : '');
      if (figures === null) return;
      const at = clock.now();
      if (!always && !shallSayLoad(loadSaid, figures, at).pass) return;
      if (await say([toEvent('host.load', head(host), figures)])) loadSaid = { figures, at };
    },
    async disks(always) {
      const disks = await readDisks(machine);
      sight.note('disks', disksFlaw(disks));
      if (disks === null) return;
      const at = clock.now();
      const news = disks.seen.filter(
        (disk) => always || shallSayDisk(disksSaid.get(disk.fs_id) ?? null, disk, at).pass,
      );
      const events = news.map((disk) => toEvent('host.disk', head(disk.fs_id), disk));
      if (events.length === 0 || !(await say(events))) return;
      for (const figures of news) disksSaid.set(figures.fs_id, { figures, at });
    },
  };
}

function disksFlaw(disks: Disks | null): string {
  if (disks === null) return 'disks: /proc does not tell';
  return disks.silent.length === 0 ? '' : `disks: ${disks.silent.join(', ')} does not answer`;
}

/** Gives events to the log; false when it did not take them, and then they are news again at the next look. */
function createSay(context: SourceContext, log: Log): (events: readonly AnyEvent[]) => Promise<boolean> {
  let isRefused = false;
  return async (events) => {
    try {
      await context.emit(events);
      isRefused = false;
      return true;
    } catch (error) {
      if (!isRefused) log.warn({ err: error }, 'host figures were not stored, trying again');
      isRefused = true;
      return false;
    }
  };
}
