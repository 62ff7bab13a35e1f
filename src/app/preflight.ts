/** What preflight shows, out of the state file. */

import type { Config } from '../config/config.ts';
import type { ReactorEvent } from '../core/event.ts';
import type { Instant } from '../core/time.ts';
import {
  PREFLIGHT_KINDS,
  present,
  type Facts,
  type Live,
  type PreflightProject,
  type Restart,
  type SetUp,
  type Tail,
} from '../factory/preflight/facts.ts';
import type { Store } from '../ports/store.ts';

/** Everything but what is asked live, from the state. `wanted` names projects; empty means all. Names that do not exist give none. */
export function readFacts(store: Store, config: Config, wanted: readonly string[], now: Instant): Facts {
  const events = PREFLIGHT_KINDS.flatMap((kind) => [...store.log.latest(kind)]);
  const base = {
    now,
    host: config.host,
    setUp: setUpOf(config),
    events,
    tails: new Map<string, Tail>(),
    live: NOTHING,
  };
  const projects = projectsOf(config, events);
  return {
    ...base,
    projects: projects.filter(({ name }) => wanted.length === 0 || wanted.includes(name)),
    isSelection: wanted.length > 0,
    commands: commandsIn(store),
    restarts: restartsIn(store, { ...base, projects, isSelection: false, commands: [], restarts: [] }),
  };
}

const NOT_ASKED = { got: false, reason: 'it was not asked' } as const;
const NOTHING: Live = {
  containers: new Map(),
  volumes: new Map(),
  folders: NOT_ASKED,
  replies: NOT_ASKED,
  restartNoted: null,
};

function setUpOf({ forge, forges, ci, matrix, factoryRoot, logDir, docker }: Config): SetUp {
  return {
    forge: forge !== null && (forge.supervisorToken !== '' || forge.token !== ''),
    otherForges: forges.filter(({ token }) => token !== '').map(({ name }) => name),
    ci: ci !== null,
    matrix: matrix !== null,
    logs: factoryRoot !== null || logDir !== null,
    engines: docker.map(({ host }) => host),
  };
}

/** The projects of the configuration; without any, the repositories that something was heard of. */
export function projectsOf(
  { projects }: Pick<Config, 'projects'>,
  events: Facts['events'],
): readonly PreflightProject[] {
  if (projects.length > 0) {
    return projects.map(({ name, repo, ciRepoId }) => ({ name, repo, hasCi: ciRepoId !== 0 }));
  }
  const repos = new Set(
    events.flatMap((event) => {
      const isOfRepo = event.kind === 'forge.pull' || event.kind === 'forge.issue' || event.kind === 'ci.pipeline';
      return isOfRepo && event.data.repo !== '' ? [event.data.repo] : [];
    }),
  );
  return [...repos].toSorted().map((repo) => ({ name: repo, repo, hasCi: true }));
}

const COMMANDS = 20;

function commandsIn(store: Store): readonly ReactorEvent<'operator.command'>[] {
  const recent = store.log.recent({ kind: 'operator.command', limit: COMMANDS });
  return recent.filter((event) => event.kind === 'operator.command').toReversed();
}

/** How many events of containers are looked through. */
const LOOKED_THROUGH = 5_000;

/** An agent that died and was started is one that was restarted; its first start is not. */
function restartsIn(store: Store, facts: Facts): readonly Restart[] {
  const agents = present(facts, 'ci.agent').filter(({ container }) => container !== '');
  if (agents.length === 0) return [];
  const events = store.log.recent({ kind: 'docker.container', limit: LOOKED_THROUGH }).toReversed();
  const since = events[0]?.time ?? facts.now;
  return agents.map(({ container, container_host: host }) => {
    const mine = events.filter((event) => event.kind === 'docker.container' && event.data.name === container);
    const turns = mine.filter((event) => host === '' || event.host === host);
    const started = turns.findLast(
      (event, i) => isAction(event, 'start') && turns.slice(0, i).some((before) => isAction(before, 'die')),
    );
    return { container, at: started?.time ?? null, since };
  });
}

const isAction = (event: Facts['events'][number], action: string): boolean =>
  event.kind === 'docker.container' && event.data.action === action;
