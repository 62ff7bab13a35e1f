/** Preflight: Docker, Docker Allocs. */

import type { EventData } from '../../core/catalog/catalog.ts';
import { eventsOf, type Facts } from './facts.ts';
import { degraded, isSeen, type Section, type Sight } from './section.ts';
import { dockerSight, lostEngines } from './sight.ts';
import { cutLines, plain } from './words.ts';

export interface ContainerView {
  /** Box of its engine. */
  readonly host: string;
  readonly name: string;
  readonly state: string;
  readonly health: string;
  readonly image: string;
  readonly stack: string;
  readonly owner: string;
  readonly restarts: number;
}

export interface ContainersView {
  readonly containers: readonly ContainerView[];
}

/** What `docker ps` would list: running, paused, restarting. */
export function docker(facts: Facts): Section<ContainersView> {
  const containers = seenContainers(facts).map(toContainer);
  const up = containers.filter(({ state }) => UP.has(state));
  const rows = [['NAMES', 'STATUS'], ...up.map((one) => [nameOf(one, facts), statusOf(one)])];
  return {
    heading: 'Docker',
    sight: dockerSight(facts),
    lines: align(rows, 3),
    none: [],
    view: { containers },
  };
}

const UP: ReadonlyMap<string, string> = new Map([
  ['running', 'Up'],
  ['paused', 'Up (Paused)'],
  ['restarting', 'Restarting'],
]);

const HEALTH: ReadonlyMap<string, string> = new Map([
  ['healthy', ' (healthy)'],
  ['unhealthy', ' (unhealthy)'],
  ['starting', ' (health: starting)'],
]);

const statusOf = ({ state, health }: ContainerView): string =>
  `${UP.get(state) ?? state}${state === 'running' ? (HEALTH.get(health) ?? '') : ''}`;

const nameOf = ({ host, name }: ContainerView, { setUp }: Facts): string =>
  setUp.engines.length > 1 ? `${host}:${plain(name)}` : plain(name);

/** Those of engines that can be asked now. */
function seenContainers(facts: Facts): readonly EventData<'docker.container'>[] {
  const lost = new Set(lostEngines(facts).map(({ host }) => host));
  return eventsOf(facts, 'docker.container')
    .filter(({ host, data }) => data.exists && facts.setUp.engines.includes(host) && !lost.has(host))
    .map(({ data }) => data)
    .toSorted((a, b) => compare(a.host, b.host) || compare(a.name, b.name));
}

function toContainer(data: EventData<'docker.container'>): ContainerView {
  const { host, name, state, health, image, stack, stack_owner: owner, restart_count: restarts } = data;
  return { host, name, state, health, image, stack, owner, restarts };
}

const ALLOCS = 50;
const NOMAD = /^com\.hashicorp\.nomad/i;
const NOT_MEASURED = 'processor, memory and mounts of containers are not measured';

/** A table of the allocations: what Nomad runs; on a box without Nomad, everything. Figures that nobody measures are `?`. */
export function dockerAllocs(facts: Facts): Section<ContainersView> {
  const all = seenContainers(facts);
  const nomad = all.filter(({ labels }) => Object.keys(labels).some((name) => NOMAD.test(name)));
  const containers = (nomad.length > 0 ? nomad : all).map(toContainer);
  const rows = containers.map((one) => [
    nameOf(one, facts),
    one.state,
    '?',
    '?',
    plain(one.image),
    `${one.restarts}`,
    '?',
  ]);
  const table = align([['NAME', 'STATUS', 'CPU%', 'RSS(MB)', 'IMAGE', 'RESTARTS', 'MOUNTS'], ...rows], 2);
  const sight = dockerSight(facts);
  return {
    heading: 'Docker Allocs',
    sight: isSeen(sight) ? alsoBlind(sight) : sight,
    lines: [...table.slice(0, 1), ...cutLines(table.slice(1), ALLOCS)],
    none: [],
    view: { containers },
  };
}

const alsoBlind = ({ reason }: Sight): Sight => degraded(reason === '' ? NOT_MEASURED : `${reason}; ${NOT_MEASURED}`);

function align(rows: readonly (readonly string[])[], gap: number): readonly string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)) + gap);
  return rows.map((row) => row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join(''));
}

const compare = (a: string, b: string): number => {
  if (a === b) return 0;
  return a < b ? -1 : 1;
};
