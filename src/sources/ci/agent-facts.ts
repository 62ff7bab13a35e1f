/** Event data of an agent, what its health is judged by, and what makes two of them the same news. Pure. */

import type { EventData } from '../../core/catalog/catalog.ts';
import { formatDuration } from '../../core/duration.ts';
import { HOUR, MINUTE, SECOND, toIso, type Instant, type Millis } from '../../core/time.ts';
import type { AgentBox } from '../../factory/ci-agents.ts';
import type { CiAgent, CiPipeline } from '../../ports/ci.ts';
import { fastFailures, type FastFailures } from './canary.ts';
import { isSuperseded, SILENT, type AgentPair } from './pairs.ts';

export interface AgentFacts {
  readonly subject: string;
  /** Equal keys are the same news. */
  readonly key: string;
  readonly data: Omit<EventData<'ci.agent'>, 'host' | 'action'>;
}

export interface AgentsSeen {
  readonly pairs: readonly AgentPair[];
  /** All agents of the server; empty when it does not tell. */
  readonly agents: readonly CiAgent[];
  /** When it told: while it cannot be asked, nobody knows whether it hears of them. */
  readonly askedAt: Instant;
  /** gRPC errors by container id; a container that is missing could not be read. */
  readonly grpcErrors: ReadonlyMap<string, number>;
  /** Of all repositories. */
  readonly pipelines: readonly CiPipeline[];
  readonly now: Instant;
}

/** The facts of every agent. */
export function agentFacts(seen: AgentsSeen): readonly AgentFacts[] {
  return seen.pairs.map((pair) => toFacts(pair, seen));
}

function toFacts({ agent, box }: AgentPair, seen: AgentsSeen): AgentFacts {
  const fast = failuresOn(agent, seen);
  const raw = {
    ...(agent === null ? { ...NOT_TOLD, name: box?.name ?? '' } : fromServer(agent, seen)),
    ...(box === null ? NO_BOX : fromEngine(box, seen)),
    exists: true,
    fast_failures: fast.count,
    fast_failures_in_a_row: fast.inARow,
  };
  const verdict = judge(raw, box?.seen ?? true);
  const { last_contact: _last, contact_age_s: age, grpc_errors: errors, ...lasting } = raw;
  const unhealthy_since = isOverdue(raw) ? toIso((agent?.lastContact ?? 0) + SILENT) : '';
  const key = JSON.stringify([lasting, verdict.health, ageStep(age * SECOND), errorStep(errors)]);
  return { subject: subjectOf(raw), key, data: { ...raw, ...verdict, unhealthy_since } };
}

const NOT_TOLD = {
  number: 0,
  last_contact: '',
  contact_age_s: -1,
  superseded: false,
  no_schedule: false,
  version: '',
};

function fromServer(agent: CiAgent, { agents, askedAt }: AgentsSeen): typeof NOT_TOLD & { readonly name: string } {
  const { id: number, name, lastContact, noSchedule, version } = agent;
  return {
    name,
    number,
    last_contact: toIso(lastContact),
    contact_age_s: lastContact === null ? -1 : Math.max(0, Math.floor((askedAt - lastContact) / SECOND)),
    superseded: isSuperseded(agent, agents, askedAt),
    no_schedule: noSchedule,
    version,
  };
}

const NO_BOX = { container: '', container_host: '', container_state: '', container_health: '', grpc_errors: -1 };

function fromEngine({ id, name, host, state, health }: AgentBox, { grpcErrors }: AgentsSeen): typeof NO_BOX {
  return {
    container: name,
    container_host: host,
    container_state: state,
    container_health: health,
    grpc_errors: grpcErrors.get(id) ?? -1,
  };
}

const subjectOf = ({ name, number }: { name: string; number: number }): string =>
  number === 0 ? name : `${name}/${number}`;

/** Those that ran on it; where nobody said where they ran, all agents have to answer for them. */
function failuresOn(agent: CiAgent | null, { pipelines, now }: AgentsSeen): FastFailures {
  if (agent === null) return fastFailures(pipelines, now);
  const ran = pipelines.filter(({ workflows }) => {
    const ids = (workflows ?? []).map((flow) => flow.agentId).filter((id) => id > 0);
    return ids.length === 0 || ids.includes(agent.id);
  });
  return fastFailures(ran, now);
}

type Raw = Omit<AgentFacts['data'], 'health' | 'evidence' | 'unhealthy_since'>;
type Judged = Pick<AgentFacts['data'], 'health' | 'evidence'>;

/** As many as the factory has always taken for too many. */
const MANY = 3;

/** A container that says `healthy` is healthy; one that only starts is not yet anything else. */
function judge(raw: Raw, isSeen: boolean): Judged {
  const bad = complaints(raw);
  if (bad.length > 0) return { health: 'unhealthy', evidence: bad.join('; ') };
  if (raw.superseded) return { health: 'unknown', evidence: 'another agent has taken its place' };
  const good = praises(raw, isSeen);
  if (good.length === 0) return { health: 'unknown', evidence: 'neither the server nor an engine tells' };
  return { health: 'healthy', evidence: good.join('; ') };
}

function complaints(raw: Raw): readonly string[] {
  const { container_state: state, container_health: health } = raw;
  const isDown = state !== '' && state !== 'running';
  return [
    ...(isDown ? [`its container is ${state}`] : []),
    ...(health === 'unhealthy' ? ['its container is unhealthy'] : []),
    ...(isOverdue(raw) ? ['the server has not heard of it for more than 5 min'] : []),
    ...(raw.grpc_errors >= MANY ? [`${raw.grpc_errors} gRPC errors in 20 min`] : []),
    ...(raw.fast_failures_in_a_row >= MANY ? [`${raw.fast_failures_in_a_row} pipelines in a row failed at once`] : []),
  ];
}

const isOverdue = (raw: Raw): boolean => raw.contact_age_s >= SILENT / SECOND && !raw.superseded;

function praises(raw: Raw, isSeen: boolean): readonly string[] {
  const { container_state: state, container_health: health, contact_age_s: age } = raw;
  const shown = health === '' || health === 'none' ? state : `${state}, ${health}`;
  return [
    ...(state === ''
      ? []
      : [isSeen ? `its container is ${shown}` : `its container was ${shown} when Docker was last seen`]),
    ...(age < 0 || raw.superseded ? [] : ['the server hears of it']),
    ...(raw.no_schedule ? ['an admin has paused it'] : []),
  ];
}

/** Each one up to ten; a storm of them is said in steps. */
function errorStep(errors: number): number {
  return errors <= 10 ? errors : (ERROR_STEPS.findLast((step) => errors >= step) ?? errors);
}

const ERROR_STEPS: readonly number[] = [10, 20, 50, 100, 200, 500, 1_000];

const STEPS: readonly Millis[] = [5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 30 * MINUTE, HOUR];

/** Which step a silence is on: rules compare its age, so an agent is said again on each step, hourly after the first hour. */
function ageStep(age: Millis): string {
  if (age >= HOUR) return formatDuration(Math.floor(age / HOUR) * HOUR);
  return String(STEPS.filter((step) => age >= step).length);
}
