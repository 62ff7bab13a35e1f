/** Preflight: Docker, Docker Allocs. */

import type { EventData } from '../../core/catalog/catalog.ts';
import { eventsOf, type Asked, type Facts, type Measured } from './facts.ts';
import { degraded, isSeen, type Section, type Sight } from './section.ts';
import { dockerSight, lostEngines } from './sight.ts';
import { cutLines, plain } from './words.ts';

export interface ContainerView {
  /** Box of its engine. */
  readonly host: string;
  readonly name: string;
  readonly state: string;
  /** As `docker ps` words it; without a time when the engine could not be asked just now. */
  readonly status: string;
  readonly health: string;
  readonly image: string;
  readonly stack: string;
  readonly owner: string;
  readonly restarts: number;
  /** The engine lists it now; false also when it could not be asked. */
  readonly listed: boolean;
}

export interface ContainersView {
  readonly containers: readonly ContainerView[];
}

/** What `docker ps` would list: running, paused, restarting. */
export function docker(facts: Facts): Section<ContainersView> {
  const containers = seenContainers(facts).map((one) => toContainer(one, measuredOf(one, facts)));
  const up = containers.filter(({ state }) => UP.has(state));
  const rows = [['NAMES', 'STATUS'], ...up.map((one) => [nameOf(one, facts), one.status])];
  return {
    heading: 'Docker',
    sight: askedSight(up, facts, 'this is how it was last known'),
    lines: table(rows, [], 3),
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

const nameOf = ({ host, name }: { readonly host: string; readonly name: string }, { setUp }: Facts): string =>
  setUp.engines.length > 1 ? `${host}:${plain(name)}` : plain(name);

type Container = EventData<'docker.container'>;

/** Those of engines that can be asked now. */
function seenContainers(facts: Facts): readonly Container[] {
  const lost = new Set(lostEngines(facts).map(({ host }) => host));
  return eventsOf(facts, 'docker.container')
    .filter(({ host, data }) => data.exists && facts.setUp.engines.includes(host) && !lost.has(host))
    .map(({ data }) => data)
    .toSorted((a, b) => compare(a.host, b.host) || compare(a.name, b.name));
}

function measuredOf({ host, id }: Container, { live }: Facts): Measured | null {
  const asked = live.containers.get(host);
  return asked?.got === true ? (asked.value.find((one) => one.id === id) ?? null) : null;
}

/** When a container that runs was started, as the engine says now; `''` when it was not asked, or knows no such container. */
export function startedAtOf(facts: Facts, host: string, name: string): string {
  const one = seenContainers(facts).find((data) => data.name === name && (host === '' || data.host === host));
  return one === undefined ? '' : (measuredOf(one, facts)?.startedAt ?? '');
}

function toContainer(data: Container, measured: Measured | null): ContainerView {
  const { host, name, state, health, image, stack, stack_owner: owner, restart_count: restarts } = data;
  return {
    host,
    name,
    state,
    status: statusOf(data, measured),
    health,
    image,
    stack,
    owner,
    restarts,
    listed: measured !== null,
  };
}

/** In the engine's words, unless those are about another state than the one that is known. */
function statusOf({ state, health }: Container, measured: Measured | null): string {
  const word = UP.get(state) ?? `${state.slice(0, 1).toUpperCase()}${state.slice(1)}`;
  const said = measured?.status ?? '';
  if (said.startsWith(word.split(' ', 1)[0] ?? '')) return plain(said);
  return `${word}${state === 'running' ? (HEALTH.get(health) ?? '') : ''}`;
}

export interface AllocView extends ContainerView {
  /** Percent of one processor; null when it was not measured. */
  readonly cpu_pct: number | null;
  readonly rss_mb: number | null;
  /** Volumes, and paths of the box; null when the engine could not be asked. */
  readonly mounts: readonly string[] | null;
}

export interface AllocsView {
  readonly containers: readonly AllocView[];
}

const ALLOCS = 50;
const TOP = 3;
const NOMAD = /^com\.hashicorp\.nomad/i;
const HEAD = ['NAME', 'STATUS', 'CPU%', 'RSS(MB)', 'IMAGE', 'RESTARTS', 'MOUNTS'];
/** As wide as the factory's own tool makes its columns, where nothing is wider. */
const WIDTHS = [29, 11, 8, 12, 23, 10];

/** What runs and what it uses, the largest first: what Nomad runs; on a box without Nomad, everything. A figure that is not known is `?`. */
export function dockerAllocs(facts: Facts): Section<AllocsView> {
  const all = seenContainers(facts).filter(({ state }) => UP.has(state));
  const nomad = all.filter(({ labels }) => Object.keys(labels).some((name) => NOMAD.test(name)));
  const containers = (nomad.length > 0 ? nomad : all)
    .map((one) => toAlloc(one, measuredOf(one, facts)))
    .toSorted((a, b) => (b.rss_mb ?? -1) - (a.rss_mb ?? -1));
  const rows = containers.map((one) => [
    nameOf(one, facts),
    one.state,
    shown(one.cpu_pct, 2),
    shown(one.rss_mb, 1),
    plain(one.image),
    `${one.restarts}`,
    one.mounts === null ? '?' : one.mounts.map((mount) => plain(mount)).join(',') || '-',
  ]);
  const [head = '', ...lines] = table([HEAD, ...rows], WIDTHS, 1);
  return {
    heading: 'Docker Allocs',
    sight: measuredSight(containers, facts),
    lines: [
      head,
      ...cutLines(lines, ALLOCS),
      ...topLine('RSS', containers, (one) => (one.rss_mb === null ? null : `${shown(one.rss_mb, 1)}MB`), facts),
      ...topLine('CPU', byCpu(containers), (one) => (one.cpu_pct === null ? null : `${shown(one.cpu_pct, 2)}%`), facts),
    ],
    none: [],
    view: { containers },
  };
}

function toAlloc(data: Container, measured: Measured | null): AllocView {
  const { cpuPct = null, rssMb = null, mounts = null } = measured ?? {};
  return { ...toContainer(data, measured), cpu_pct: cpuPct, rss_mb: rssMb, mounts };
}

const shown = (figure: number | null, digits: number): string => (figure === null ? '?' : figure.toFixed(digits));

const byCpu = (all: readonly AllocView[]): readonly AllocView[] =>
  all.toSorted((a, b) => (b.cpu_pct ?? -1) - (a.cpu_pct ?? -1));

/** `Top-3 RSS: edge 120.0MB, agents 80.4MB`; nothing when nothing was measured. */
function topLine(
  what: string,
  sorted: readonly AllocView[],
  figureOf: (one: AllocView) => string | null,
  facts: Facts,
): readonly string[] {
  const top = sorted.slice(0, TOP).flatMap((one) => {
    const figure = figureOf(one);
    return figure === null ? [] : [`${nameOf(one, facts)} ${figure}`];
  });
  return top.length === 0 ? [] : [`Top-${TOP} ${what}: ${top.join(', ')}`];
}

function measuredSight(containers: readonly AllocView[], facts: Facts): Sight {
  const sight = askedSight(containers, facts, 'processor, memory and mounts were not measured');
  const left = containers.filter((one) => one.state !== 'restarting' && one.mounts !== null && one.rss_mb === null);
  return left.length === 0 ? sight : worse(sight, `${left.length} of ${containers.length} were not measured in time`);
}

/** What is known, held against what the engines say now: those that could not be asked, and containers that they no longer list. */
function askedSight(containers: readonly ContainerView[], facts: Facts, whenSilent: string): Sight {
  const { engines } = facts.setUp;
  const lost = new Set(lostEngines(facts).map(({ host }) => host));
  const asked = engines.filter((host) => !lost.has(host)).map((host) => ({ host, ...askedOf(host, facts) }));
  const silent = asked.flatMap((one) => {
    const where = engines.length > 1 ? `${one.host}: ` : '';
    return one.got ? [] : [`${where}${whenSilent}: ${plain(one.reason, 300)}`];
  });
  const gone = containers.filter(({ host, listed }) => !listed && askedOf(host, facts).got);
  const stale = gone.length === 0 ? [] : [`the engine no longer lists ${gone.length} of ${containers.length}`];
  return [...silent, ...stale].reduce(worse, dockerSight(facts));
}

const askedOf = (host: string, { live }: Facts): Asked<readonly Measured[]> =>
  live.containers.get(host) ?? { got: false, reason: 'the engine was not asked' };

/** Seen in part, for one more reason; what is not seen at all stays so. */
function worse(sight: Sight, reason: string): Sight {
  return isSeen(sight) ? degraded([sight.reason, reason].filter((one) => one !== '').join('; ')) : sight;
}

/** Columns with their gap behind the widest cell, and never narrower than asked for. */
function table(rows: readonly (readonly string[])[], least: readonly number[], gap: number): readonly string[] {
  const widths = (rows[0] ?? []).map((_, i) =>
    Math.max(least[i] ?? 0, ...rows.map((row) => (row[i]?.length ?? 0) + gap)),
  );
  return rows.map((row) => row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join(''));
}

const compare = (a: string, b: string): number => {
  if (a === b) return 0;
  return a < b ? -1 : 1;
};
