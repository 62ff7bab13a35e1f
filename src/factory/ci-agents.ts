/** The containers that Woodpecker agents run in, folded out of events. What an engine no longer tells stays as it was last seen, and says so. */

import type { AnyEvent } from '../core/event.ts';

export interface AgentBox {
  /** Box of the engine. */
  readonly host: string;
  readonly id: string;
  readonly name: string;
  readonly state: string;
  /** none starting healthy unhealthy */
  readonly health: string;
  /** False once the engine cannot be asked: it is as it was last seen. */
  readonly seen: boolean;
}

export interface AgentBoxes {
  /** Takes an event in; true when it was about one of them. */
  apply(event: AnyEvent): boolean;
  /** Those that exist, by host and name. */
  all(): readonly AgentBox[];
}

/** A fold that has seen nothing. */
export function createAgentBoxes(): AgentBoxes {
  const boxes = new Map<string, AgentBox>();
  return {
    apply(event) {
      if (event.kind === 'docker.daemon') return forget(boxes, event.host, event.data.action);
      if (event.kind !== 'docker.container' || !isAgent(event.data)) return false;
      const { id, name, state, health, exists } = event.data;
      const key = `${event.host}/${name}`;
      if (exists) boxes.set(key, { host: event.host, id, name, state, health, seen: true });
      else if (boxes.get(key)?.id === id) boxes.delete(key);
      return true;
    },
    all: () => [...boxes.values()].toSorted((a, b) => a.host.localeCompare(b.host) || a.name.localeCompare(b.name)),
  };
}

/** By what it runs, or by what the factory calls it; `woodpecker-agent-2` is a second one, `my-woodpecker-agents` is something else. */
function isAgent({ image, service, name }: { image: string; service: string; name: string }): boolean {
  if (/(?:^|\/)woodpecker-agent(?:[:@]|$)/.test(image)) return true;
  return /^woodpecker-agent(?:-\d+)?$/.test(service) || /^disinto-woodpecker-agent(?:-\d+)?$/.test(name);
}

function forget(boxes: Map<string, AgentBox>, host: string, action: string): boolean {
  const lost = action === 'disconnected' ? [...boxes].filter(([, box]) => box.host === host) : [];
  for (const [key, box] of lost) boxes.set(key, { ...box, seen: false });
  return lost.length > 0;
}
