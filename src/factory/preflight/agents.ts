/** Preflight: Escalation Replies, Woodpecker Agent Health, WP Agent Health History. */

import type { EventData } from '../../core/catalog/catalog.ts';
import { toIsoSeconds } from '../../core/time.ts';
import { eventsOf, present, type Facts } from './facts.ts';
import { notConfigured, unavailable, type Section, type Sight } from './section.ts';
import { ciLooking, dockerSight, sightOf } from './sight.ts';
import { plain, utcMinute } from './words.ts';

export interface RepliesView {
  readonly replies: readonly { readonly at: string; readonly from: string; readonly said: string }[];
}

/** What people answered in Matrix, as the factory's own file had it: time, sender, words. */
export function escalationReplies(facts: Facts): Section<RepliesView> {
  const replies = facts.commands
    .filter(({ data }) => data.room !== '' && data.room !== 'cli')
    .map(({ time, data }) => ({
      at: toIsoSeconds(time),
      from: plain(data.from),
      said: plain([data.verb, ...data.args, data.finding].filter((part) => part !== '').join(' ')),
    }));
  return {
    heading: 'Escalation Replies (from Matrix)',
    sight: repliesSight(facts, replies.length > 0),
    lines: replies.map(({ at, from, said }) => `${at}\t${from}\t${said}`),
    none: ['  None'],
    view: { replies },
  };
}

function repliesSight(facts: Facts, isKnown: boolean): Sight {
  if (!facts.setUp.matrix) return notConfigured('set MATRIX_HOMESERVER, MATRIX_TOKEN and MATRIX_ROOM_ID');
  const isRead = eventsOf(facts, 'reactor.source').some(({ data }) => data.source === 'matrix');
  if (!isRead && !isKnown) return unavailable('nobody reads replies in Matrix; the reactor only writes there');
  return sightOf(facts, { source: 'matrix', advice: null, isKnown });
}

export interface AgentView {
  readonly name: string;
  readonly container: string;
  readonly status: string;
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
}

/** Woodpecker's agents: what decided about each, and the line that the factory's recipes look for. */
export function agentHealth(facts: Facts): Section<AgentsView> {
  const all = present(facts, 'ci.agent').filter(({ superseded }) => !superseded);
  const agents = all.map(toAgent).toSorted((a, b) => rankOf(a) - rankOf(b));
  const [worst] = agents;
  const view = { health: worst?.health ?? 'unknown', agents };
  return {
    heading: 'Woodpecker Agent Health',
    sight: agentsSight(facts, agents.length > 0),
    lines: worst === undefined ? [] : [...agents.flatMap(agentLines), '', ...verdict(worst)],
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

function toAgent(data: EventData<'ci.agent'>): AgentView {
  const { container_state: state, container_health: health } = data;
  return {
    name: data.name,
    container: data.container,
    status: (health === 'none' ? '' : health) || state || 'unknown',
    health: RANKS.includes(data.health) ? data.health : 'unknown',
    evidence: plain(data.evidence),
    grpc_errors: data.grpc_errors < 0 ? null : data.grpc_errors,
    fast_failures: data.fast_failures,
  };
}

function agentLines({ name, container, status, grpc_errors, fast_failures }: AgentView): readonly string[] {
  return [
    `Container: ${plain(container || name)}`,
    `Status: ${status}`,
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
}

/** When the agents' containers were last seen to start again; how far back that was looked for when none did. */
export function agentHistory(facts: Facts): Section<HistoryView> {
  const { restarts } = facts;
  const lines = restarts.map(({ container, at, since }) => {
    const which = restarts.length > 1 ? ` (${plain(container)})` : '';
    return `Last restart: ${at === null ? `none since ${utcMinute(since)}` : utcMinute(at)}${which}`;
  });
  const sight = dockerSight(facts);
  return {
    heading: 'WP Agent Health History',
    sight:
      restarts.length > 0 || sight.state !== 'available'
        ? sight
        : unavailable('no engine shows the container of an agent'),
    lines,
    none: [],
    view: {
      restarts: restarts.map(({ container, at, since }) => ({
        container,
        last_at: at === null ? '' : toIsoSeconds(at),
        since: toIsoSeconds(since),
      })),
    },
  };
}
