/** What preflight is made from: the newest event of every entity, what is configured, and the few things that are asked when it is. */

import type { EventData, EventKind } from '../../core/catalog/catalog.ts';
import type { AnyEvent, ReactorEvent } from '../../core/event.ts';
import type { Instant } from '../../core/time.ts';

export interface PreflightProject {
  readonly name: string;
  /** owner/name, `''` when nobody said. */
  readonly repo: string;
  /** False: it was said that the project has no CI. */
  readonly hasCi: boolean;
}

/** What was set up; the rest is not unavailable, it was never asked for. */
export interface SetUp {
  /** The forge of FORGE_URL can be asked: its address and a token are known. */
  readonly forge: boolean;
  /** Names of the other forges that can be asked. */
  readonly otherForges: readonly string[];
  readonly ci: boolean;
  readonly matrix: boolean;
  readonly logs: boolean;
  /** Names of the boxes whose Docker Engines are watched. */
  readonly engines: readonly string[];
}

/** The end of a log, or why it could not be read. */
export type Tail =
  | { readonly read: true; readonly lines: readonly string[] }
  | { readonly read: false; readonly reason: string };

/** What was asked when preflight was, or why it could not be had. */
export type Asked<T> =
  /** `flaw` says what is missing in it, `''` when nothing is. */
  { readonly got: true; readonly value: T; readonly flaw: string } | { readonly got: false; readonly reason: string };

/** A container with what it uses now. */
export interface Measured {
  readonly id: string;
  /** As `docker ps` words it. */
  readonly status: string;
  /** ISO, `''` when it was not told. */
  readonly startedAt: string;
  readonly mounts: readonly string[];
  /** Percent of one processor; null when it was not measured. */
  readonly cpuPct: number | null;
  readonly rssMb: number | null;
}

/** A folder or a volume; null when its size is not known. */
export interface Sized {
  readonly name: string;
  readonly bytes: number | null;
}

/** What a person answered, as the factory's own file has it. */
export interface Reply {
  /** As it was written, `''` when the line has no time. */
  readonly at: string;
  readonly from: string;
  readonly said: string;
}

/** What no source follows, and is asked for whoever wants to see it. By the name of the box. */
export interface Live {
  readonly containers: ReadonlyMap<string, Asked<readonly Measured[]>>;
  readonly volumes: ReadonlyMap<string, Asked<readonly Sized[]>>;
  /** Below /srv/disinto; null when there is no such folder. */
  readonly folders: Asked<readonly Sized[] | null>;
  readonly replies: Asked<readonly Reply[]>;
  /** When the factory's own supervisor last restarted the CI agent, as it noted; null when it noted nothing. */
  readonly restartNoted: Instant | null;
}

/** When a Woodpecker agent was last seen to start again. */
export interface Restart {
  readonly container: string;
  /** Null when none was seen. */
  readonly at: Instant | null;
  /** How far back was looked. */
  readonly since: Instant;
}

export interface Facts {
  readonly now: Instant;
  /** Name of this box. */
  readonly host: string;
  readonly setUp: SetUp;
  /** Those that are shown. */
  readonly projects: readonly PreflightProject[];
  /** True when there are others, which were not asked for. */
  readonly isSelection: boolean;
  /** The newest event of every entity, of any kinds. */
  readonly events: readonly AnyEvent[];
  /** What operators said lately, oldest first. */
  readonly commands: readonly ReactorEvent<'operator.command'>[];
  /** Of each log that was looked at, by the path its event has. */
  readonly tails: ReadonlyMap<string, Tail>;
  readonly restarts: readonly Restart[];
  readonly live: Live;
}

/** The kinds that preflight is made from. */
export const PREFLIGHT_KINDS = [
  'host.memory',
  'host.disk',
  'host.load',
  'docker.container',
  'docker.daemon',
  'session.terminal',
  'session.run',
  'session.phase',
  'lock.file',
  'git.repo',
  'agent.log',
  'worktree',
  'ci.pipeline',
  'ci.agent',
  'forge.pull',
  'forge.issue',
  'vault.item',
  'reactor.source',
] as const satisfies readonly EventKind[];

/** The events of a kind. */
export function eventsOf<K extends EventKind>(facts: Facts, kind: K): readonly (AnyEvent & ReactorEvent<K>)[] {
  return facts.events.filter((event): event is AnyEvent & ReactorEvent<K> => event.kind === kind);
}

/** What is known of the entities of a kind that are there. */
export function present<K extends EventKind>(facts: Facts, kind: K): readonly EventData<K>[] {
  return eventsOf(facts, kind)
    .map((event) => event.data)
    .filter((data) => !('exists' in data) || data.exists);
}

/** True for two names of the same repository: the forge ignores case. */
export function isSameRepo(one: string, other: string): boolean {
  return one !== '' && one.toLowerCase() === other.toLowerCase();
}
