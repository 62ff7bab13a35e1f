/** Which agent of the server runs in which container. Pure. */

import type { Instant } from '../../core/time.ts';
import type { AgentBox } from '../../factory/ci-agents.ts';
import type { CiAgent } from '../../ports/ci.ts';
import { MINUTE } from '../../core/time.ts';

/** One agent as far as it is known: from the server, from an engine, or from both. */
export interface AgentPair {
  readonly agent: CiAgent | null;
  readonly box: AgentBox | null;
}

/** From when on an agent that says nothing is silent; it speaks every ten seconds or so. */
export const SILENT = 5 * MINUTE;

/**
 * An agent goes by the host name it runs under: the short id of its container, the container's name, or, on the host's network, the box.
 * Where that leaves one agent that speaks and one container, they are the same.
 */
export function pairUp(agents: readonly CiAgent[], boxes: readonly AgentBox[], now: Instant): readonly AgentPair[] {
  const free = new Set(boxes);
  const take = (matches: (box: AgentBox) => boolean): AgentBox | null => {
    const found = [...free].find(matches) ?? null;
    if (found !== null) free.delete(found);
    return found;
  };
  const named = agents.map((agent) => ({ agent, box: take((box) => isNamed(agent, box)) }));
  const lone = named.filter(({ agent, box }) => box === null && !isSuperseded(agent, agents, now));
  const last = lone.length === 1 && free.size === 1 ? lone[0] : undefined;
  const paired = named.map((pair) => (pair === last ? { ...pair, box: take(() => true) } : pair));
  return [...paired, ...[...free].map((box) => ({ agent: null, box }))];
}

const isNamed = ({ name }: CiAgent, box: AgentBox): boolean =>
  name !== '' && (name === box.name || (CONTAINER_ID.test(name) && box.id.startsWith(name)));

const CONTAINER_ID = /^[0-9a-f]{12}$/;

/**
 * An agent that was created afresh registers under a new number, and the server keeps the old row for ever: silence there is no failure.
 * Its place is taken by one of the same name that spoke later, or, when it was named after a container, by any that came later.
 */
export function isSuperseded(agent: CiAgent, agents: readonly CiAgent[], now: Instant): boolean {
  const last = agent.lastContact ?? 0;
  if (now - last < SILENT) return false;
  return agents.some((other) => {
    if (other.id === agent.id) return false;
    if (other.name === agent.name) return (other.lastContact ?? 0) > last;
    return CONTAINER_ID.test(agent.name) && (other.createdAt ?? 0) >= last;
  });
}
