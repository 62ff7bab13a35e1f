/** Preflight: Woodpecker Agent Health, WP Agent Health History. */

import type { EventData } from '../../core/catalog/catalog.ts';
import { MINUTE, parseIso, SECOND, toIsoSeconds } from '../../core/time.ts';
import { startedAtOf } from './docker.ts';
import { present, type Facts } from './facts.ts';
import { degraded, isSeen, unavailable, type Section, type Sight } from './section.ts';
import { ciLooking, dockerSight, sightOf } from './sight.ts';
import { cutLines, plain, utcMinute } from './words.ts';

export interface AgentView {
  readonly name: string;
  readonly container: string;
  readonly status: string;
  /** ISO, `''` when it is not known. */
  readonly started_at: string;
  readonly health: string;
  readonly evidence: string;
  /** Null: its log could not be read. */
  readonly grpc_errors: number | null;
  readonly fast_failures: number;
}

export interface AgentsView {
  /** healthy unhealthy unknown: the worst of them, those without a word aside. */
  readonly health: string;
  readonly agents: readonly AgentView[];
  /** Numbers of pipelines that failed within 60 s of their start, in the last 15 min. */
  readonly fast_failed: readonly FastFailure[];
}

export interface FastFailure {
  readonly repo: string;
  readonly number: number;
  readonly seconds: number;
}

/** Woodpecker's agents: what decided about each, and the line that the factory's recipes look for. */
export function agentHealth(facts: Facts): Section<AgentsView> {
  const all = present(facts, 'ci.agent').filter(({ superseded }) => !superseded);
  const agents = all.map((data) => toAgent(data, facts)).toSorted((a, b) => rankOf(a) - rankOf(b));
  const [worst] = agents;
  const view = { health: worst?.health ?? 'unknown', agents, fast_failed: fastFailed(facts) };
  return {
    heading: 'Woodpecker Agent Health',
    sight: agentsSight(facts, agents.length > 0),
    lines:
      worst === undefined
        ? []
        : [...agents.flatMap(agentLines), ...failedLines(view.fast_failed), '', ...verdict(worst)],
    none: [],
    view,
  };
}

function agentsSight(facts: Facts, isKnown: boolean): Sight {
  const sight = sightOf(facts, ciLooking(facts, isKnown));
  if (isKnown || sight.state !== 'available') return sight;
  return unavailable('neither the server nor an engine shows an agent');
}

const RANKS: readonly string[] = ['unhealthy', 'healthy', 'unknown'];
const rankOf = ({ health }: AgentView): number => RANKS.indexOf(health);

function toAgent(data: EventData<'ci.agent'>, facts: Facts): AgentView {
  const { container_state: state, container_health: health } = data;
  return {
    name: data.name,
    container: data.container,
    status: (health === 'none' ? '' : health) || state || 'unknown',
    started_at: data.container === '' ? '' : startedAtOf(facts, data.container_host, data.container),
    health: RANKS.includes(data.health) ? data.health : 'unknown',
    evidence: plain(data.evidence),
    grpc_errors: data.grpc_errors < 0 ? null : data.grpc_errors,
    fast_failures: data.fast_failures,
  };
}

const FAST = 60;
const LATELY = 15 * MINUTE;

function fastFailed(facts: Facts): readonly FastFailure[] {
  return present(facts, 'ci.pipeline')
    .flatMap(({ repo, number, status, started_at, finished_at }) => {
      const [started, finished] = [parseIso(started_at), parseIso(finished_at)];
      if (status !== 'failure' || started === null || finished === null) return [];
      const seconds = Math.max(0, Math.floor((finished - started) / SECOND));
      return seconds < FAST && facts.now - finished < LATELY ? [{ repo, number, seconds }] : [];
    })
    .toSorted((a, b) => b.number - a.number);
}

function failedLines(failed: readonly FastFailure[]): readonly string[] {
  if (failed.length === 0) return [];
  const isOfSeveral = new Set(failed.map(({ repo }) => repo)).size > 1;
  const lines = failed.map(
    ({ repo, number, seconds }) => `  #${number}: ${seconds}s${isOfSeveral ? ` (${plain(repo)})` : ''}`,
  );
  return ['Recent failures:', ...cutLines(lines, FAILED)];
}

const FAILED = 10;

function agentLines({ name, container, status, started_at, grpc_errors, fast_failures }: AgentView): readonly string[] {
  const started = parseIso(started_at);
  return [
    `Container: ${plain(container || name)}`,
    `Status: ${status}`,
    ...(started === null ? [] : [`Started: ${utcMinute(started)}`]),
    `gRPC errors (last 20m): ${grpc_errors ?? '?'}`,
    `Fast-fail pipelines (<60s, last 15m): ${fast_failures}`,
  ];
}

function verdict({ health, evidence }: AgentView): readonly string[] {
  const word = health === 'unhealthy' ? 'UNHEALTHY' : health;
  return [`WP Agent Health: ${word}`, ...(health === 'healthy' ? [] : [`Reason: ${evidence}`])];
}

export interface HistoryView {
  readonly restarts: readonly { readonly container: string; readonly last_at: string; readonly since: string }[];
  /** When the factory's own supervisor noted that it restarted the agent, `''` when it noted nothing. */
  readonly noted_at: string;
}

/** When an agent was last restarted: as the factory's supervisor noted, and as its container was seen to start again. */
export function agentHistory(facts: Facts): Section<HistoryView> {
  const { restarts, live } = facts;
  const isOneOf = restarts.length > 1;
  const seen = restarts.map(
    ({ container, at, since }) =>
      `Last restart: ${at === null ? `never since ${utcMinute(since)}` : utcMinute(at)}${isOneOf ? ` (${plain(container)})` : ''}`,
  );
  const noted = live.restartNoted;
  const isNews = noted !== null && restarts.every(({ at }) => at === null || at < noted);
  return {
    heading: 'WP Agent Health History',
    sight: historySight(facts, isNews, restarts.length > 0),
    lines: [...(isNews ? [`Last restart: ${utcMinute(noted)}`] : []), ...(isNews && !isOneOf ? [] : seen)],
    none: [],
    view: {
      restarts: restarts.map(({ container, at, since }) => ({
        container,
        last_at: at === null ? '' : toIsoSeconds(at),
        since: toIsoSeconds(since),
      })),
      noted_at: noted === null ? '' : toIsoSeconds(noted),
    },
  };
}

function historySight(facts: Facts, isNoted: boolean, isSeenToRun: boolean): Sight {
  const sight = dockerSight(facts);
  if (isNoted) return isSeen(sight) ? sight : degraded(sight.reason);
  if (isSeenToRun || sight.state !== 'available') return sight;
  return unavailable('no engine shows the container of an agent');
}
