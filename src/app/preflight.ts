/** What preflight shows, gathered: out of the state file, and the last lines of agents' logs. Only reads. */

import { stripVTControlCharacters } from 'node:util';
import { diskFiles } from '../adapters/files.ts';
import { openPlaces } from '../adapters/docker-places.ts';
import type { Config } from '../config/config.ts';
import type { ReactorEvent } from '../core/event.ts';
import { redact } from '../core/redact.ts';
import type { Instant } from '../core/time.ts';
import {
  PREFLIGHT_KINDS,
  present,
  type Facts,
  type PreflightProject,
  type Restart,
  type SetUp,
  type Tail,
} from '../factory/preflight/facts.ts';
import type { Files } from '../ports/files.ts';
import type { Store } from '../ports/store.ts';

/** Everything but the logs, from the state. `wanted` names projects; empty means all. Names that do not exist give none. */
export function readFacts(store: Store, config: Config, wanted: readonly string[], now: Instant): Facts {
  const events = PREFLIGHT_KINDS.flatMap((kind) => [...store.log.latest(kind)]);
  const base = { now, host: config.host, setUp: setUpOf(config), events, tails: new Map<string, Tail>() };
  const projects = projectsOf(config, events);
  return {
    ...base,
    projects: projects.filter(({ name }) => wanted.length === 0 || wanted.includes(name)),
    isSelection: wanted.length > 0,
    commands: commandsIn(store),
    restarts: restartsIn(store, { ...base, projects, isSelection: false, commands: [], restarts: [] }),
  };
}

function setUpOf({ forge, ci, matrix, factoryRoot, logDir, docker }: Config): SetUp {
  return {
    forge: forge !== null,
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

const TAIL_LINES = 15;
const TAIL_BYTES = 16 * 1024;
const LINE = 500;

/** The same with the last lines of every log: of this box, and of containers that can be entered. Never rejects. */
export async function withTails(facts: Facts, config: Config): Promise<Facts> {
  const logs = present(facts, 'agent.log');
  const places = new Map(
    await Promise.all(
      [...new Set(logs.map(({ place }) => place))].map(async (place): Promise<readonly [string, Files | string]> => [
        place,
        await filesOf(place, config),
      ]),
    ),
  );
  const tails = await Promise.all(
    logs.map(async ({ place, path }): Promise<readonly [string, Tail]> => {
      const inside = place === '' ? path : path.slice(place.length + 1);
      return [path, await readTail(places.get(place) ?? 'it is nowhere', inside)];
    }),
  );
  return { ...facts, tails: new Map(tails) };
}

/** The files of a place, or why they cannot be reached. */
async function filesOf(place: string, { docker, ownStacks, siblings }: Config): Promise<Files | string> {
  if (place === '') return diskFiles;
  let reason = `there is no container ${place}`;
  for (const { host, url } of docker) {
    const finder = openPlaces({ host, url, ownership: { ownStacks, siblings }, container: place });
    const found = await finder.find(AbortSignal.timeout(5_000));
    if (!found.seen) reason = found.reason;
    else if (found.places[0] !== undefined) return found.places[0].files;
    else reason = found.flaws[0] ?? reason;
  }
  return reason;
}

async function readTail(files: Files | string, path: string): Promise<Tail> {
  if (typeof files === 'string') return { read: false, reason: files };
  const reading = await files.tail(path, TAIL_BYTES);
  if (reading.got === 'gone') return { read: false, reason: 'it is gone' };
  if (reading.got === 'refused') return { read: false, reason: reading.reason };
  return { read: true, lines: lastLines(reading.text) };
}

/** Secrets may go over several lines: they are taken out before the text is cut into lines. */
function lastLines(text: string): readonly string[] {
  const lines = redact(text)
    .split(/\r\n|\n|\r/)
    .map(visible);
  const whole = Buffer.byteLength(text) >= TAIL_BYTES ? lines.slice(1) : lines;
  const end = whole.findLastIndex((line) => line.trim() !== '') + 1;
  return whole.slice(Math.max(0, end - TAIL_LINES), end);
}

function visible(line: string): string {
  const shown = stripVTControlCharacters(line.toWellFormed())
    .replaceAll('\t', ' ')
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, '');
  return shown.length <= LINE ? shown : `${shown.slice(0, LINE).toWellFormed()}…`;
}
