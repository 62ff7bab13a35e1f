/** Figures of a Docker engine behind their port. */

import { inParallel } from '../core/in-parallel.ts';
import type { Answer } from '../ports/docker.ts';
import type { ContainerFigures, DockerFigures, VolumeFigures } from '../ports/docker-figures.ts';
import { parseDockerAddress } from './docker-address.ts';
import { dockerHttp, type DockerHttp } from './docker-http.ts';
import { cpuPctOf, rssMbOf, type StatsJson } from './docker-stats.ts';

interface ListedJson {
  readonly Id: string;
  readonly State?: string;
  readonly Status?: string;
  readonly Mounts?: readonly { readonly Type?: string; readonly Name?: string; readonly Source?: string }[] | null;
}

interface InspectJson {
  readonly State?: { readonly StartedAt?: string };
}

interface VolumeJson {
  readonly Name?: string;
  readonly UsageData?: { readonly Size?: number } | null;
}

interface UsageJson {
  readonly TotalCount?: number;
  readonly Items?: readonly VolumeJson[] | null;
}

/** Up to API 1.51 a list; from 1.52 on in a summary, with a list when one asks for it. */
interface UsedJson {
  readonly Volumes?: readonly VolumeJson[] | null;
  readonly VolumeUsage?: UsageJson | null;
  readonly VolumesDiskUsage?: UsageJson | null;
}

/**
 * An engine reads each container's figures twice, a second apart, whatever is asked beside it: asked one after the other, fifty containers
 * would take minutes.
 */
const AT_ONCE = 32;

/** The engine at `unix:///path` or `tcp://host:port`. Contacts nothing yet; throws when the address makes no sense. */
export function openDockerFigures(url: string): DockerFigures {
  const http = dockerHttp(parseDockerAddress(url));
  return {
    containers: (signal) => readContainers(http, signal),
    volumes: (signal) => readVolumes(http, signal),
  };
}

async function readContainers(http: DockerHttp, signal: AbortSignal): Promise<Answer<readonly ContainerFigures[]>> {
  const list = await http.get('/containers/json', { all: '1' }, signal);
  if (list.denied) return list;
  const listed = (list.value ?? []) as readonly ListedJson[];
  return { denied: false, value: await inParallel(listed, AT_ONCE, (one) => readOne(http, one, signal)) };
}

async function readOne(http: DockerHttp, listed: ListedJson, signal: AbortSignal): Promise<ContainerFigures> {
  const ask = async (path: string, query: Readonly<Record<string, string>>): Promise<unknown> => {
    if (!RUNS.has(listed.State ?? '')) return null;
    const answer = await http.get(`/containers/${listed.Id}/${path}`, query, signal).catch(() => null);
    return answer === null || answer.denied ? null : answer.value;
  };
  const [stats, inspect] = await Promise.all([ask('stats', { stream: '0' }), ask('json', {})]);
  return {
    id: listed.Id,
    status: listed.Status ?? '',
    startedAt: (inspect as InspectJson | null)?.State?.StartedAt ?? '',
    // The engine has them in another order each time.
    mounts: (listed.Mounts ?? []).map(({ Name = '', Source = '' }) => (Name === '' ? Source : Name)).toSorted(),
    cpuPct: stats === null ? null : cpuPctOf(stats as StatsJson),
    rssMb: stats === null ? null : rssMbOf(stats as StatsJson),
  };
}

const RUNS: ReadonlySet<string> = new Set(['running', 'paused']);

/** Engines before API 1.42 do not know `type` and count everything: the signal bounds that, too. */
async function readVolumes(http: DockerHttp, signal: AbortSignal): Promise<Answer<readonly VolumeFigures[]>> {
  const answer = await http.get('/system/df', { type: 'volume', verbose: '1' }, signal);
  if (answer.denied) return answer;
  const sized = volumesIn((answer.value ?? {}) as UsedJson).map(({ Name: name = '', UsageData: usage }) => ({
    name,
    bytes: sizeOf(usage?.Size),
  }));
  return { denied: false, value: sized };
}

function volumesIn({
  Volumes: volumes,
  VolumeUsage: summary,
  VolumesDiskUsage: other,
}: UsedJson): readonly VolumeJson[] {
  const usage = summary ?? other ?? {};
  const list = volumes ?? usage.Items ?? [];
  const isCounted = (usage.TotalCount ?? 0) > 0;
  if (list.length === 0 && isCounted) throw new Error('Docker counts its volumes and does not name them');
  return list;
}

/** What no driver can measure has the size -1. */
const sizeOf = (size: number | undefined): number | null => (size === undefined || size < 0 ? null : size);
