/** What `GET /containers/<id>/stats` says, as processor and memory. Pure: two generations of control groups say it differently. */

/** The part that is read. */
export interface StatsJson {
  readonly cpu_stats?: CpuJson;
  readonly precpu_stats?: CpuJson;
  readonly memory_stats?: {
    readonly usage?: number;
    /** `rss` is cgroup v1, `anon` v2. */
    readonly stats?: Readonly<Record<string, number>>;
  };
}

interface CpuJson {
  readonly cpu_usage?: { readonly total_usage?: number; readonly percpu_usage?: readonly number[] | null };
  readonly system_cpu_usage?: number;
  readonly online_cpus?: number;
}

const MB = 1024 * 1024;

/** Percent of one processor between the two readings of the answer; null when there are not two. */
export function cpuPctOf({ cpu_stats, precpu_stats }: StatsJson): number | null {
  const [now, before] = [toCpu(cpu_stats), toCpu(precpu_stats)];
  const passed = now.machine - before.machine;
  // Without an earlier reading the engine leaves it out, or says 0: a machine that has run has used some.
  if (before.machine === 0 || passed <= 0 || now.processors === 0) return null;
  return Math.max(0, ((now.used - before.used) / passed) * now.processors * 100);
}

interface Cpu {
  readonly used: number;
  readonly machine: number;
  readonly processors: number;
}

function toCpu({ cpu_usage: usage = {}, system_cpu_usage: machine = 0, online_cpus: online = 0 }: CpuJson = {}): Cpu {
  return { used: usage.total_usage ?? 0, machine, processors: online || (usage.percpu_usage?.length ?? 0) };
}

/** Memory of the container's own, in MB; null when the engine does not tell. */
export function rssMbOf({ memory_stats: memory }: StatsJson): number | null {
  const { stats = {}, usage } = memory ?? {};
  const own = stats['total_rss'] ?? stats['rss'] ?? stats['anon'];
  if (own !== undefined) return own / MB;
  if (usage === undefined) return null;
  const cached = stats['total_inactive_file'] ?? stats['inactive_file'] ?? 0;
  return Math.max(0, usage - cached) / MB;
}
