/** Kinds about the machine itself. */

import { bool, number, text, time, words, type KindSpec } from './field.ts';

export const HOST = {
  'host.memory': {
    doc: 'Memory and swap of the host.',
    required: ['available_mb'],
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
    fields: {
      load1: number('1 min'),
      load5: number('5 min'),
      load15: number('15 min'),
      running: number('what runs or could run now, when this was observed'),
      threads: number('processes and their threads, 0 when the kernel does not say'),
      newest_pid: number('process id given out last'),
      cpus: number('processors'),
    },
  },
  'host.process': {
    doc: 'A process worth watching: a one-shot agent (claude -p), or one that takes much memory. Never its arguments.',
    fields: {
      place: words('"" when the box itself shows it, else the container through which it was seen'),
      pid: number('process id there'),
      exists: bool('it runs'),
      class: text('agent_oneshot agent_interactive large'),
      program: words('name of the program'),
      container: text('id of the container it runs in, 12 hex digits, "" when it is in none or that is not known'),
      started_at: time('when it started'),
      age_s: number('seconds since then, when this was observed'),
      rss_mb: number('resident memory; said again when it moved by a quarter'),
      cpu_s: number('processor seconds so far, when this was observed'),
      folder: words('working folder'),
      worktree: words('the agent worktree that folder is in, "" when it is in none'),
      session: text('session that works there: dev-harb-42, "" when none is known'),
      project: text('project of that session'),
      issue: number('issue of that session, 0 when none'),
      pr: number('pull request of that session, 0 when none'),
      managed: bool("it is the factory's: in a worktree or clone of the factory, or in one of its containers"),
    },
  },
} as const satisfies Record<string, KindSpec>;
