/** What the engine's JSON says, in the words of the port. Only the fields that are used are read; others may come and go. */

import { constants } from 'node:os';
import type { Bind, ContainerSeen, ObjectSeen, ObjectType, RestartPolicy } from '../ports/docker.ts';

/** The part of `GET /containers/<id>/json` that is read. */
export interface InspectJson {
  readonly Id: string;
  readonly Name: string;
  readonly Created?: string;
  readonly Image?: string;
  readonly Mounts?: readonly MountJson[] | null;
  readonly RestartCount?: number;
  readonly State?: {
    readonly Status?: string;
    readonly ExitCode?: number;
    readonly OOMKilled?: boolean;
    readonly StartedAt?: string;
    readonly FinishedAt?: string;
    readonly Health?: { readonly Status?: string; readonly Log?: readonly { readonly End?: string }[] | null } | null;
  };
  readonly Config?: {
    readonly Image?: string;
    readonly Labels?: Readonly<Record<string, string>> | null;
    readonly Healthcheck?: { readonly Test?: readonly string[] | null } | null;
    readonly StopSignal?: string;
    readonly StopTimeout?: number | null;
  };
  readonly HostConfig?: { readonly RestartPolicy?: { readonly Name?: string; readonly MaximumRetryCount?: number } };
}

interface MountJson {
  readonly Type?: string;
  readonly Source?: string;
  readonly Destination?: string;
}

/** The part of an image, a volume or a network that is read. */
export interface ObjectJson {
  readonly Id?: string;
  readonly Name?: string;
  readonly RepoTags?: readonly string[] | null;
  readonly Driver?: string;
  readonly Labels?: Readonly<Record<string, string>> | null;
}

const STATES: readonly string[] = ['created', 'running', 'paused', 'restarting', 'exited', 'dead'];
const HEALTHS: readonly string[] = ['starting', 'healthy', 'unhealthy'];
const POLICIES: readonly string[] = ['always', 'unless-stopped', 'on-failure'];
const DEFAULT_STOP_TIMEOUT_S = 10;

/** A container out of an inspect that was asked for at an instant. */
export function toContainer(json: InspectJson, takenAt: number): ContainerSeen {
  return {
    id: json.Id,
    name: json.Name.replace(/^\//, ''),
    imageId: json.Image ?? '',
    binds: bindsOf(json.Mounts ?? []),
    ...configOf(json.Config ?? {}),
    ...stateOf(json.State ?? {}),
    createdAt: toNanos(json.Created),
    restartCount: json.RestartCount ?? 0,
    policy: policyOf(json),
    takenAt,
  };
}

function bindsOf(mounts: readonly MountJson[]): readonly Bind[] {
  return mounts.flatMap(({ Type, Source = '', Destination = '' }) =>
    Type === 'bind' ? [{ source: Source, target: Destination }] : [],
  );
}

type ConfigFacts = Pick<ContainerSeen, 'image' | 'labels' | 'hasHealthCheck' | 'stopSignal' | 'stopTimeoutS'>;

function configOf(config: NonNullable<InspectJson['Config']>): ConfigFacts {
  return {
    image: config.Image ?? '',
    labels: config.Labels ?? {},
    hasHealthCheck: (config.Healthcheck?.Test?.[0] ?? 'NONE') !== 'NONE',
    stopSignal: signalNumber(config.StopSignal ?? 'SIGTERM'),
    stopTimeoutS: config.StopTimeout ?? DEFAULT_STOP_TIMEOUT_S,
  };
}

/** An image by its first tag, a volume or a network by its name. */
export function toObject(type: ObjectType, json: ObjectJson): ObjectSeen {
  const id = json.Id ?? json.Name ?? '';
  const name = type === 'image' ? (json.RepoTags?.find((tag) => !tag.startsWith('<none>')) ?? id) : (json.Name ?? id);
  return { id, name, driver: json.Driver ?? '', labels: json.Labels ?? {} };
}

type StateFacts = Pick<
  ContainerSeen,
  'state' | 'health' | 'probedAt' | 'exitCode' | 'oomKilled' | 'startedAt' | 'finishedAt'
>;

function stateOf(state: NonNullable<InspectJson['State']>): StateFacts {
  const status = STATES.includes(state.Status ?? '') ? (state.Status as ContainerSeen['state']) : 'exited';
  return {
    state: status,
    ...healthOf(state.Health ?? {}, status),
    exitCode: state.ExitCode ?? -1,
    oomKilled: state.OOMKilled ?? false,
    startedAt: toNanos(state.StartedAt),
    finishedAt: toNanos(state.FinishedAt),
  };
}

/** The engine calls every stopped container with a health check unhealthy: health means something only while it is up. */
function healthOf(
  health: { readonly Status?: string; readonly Log?: readonly { readonly End?: string }[] | null },
  state: ContainerSeen['state'],
): Pick<ContainerSeen, 'health' | 'probedAt'> {
  const isUp = state === 'running' || state === 'paused';
  const status = health.Status ?? '';
  return {
    health: isUp && HEALTHS.includes(status) ? (status as ContainerSeen['health']) : 'none',
    probedAt: toNanos(health.Log?.at(-1)?.End),
  };
}

function policyOf(json: InspectJson): RestartPolicy {
  const policy = json.HostConfig?.RestartPolicy;
  const name = policy?.Name ?? '';
  return {
    name: POLICIES.includes(name) ? (name as RestartPolicy['name']) : 'no',
    maxRetries: policy?.MaximumRetryCount ?? 0,
  };
}

/** `SIGQUIT`, `quit`, `3` and `SIGRTMIN+3` as a number in text. */
function signalNumber(name: string): string {
  if (/^\d+$/.test(name)) return name;
  const upper = name.toUpperCase();
  const full = upper.startsWith('SIG') ? upper : `SIG${upper}`;
  const realtime = /^SIGRTMIN\+(\d+)$/.exec(full);
  if (realtime !== null) return String(34 + Number(realtime[1]));
  const known: Readonly<Record<string, number>> = constants.signals;
  return String(known[full] ?? constants.signals.SIGTERM);
}

/** Nanoseconds since 1970 as digits, of a time with up to nine decimals; `''` for a time that never was. */
function toNanos(time: string | undefined): string {
  if (time === undefined || time.startsWith('0001-')) return '';
  const seconds = Date.parse(time.replace(/\.\d+/, '')) / 1_000;
  if (!Number.isInteger(seconds) || seconds <= 0) return '';
  const fraction = /\.(\d+)/.exec(time)?.[1] ?? '';
  return `${seconds}${fraction.slice(0, 9).padEnd(9, '0')}`;
}
