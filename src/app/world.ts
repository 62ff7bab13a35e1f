/** The world as configured: adapters behind their ports, sources and effects on top of them. */

import { join } from 'node:path';
import { consoleChat } from '../adapters/console-chat.ts';
import { openDocker } from '../adapters/docker.ts';
import { openHost } from '../adapters/host.ts';
import { matrixChat } from '../adapters/matrix.ts';
import { openOpsRepo } from '../adapters/ops-repo.ts';
import type { Config } from '../config/config.ts';
import type { Effect } from '../core/effect.ts';
import type { AnyEvent } from '../core/event.ts';
import type { Source } from '../core/source.ts';
import { effectsOf } from '../effects/index.ts';
import { DEFAULT_NUDGE, type NudgeOptions } from '../effects/nudge/index.ts';
import { createAgents } from '../factory/agents.ts';
import { createAgentBoxes } from '../factory/ci-agents.ts';
import { createHealthFold, type HealthFold } from '../factory/health.ts';
import { createPicture, type Picture } from '../factory/picture.ts';
import { createQueueFold } from '../factory/queue.ts';
import type { Chat } from '../ports/chat.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import { sourcesOf, type Sources } from '../sources/index.ts';
import { openAgents, openTerminal } from './agents.ts';
import { openCi } from './ci.ts';
import { openForges } from './forge.ts';

export interface WorldOptions {
  readonly config: Config;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** Where people read when no chat is configured. */
  readonly console: { readonly write: (line: string) => void; readonly stream: NodeJS.WritableStream };
}

export interface World {
  readonly sources: readonly Source[];
  readonly effects: ReadonlyMap<string, Effect>;
  readonly chat: Chat;
  readonly picture: Picture;
  readonly health: HealthFold;
  /** Null: not configured. */
  readonly ci: Sources['ci'];
  /** Takes an event into what is known of the box, and wakes the sources that depend on it. */
  apply(event: AnyEvent): void;
}

/** What the queue is counted from. */
const QUEUED = ['forge.issue', 'session.run', 'session.terminal', 'agent.log', 'agent.guard'] as const;

/** What the agents are known by. */
const AGENTS = ['lock.file', 'session.phase', 'session.terminal', 'host.process', 'docker.container'] as const;

/** Builds everything; nothing is contacted before a source runs. */
export function openWorld(options: WorldOptions): World {
  const { config, store, clock, log } = options;
  const picture = createPicture();
  const health = createHealthFold(config.host);
  for (const kind of ['forge.pull', 'forge.issue'] as const) {
    for (const event of store.log.latest(kind)) picture.apply(event);
  }
  const chat = config.matrix === null ? consoleChat(options.console) : matrixChat(config.matrix);
  const eyes = openAgents(config, openHost());
  const repo = openOpsRepo(config.opsRepoRoot);
  const effects = effectsOf({
    repo,
    journals: journalPlaces(config, repo),
    chat,
    limitChat: config.matrix !== null,
    terminal: openTerminal(config, eyes),
    clock,
    health: health.health,
    nudge: nudgeOf(config),
  });
  const queueFold = createQueueFold(config.projects);
  for (const kind of QUEUED) {
    for (const event of store.log.latest(kind)) queueFold.apply(event);
  }
  const agentBoxes = createAgentBoxes();
  const agents = createAgents();
  for (const kind of AGENTS) {
    for (const event of store.log.latest(kind)) agents.apply(event);
  }
  const { sources, files, forges, ci, compose, queue } = sourcesOf({
    host: config.host,
    docker: config.docker.map(({ host, url }) => ({ host, docker: openDocker(url) })),
    ownership: { ownStacks: config.ownStacks, siblings: config.siblings },
    pidNamespace: config.pidNamespace,
    projects: config.projects,
    picture,
    queue: queueFold,
    ...openForges(config),
    ci: openCi(config),
    agentBoxes,
    agents: { ...eyes, agents },
    store,
    clock,
    log,
  });
  const apply = (event: AnyEvent): void => {
    picture.apply(event);
    health.apply(event);
    agents.apply(event);
    if (event.kind === 'forge.issue' || event.kind === 'forge.pull') {
      for (const source of files.running()) source.reconsider();
    }
    if (queueFold.apply(event)) queue.hint();
    for (const forge of forges) forge.note(event);
    for (const source of compose) source.note(event);
    if (agentBoxes.apply(event)) ci?.reconsider();
  };
  return { sources, effects, chat, picture, health, ci, apply };
}

function nudgeOf({ nudge }: Config): NudgeOptions {
  const { quiet, unattended } = DEFAULT_NUDGE;
  return { ...DEFAULT_NUDGE, quiet: nudge.quiet ?? quiet, unattended: nudge.unattended ?? unattended };
}

/** The ops repo first, then the folder that the factory itself falls back to. */
function journalPlaces(config: Config, repo: ReturnType<typeof openOpsRepo>) {
  const ops = { repo, folder: 'journal/supervisor' };
  if (config.factoryRoot === null) return [ops];
  return [ops, { repo: openOpsRepo(join(config.factoryRoot, 'state/supervisor-journal')), folder: '' }];
}
