/** Kinds about the machine itself. */

import { number, text, words, type KindSpec } from './field.ts';

export const HOST = {
  'host.memory': {
    doc: 'Memory and swap of the host.',
    fields: {
      available_mb: number('MemAvailable'),
      total_mb: number('MemTotal'),
      swap_used_mb: number('swap in use'),
      swap_total_mb: number('swap there is'),
      psi_some_avg10: number(
        '% of the last 10 s in which some task waited for memory, -1 when the kernel does not say',
      ),
      psi_full_avg10: number(
        '% of the last 10 s in which all tasks waited for memory, -1 when the kernel does not say',
      ),
      top_rss: words('largest processes by resident size, as text; "" until memory is near a limit'),
    },
  },
  'host.disk': {
    doc: 'One filesystem, once, whatever number of mount points it has.',
    fields: {
      fs_id: text('device number major:minor'),
      mount: words('the shortest mount point'),
      fs_type: text('ext4, btrfs, …'),
      used_pct: number('as df prints it: used of what is not reserved'),
      free_mb: number('free to an ordinary user'),
      total_mb: number('size'),
      inodes_used_pct: number('inodes in use, 0 where the filesystem has no such limit'),
    },
  },
  'host.load': {
    doc: 'Load and processors.',
    fields: { load1: number('1 min'), load5: number('5 min'), load15: number('15 min'), cpus: number('processors') },
  },
} as const satisfies Record<string, KindSpec>;
