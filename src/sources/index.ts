/** All sources. A new one is a folder and a line here. */

import type { Ownership } from '../core/owner.ts';
import type { Source } from '../core/source.ts';
import type { AgentBoxes } from '../factory/ci-agents.ts';
import type { Picture } from '../factory/picture.ts';
import type { QueueFold } from '../factory/queue.ts';
import type { Ci, WantedRepo } from '../ports/ci.ts';
import type { Clock } from '../ports/clock.ts';
import type { Docker } from '../ports/docker.ts';
import type { Files } from '../ports/files.ts';
import type { Forge } from '../ports/forge.ts';
import type { Host } from '../ports/host.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import { ciSource, type CiSource } from './ci/index.ts';
import { dockerSource } from './docker/index.ts';
import { filesSource, type FilesSource } from './files/index.ts';
import { forgeSource, type ForgeSource } from './forge/index.ts';
import { hostSource } from './host/index.ts';
import { queueSource, type QueueSource } from './queue/index.ts';

export interface SourceParts {
  /** Name of this box. */
  readonly host: string;
  readonly docker: readonly { readonly host: string; readonly docker: Docker }[];
  readonly ownership: Ownership;
  readonly factoryTmp: string;
  readonly projects: readonly { readonly name: string; readonly repo: string }[];
  /** Null: found out from where the folder is mounted. */
  readonly pidNamespace: 'same' | 'unknown' | null;
  readonly picture: Picture;
  readonly queue: QueueFold;
  readonly files: Files;
  /** Null: not configured, webhooks alone tell of it. */
  readonly forge: { readonly forge: Forge; readonly repos: readonly string[] } | null;
  /** Null: not configured. */
  readonly ci: { readonly ci: Ci; readonly server: string; readonly repos: readonly WantedRepo[] } | null;
  readonly agentBoxes: AgentBoxes;
  readonly machine: Host;
  readonly store: Pick<Store, 'log' | 'cursors'>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Sources {
  readonly sources: readonly Source[];
  /** One of them, which wants to know when an issue changed. */
  readonly files: FilesSource;
  /** One of them, which wants to know of every event; null when it is not configured. */
  readonly forge: ForgeSource | null;
  /** One of them, which wants to know of notices and of its agents' containers; null when it is not configured. */
  readonly ci: CiSource | null;
  /** One of them, which wants to know when something that it counts changed. */
  readonly queue: QueueSource;
}

/** Every source of a box, one Docker source an engine. */
export function sourcesOf(parts: SourceParts): Sources {
  const { host, machine, clock, log, store } = parts;
  const engines = parts.docker.map((engine) =>
    dockerSource({
      ...engine,
      ownership: parts.ownership,
      cursors: store.cursors,
      latest: store.log.latest,
      clock,
      log,
    }),
  );
  const files = filesSource({
    dir: parts.factoryTmp,
    host,
    projects: parts.projects,
    picture: parts.picture,
    files: parts.files,
    machine,
    clock,
    log,
    latest: store.log.latest,
    ...(parts.pidNamespace === null ? {} : { pidNamespace: parts.pidNamespace }),
  });
  const forge =
    parts.forge === null
      ? null
      : forgeSource({ ...parts.forge, host, picture: parts.picture, clock, log, latest: store.log.latest });
  const queue = queueSource({ host, queue: parts.queue, clock });
  const ci = openCiSource(parts);
  const always = [...engines, files, hostSource({ host, machine, clock, log }), queue];
  const configured = [forge, ci].filter((source) => source !== null);
  return { sources: [...always, ...configured], files, forge, ci, queue };
}

function openCiSource({ ci, docker, agentBoxes, host, picture, clock, log, store }: SourceParts): CiSource | null {
  if (ci === null) return null;
  const logsOf = (box: string): Docker | null => docker.find((engine) => engine.host === box)?.docker ?? null;
  return ciSource({ ...ci, host, picture, boxes: agentBoxes, logsOf, latest: store.log.latest, clock, log });
}
