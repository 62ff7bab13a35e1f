/** How well the reactor sees now, by what its sources say of themselves. */

import { eventsOf, type Facts } from './facts.ts';
import { AVAILABLE, degraded, notConfigured, unavailable, type Sight } from './section.ts';
import { plain } from './words.ts';

export interface Looking {
  /** Name of the source. One that looks at several places may add `@place`. */
  readonly source: string;
  /** What to set, when it is not configured; null when it is, or needs nothing. */
  readonly advice: string | null;
  /** Something is known of it. */
  readonly isKnown: boolean;
}

/** How well a source sees. What is known without it, from webhooks and their like, is a part of the truth. */
export function sightOf(facts: Facts, { source, advice, isKnown }: Looking): Sight {
  if (advice !== null) return isKnown ? degraded(`${BY_ITSELF}; ${advice}`) : notConfigured(advice);
  const said = eventsOf(facts, 'reactor.source')
    .map((event) => event.data)
    .filter((data) => data.source === source || data.source.startsWith(`${source}@`));
  if (said.length === 0) {
    const reason = `nobody has looked yet (source ${source})`;
    return isKnown ? degraded(reason) : unavailable(reason);
  }
  const bad = said.filter((data) => data.state !== 'available');
  if (bad.length === 0) return AVAILABLE;
  const reason = bad.map((data) => plain(data.reason, REASON)).join('; ');
  return bad.length === said.length && bad.every((data) => data.state === 'unavailable')
    ? unavailable(reason)
    : degraded(reason);
}

/** Looking at the forge. */
export function forgeLooking({ setUp }: Facts, isKnown: boolean): Looking {
  return { source: 'forge', advice: setUp.forge ? null : 'set FORGE_URL and FORGE_TOKEN', isKnown };
}

/** Looking at CI. */
export function ciLooking({ setUp }: Facts, isKnown: boolean): Looking {
  return { source: 'ci', advice: setUp.ci ? null : 'set WOODPECKER_SERVER and WOODPECKER_TOKEN', isKnown };
}

/** How well Docker is seen: each engine tells whether it is connected. */
export function dockerSight(facts: Facts): Sight {
  const { engines } = facts.setUp;
  const whole = sightOf(facts, { source: 'docker', advice: null, isKnown: false });
  const cut = lostEngines(facts);
  const reasons = cut.map(({ host, reason }) => (engines.length > 1 ? `${host}: ${reason}` : reason));
  if (cut.length > 0 && cut.length >= engines.length) return unavailable(reasons.join('; '));
  if (cut.length > 0) return degraded(reasons.join('; '));
  // Engines share the name of the source: with several, one that is away speaks for itself alone.
  return whole.state === 'unavailable' && engines.length > 1 && isAnyConnected(facts) ? degraded(whole.reason) : whole;
}

/** The engines that were connected and are not now. */
export function lostEngines(facts: Facts): readonly { readonly host: string; readonly reason: string }[] {
  return eventsOf(facts, 'docker.daemon')
    .filter((event) => event.data.action === 'disconnected' && facts.setUp.engines.includes(event.host))
    .map((event) => ({ host: event.host, reason: plain(event.data.reason, REASON) || 'disconnected' }));
}

function isAnyConnected(facts: Facts): boolean {
  return eventsOf(facts, 'docker.daemon').some((event) => event.data.action !== 'disconnected');
}

const REASON = 300;
const BY_ITSELF = 'only what came by itself is known';
