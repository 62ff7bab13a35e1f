/** The agents as server and engines tell of them, and what of that is news. */

import { stableId, toEvent, type AnyEvent } from '../../core/event.ts';
import { parseIso, toIso, type Instant } from '../../core/time.ts';
import type { AgentBoxes } from '../../factory/ci-agents.ts';
import type { Ci, CiAgent, CiAnswer, CiPipeline } from '../../ports/ci.ts';
import { agentFacts, type AgentFacts } from './agent-facts.ts';
import type { GrpcLog } from './grpc-log.ts';
import { pairUp } from './pairs.ts';

export interface AgentsOptions {
  readonly ci: Ci;
  readonly host: string;
  /** Host of the server's address. */
  readonly place: string;
  /** When this run began, which makes its ids its own. */
  readonly begun: Instant;
  readonly boxes: AgentBoxes;
  readonly logs: GrpcLog;
}

export interface AgentNews {
  readonly facts: AgentFacts;
  readonly event: AnyEvent;
}

export interface Agents {
  /** Asks the server, whose answer it is. */
  read(now: Instant, signal: AbortSignal): Promise<CiAnswer<readonly CiAgent[]>>;
  /** What is new by what was read last and by the containers as they are now. */
  news(pipelines: readonly CiPipeline[], now: Instant): readonly AgentNews[];
  said(news: readonly AgentNews[]): void;
}

const GONE = 'gone';

/** Agents that nobody has asked about yet. */
export function createAgents(options: AgentsOptions): Agents {
  const { ci, boxes, logs } = options;
  let agents: readonly CiAgent[] = [];
  let askedAt: Instant | null = null;
  const last = new Map<string, AgentFacts>();
  const unhealthyAt = new Map<string, Instant>();
  let count = 0;

  const toNews = (facts: AgentFacts, now: Instant): AgentNews => {
    count += 1;
    const { host, place, begun } = options;
    const head = {
      id: stableId('ci.agent', host, place, facts.subject, begun, count),
      source: `ci://${place}`,
      subject: facts.subject,
      time: now,
      host,
    };
    const known = last.has(facts.subject) ? 'changed' : 'observed';
    return { facts, event: toEvent('ci.agent', head, { ...facts.data, action: facts.key === GONE ? GONE : known }) };
  };
  return {
    async read(now, signal) {
      const answer = await ci.agents(signal);
      // A token that has lost its rights makes no agent disappear.
      if (answer.got !== 'value') return answer;
      agents = answer.value;
      askedAt = now;
      return answer;
    },
    news(pipelines, now) {
      const asked = askedAt ?? now;
      const pairs = pairUp(agents, boxes.all(), asked);
      const seen = agentFacts({ pairs, agents, askedAt: asked, grpcErrors: logs.counts(now), pipelines, now });
      const facts = seen.map((one) => sinceFirst(one, unhealthyAt, now));
      const present = new Set(facts.map(({ subject }) => subject));
      const gone = [...last.values()].filter(({ subject }) => !present.has(subject)).map(toGone);
      const changed = facts.filter(({ subject, key }) => last.get(subject)?.key !== key);
      return [...gone, ...changed].map((one) => toNews(one, now));
    },
    said(news) {
      for (const { facts } of news) {
        if (facts.key === GONE) last.delete(facts.subject);
        else last.set(facts.subject, facts);
      }
    },
  };
}

/** One that was unhealthy for another reason before it fell silent has been so since then. */
function sinceFirst(facts: AgentFacts, unhealthyAt: Map<string, Instant>, now: Instant): AgentFacts {
  const { subject, data } = facts;
  if (data.health !== 'unhealthy') unhealthyAt.delete(subject);
  else if (!unhealthyAt.has(subject)) unhealthyAt.set(subject, now);
  const silent = parseIso(data.unhealthy_since);
  if (silent === null) return facts;
  return { ...facts, data: { ...data, unhealthy_since: toIso(Math.min(silent, unhealthyAt.get(subject) ?? silent)) } };
}

function toGone(facts: AgentFacts): AgentFacts {
  const evidence = 'neither the server nor an engine has it any more';
  return {
    ...facts,
    key: GONE,
    data: { ...facts.data, exists: false, health: 'unknown', evidence, unhealthy_since: '' },
  };
}
