/** All sources. A new one is a folder and a line here. */

import type { Ownership } from '../core/owner.ts';
import type { Source } from '../core/source.ts';
import { SECOND, type Millis } from '../core/time.ts';
import type { AgentBoxes } from '../factory/ci-agents.ts';
import type { AgentsOfHosts } from '../factory/agents.ts';
import type { Picture } from '../factory/picture.ts';
import type { QueueFold } from '../factory/queue.ts';
import type { Ci, WantedRepo } from '../ports/ci.ts';
import type { Clock } from '../ports/clock.ts';
import type { Docker } from '../ports/docker.ts';
import type { Forge } from '../ports/forge.ts';
import type { Log } from '../ports/log.ts';
import type { PlaceFinder } from '../ports/place.ts';
import type { Store } from '../ports/store.ts';
import { ciSource, type CiSource } from './ci/index.ts';
import { composeSource, type ComposeSource } from './compose/index.ts';
import { dockerSource } from './docker/index.ts';
import { filesSource, type FilesSource } from './files/index.ts';
import { forgeSource, type ForgeSource } from './forge/index.ts';
import { opsSource, type OpsRepoAt, type OpsSource } from './forge/ops.ts';
import { hostSource } from './host/index.ts';
import { processesSource } from './host/processes.ts';
import { inPlaces, type PlacesSource } from './in-places.ts';
import type { PlacesParts } from './places.ts';
import { queueSource, type QueueSource } from './queue/index.ts';
import { sessionsSource } from './sessions/index.ts';
import { vaultSource, type VaultSourceOptions } from './vault/index.ts';
import { workSource } from './work/index.ts';
import type { PartOptions, WorkProject } from './work/part.ts';

/** Folders of the factory, on this machine or in a container. */
export interface Folders extends Omit<PartOptions, 'place' | 'dir' | 'projects' | 'agents'> {
  readonly tmp: string;
  readonly claudeFolders: readonly string[];
  readonly resultFolders: readonly string[];
}

/** Where agents work, and what is known of them. */
export interface AgentParts extends Pick<PlacesParts, 'local' | 'finders'> {
  /** This process is in a container of its own, and was given neither the temporary folder, nor anything else of the factory's. */
  readonly isBare: { readonly tmp: PlacesParts['isBare']; readonly work: PlacesParts['isBare'] };
  readonly here: Folders;
  readonly there: Folders;
  /** `tmux -L`, `''` for the default. */
  readonly tmuxSocket: string;
  readonly ops: Pick<VaultSourceOptions, 'root' | 'formulaFolder' | 'isOwn'>;
  readonly agents: AgentsOfHosts;
  /** The processes of containers are seen from here, too. */
  isWholeMachine(): Promise<boolean>;
}

export interface SourceParts {
  /** Name of this box. */
  readonly host: string;
  readonly docker: readonly { readonly host: string; readonly docker: Docker }[];
  readonly ownership: Ownership;
  readonly projects: readonly WorkProject[];
  /** Null: found out from where the folder is mounted. */
  readonly pidNamespace: 'same' | 'unknown' | null;
  readonly picture: Picture;
  readonly queue: QueueFold;
  /** Those that can be asked; of any other webhooks alone tell. `name` is `''` for that of FORGE_URL. */
  readonly forges: readonly { readonly name: string; readonly forge: Forge; readonly repos: readonly string[] }[];
  /** Ops repositories of forges that can be asked. */
  readonly opsRepos: readonly OpsRepoAt[];
  /** Null: not configured. */
  readonly ci: { readonly ci: Ci; readonly server: string; readonly repos: readonly WantedRepo[] } | null;
  readonly agentBoxes: AgentBoxes;
  readonly agents: AgentParts;
  readonly store: Pick<Store, 'log' | 'cursors'>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Sources {
  readonly sources: readonly Source[];
  /** One of them, whose parts want to know when an issue changed. */
  readonly files: PlacesSource<FilesSource>;
  /** Some of them, which want to know of every event. */
  readonly forges: readonly (ForgeSource | OpsSource)[];
  /** One of them, which wants to know of notices and of its agents' containers; null when it is not configured. */
  readonly ci: CiSource | null;
  /** Some of them, one an engine, which want to know of its containers and images. */
  readonly compose: readonly ComposeSource[];
  /** One of them, which wants to know when something that it counts changed. */
  readonly queue: QueueSource;
}

/** Every source of a box, one Docker source an engine. */
export function sourcesOf(parts: SourceParts): Sources {
  const { host, clock, log, store } = parts;
  const machine = parts.agents.local.machine;
  const engines = parts.docker.map((engine) =>
    dockerSource({
      ...engine,
      isOwn: engine.host === host,
      ownership: parts.ownership,
      cursors: store.cursors,
      latest: store.log.latest,
      clock,
      log,
    }),
  );
  const compose = parts.docker.map((engine) =>
    composeSource({
      ...engine,
      isOwn: engine.host === host,
      ownership: parts.ownership,
      files: parts.agents.local.files,
      machine,
      clock,
      log,
      latest: store.log.latest,
    }),
  );
  const agents = agentSources(parts);
  const { latest } = store.log;
  const opsRepos = parts.opsRepos.length === 0 ? [] : [opsSource({ host, repos: parts.opsRepos, clock, log, latest })];
  const forges = [
    ...parts.forges.map((forge) => forgeSource({ ...forge, host, picture: parts.picture, clock, log, latest })),
    ...opsRepos,
  ];
  const queue = queueSource({ host, queue: parts.queue, clock });
  const ci = openCiSource(parts);
  const always = [...engines, ...compose, hostSource({ host, machine, clock, log }), ...agents, queue];
  const configured = ci === null ? forges : [...forges, ci];
  return { sources: [...always, ...configured], files: agents[0], forges, ci, compose, queue };
}

function openCiSource({ ci, docker, agentBoxes, host, picture, clock, log, store }: SourceParts): CiSource | null {
  if (ci === null) return null;
  const logsOf = (box: string): Docker | null => docker.find((engine) => engine.host === box)?.docker ?? null;
  return ciSource({ ...ci, host, picture, boxes: agentBoxes, logsOf, latest: store.log.latest, clock, log });
}

/** Here everything costs next to nothing; entering a container costs 60 ms. */
const EVERY_HERE: Millis = 2 * SECOND;
/** Files are written there that nobody else tells of. */
const WORK_HERE: Millis = SECOND;
const EVERY_THERE: Millis = 15 * SECOND;

/** What agents do and leave: the first of them are phase files and locks. */
function agentSources(parts: SourceParts): readonly [PlacesSource<FilesSource>, ...Source[]] {
  const { host, projects, picture, clock, log, agents, pidNamespace } = parts;
  const { local, finders, isBare, here, there } = agents;
  const { latest } = parts.store.log;
  const localFolders = [
    here.tmp,
    ...here.logFolders,
    ...here.stateFolders,
    ...here.lockFolders,
    ...here.repos.map(({ path }) => path),
  ];
  const places = { local, host, finders, localFolders, clock, log };
  const common = { projects, clock, log, latest };
  const files = inPlaces('files', { ...places, isBare: isBare.tmp }, ({ place, isLocal, ...at }) =>
    filesSource({
      ...at,
      ...common,
      dir: isLocal ? here.tmp : there.tmp,
      place: place.name,
      picture,
      files: place.files,
      machine: place.machine,
      ...(isLocal && pidNamespace !== null ? { pidNamespace } : {}),
    }),
  );
  const sessions = inPlaces('sessions', { ...places, isBare: isBare.tmp }, ({ place, isLocal, ...at }) => {
    const where = isLocal ? here : there;
    const socketName = isLocal ? agents.tmuxSocket : '';
    const every = isLocal ? EVERY_HERE : EVERY_THERE;
    return sessionsSource({
      ...at,
      ...common,
      ...where,
      place,
      dir: where.tmp,
      socketName,
      agents: agents.agents.of(at.host),
      every,
    });
  });
  const work = inPlaces(
    'work',
    { ...places, isBare: isBare.work, isBlind: isBare.tmp },
    ({ place, isLocal, ...at }) => {
      const where = isLocal ? here : there;
      const every = isLocal ? WORK_HERE : EVERY_THERE;
      return workSource({
        ...at,
        ...common,
        ...where,
        place,
        dir: where.tmp,
        agents: agents.agents.of(at.host),
        every,
      });
    },
  );
  const ownEyes = {
    ...places,
    finders: finders.map((one) => unlessSeen(one, agents, host)),
    // From a container of its own the reactor sees its own processes alone.
    isBare: async () => finders.length > 0 && !(await agents.isWholeMachine()),
  };
  const processes = inPlaces('processes', ownEyes, ({ place, isLocal, ...at }) =>
    processesSource({
      ...at,
      ...common,
      place,
      agents: agents.agents.of(at.host),
      every: isLocal ? 10 * SECOND : EVERY_THERE,
    }),
  );
  const vault = vaultSource({ host, ...agents.ops, files: local.files, clock, log, latest });
  return [files, sessions, work, processes, vault];
}

/** A finder that finds nothing where this process sees the processes of all containers anyway. */
function unlessSeen(finder: PlaceFinder, { isWholeMachine }: AgentParts, host: string): PlaceFinder {
  const nothing = { seen: true, places: [], flaws: [] } as const;
  const isSeen = async (): Promise<boolean> => finder.host === host && (await isWholeMachine());
  return { host: finder.host, find: async (signal) => ((await isSeen()) ? nothing : finder.find(signal)) };
}
