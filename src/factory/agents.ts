/** Agents as the events so far show them: their locks, phases, terminals and processes. A fold; ask it, never change it from outside. */

import type { AnyEvent } from '../core/event.ts';
import { parseIso, type Instant } from '../core/time.ts';

export interface LockSeen {
  readonly owner: string;
  readonly pid: number;
  readonly evidence: string;
}

export interface PhaseSeen {
  readonly phase: string;
  readonly since: Instant;
}

export interface AgentsFold {
  /** Takes an event in. Order matters, repeats do not. */
  apply(event: AnyEvent): void;
  /** A lock file by its name in a place; null when none is known to be there. */
  lock(place: string, name: string): LockSeen | null;
  /** The phase file of a session in a place; null when none is known to be there. */
  phase(place: string, session: string): PhaseSeen | null;
  /** The pid of a one-shot agent that works for a session, 0 when none is known. It may be seen from outside the session's place. */
  process(session: string): number;
  /** True for a container of the factory's, by the first 12 digits of its id. */
  isManaged(container: string): boolean;
  /** The session whose pane is in a folder or below it, `''` when none is known. */
  sessionIn(place: string, folder: string): string;
}

export interface AgentsOfHosts {
  /** Takes an event in. Order matters, repeats do not. */
  apply(event: AnyEvent): void;
  /** The agents of one box. */
  of(host: string): AgentsFold;
}

/** A fold for each box; none has seen anything. */
export function createAgents(): AgentsOfHosts {
  const folds = new Map<string, AgentsFold>();
  const of = (host: string): AgentsFold => {
    const fold = folds.get(host) ?? createFold();
    folds.set(host, fold);
    return fold;
  };
  return { of, apply: (event) => of(event.host).apply(event) };
}

function createFold(): AgentsFold {
  const locks = new Map<string, LockSeen>();
  const phases = new Map<string, PhaseSeen>();
  const processes = new Map<string, Working>();
  const folders = new Map<string, Standing>();
  const containers = new Map<string, string>();
  return {
    apply(event) {
      if (event.kind === 'lock.file') put(locks, at(event.data.place, event.data.name), event.data, toLock);
      if (event.kind === 'session.phase') put(phases, at(event.data.place, event.data.session), event.data, toPhase);
      if (event.kind === 'host.process') put(processes, at(event.data.place, event.data.pid), event.data, toWorking);
      if (event.kind === 'session.terminal') put(folders, event.subject, event.data, toStanding);
      if (event.kind === 'docker.container') put(containers, event.subject, event.data, toManaged);
    },
    lock: (place, name) => locks.get(at(place, name)) ?? null,
    phase: (place, session) => phases.get(at(place, session)) ?? null,
    process: (session) => [...processes.values()].find((one) => one.session === session)?.pid ?? 0,
    isManaged: (container) => container !== '' && [...containers.values()].includes(container),
    sessionIn(place, folder) {
      const isIn = (one: Standing): boolean =>
        one.place === place && (one.folder === folder || one.folder.startsWith(`${folder}/`));
      return [...folders.values()].find(isIn)?.session ?? '';
    },
  };
}

interface Working {
  readonly pid: number;
  readonly session: string;
}

interface Standing {
  readonly place: string;
  readonly folder: string;
  readonly session: string;
}

const at = (place: string, what: string | number): string => `${place}\u0000${what}`;

function put<D extends { readonly exists: boolean }, V>(
  known: Map<string, V>,
  id: string,
  data: D,
  toValue: (data: D) => V | null,
): void {
  const value = data.exists ? toValue(data) : null;
  if (value === null) known.delete(id);
  else known.set(id, value);
}

const toLock = ({ owner, pid, evidence }: LockSeen): LockSeen => ({ owner, pid, evidence });

function toPhase(data: { readonly phase: string; readonly phase_since: string }): PhaseSeen | null {
  const since = parseIso(data.phase_since);
  return since === null ? null : { phase: data.phase, since };
}

function toWorking(data: Working & { readonly class: string }): Working | null {
  const { pid, session } = data;
  return data.class === 'agent_oneshot' && session !== '' ? { pid, session } : null;
}

const toManaged = ({ id, managed }: { readonly id: string; readonly managed: boolean }): string | null =>
  managed ? id.slice(0, 12) : null;

const toStanding = ({ place, folder, session }: Standing): Standing | null =>
  folder === '' ? null : { place, folder, session };
