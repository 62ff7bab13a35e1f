/** Figures of a Docker engine that nobody follows, because each costs the engine seconds: asked for when a person wants to see them. It only reads. */

import type { Answer } from './docker.ts';

/** A container with what it uses now. */
export interface ContainerFigures {
  readonly id: string;
  /** As `docker ps` words it: `Up 3 hours (healthy)`. */
  readonly status: string;
  /** ISO; `''` when it was not told. */
  readonly startedAt: string;
  /** Names of volumes, and paths of what is mounted from the box; sorted. */
  readonly mounts: readonly string[];
  /** Of one processor, as `docker stats` has it: 200 are two. Null: it does not run, or was not told in time. */
  readonly cpuPct: number | null;
  /** Memory of its own, without what is only cached. Null as above. */
  readonly rssMb: number | null;
}

/** A volume with its size; null when the engine does not know it. */
export interface VolumeFigures {
  readonly name: string;
  readonly bytes: number | null;
}

/** Both reject with one plain sentence when the engine cannot be reached or does not list in time. */
export interface DockerFigures {
  /** Every container; two seconds for any number of them, and never longer than the signal. What was not measured by then is null. */
  containers(signal: AbortSignal): Promise<Answer<readonly ContainerFigures[]>>;
  /** Every volume; engines walk through them to say their sizes. */
  volumes(signal: AbortSignal): Promise<Answer<readonly VolumeFigures[]>>;
}
