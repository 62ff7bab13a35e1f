/** How well the reactor sees now, by what its sources say of themselves. */

import { forgeOf } from '../../core/repo-name.ts';
import { nameSource } from '../../core/source.ts';
import { eventsOf, type Facts } from './facts.ts';
import { AVAILABLE, degraded, notConfigured, unavailable, type Sight } from './section.ts';
import { plain } from './words.ts';

export interface Looking {
  /** Name of the source. */
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
    .filter((data) => data.source === source && data.state !== 'retired');
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

/** Looking at the forge of a repository, that of FORGE_URL when none is named. */
export function forgeLooking({ setUp }: Facts, isKnown: boolean, repo = ''): Looking {
  const name = forgeOf(repo);
  const source = nameSource('forge', name);
  if (name === '') return { source, advice: setUp.forge ? null : 'set FORGE_URL and FORGE_TOKEN', isKnown };
  const advice = setUp.otherForges.includes(name) ? null : `set [[forges]] with url and token of ${name}`;
  return { source, advice, isKnown };
}

/** Looking at CI. */
export function ciLooking({ setUp }: Facts, isKnown: boolean): Looking {
  return { source: 'ci', advice: setUp.ci ? null : 'set WOODPECKER_SERVER and WOODPECKER_TOKEN', isKnown };
}

/** How well Docker is seen: each engine has a source of its own, and tells whether it is connected. */
export function dockerSight(facts: Facts): Sight {
  const { engines } = facts.setUp;
  if (engines.length === 0) return unavailable('no engine is watched');
  const sights = engines.map((host) => ({ host, sight: engineSight(facts, host) }));
  const bad = sights.filter(({ sight }) => sight.state !== 'available');
  if (bad.length === 0) return AVAILABLE;
  const reason = bad
    .map(({ host, sight }) => (engines.length > 1 ? `${host}: ${sight.reason}` : sight.reason))
    .join('; ');
  const isBlind = bad.length === sights.length && bad.every(({ sight }) => sight.state === 'unavailable');
  return isBlind ? unavailable(reason) : degraded(reason);
}

function engineSight(facts: Facts, host: string): Sight {
  const lost = lostEngines(facts).find((engine) => engine.host === host);
  if (lost !== undefined) return unavailable(lost.reason);
  const source = nameSource('docker', host === facts.host ? '' : host);
  return sightOf(facts, { source, advice: null, isKnown: false });
}

/** The engines that were connected and are not now. */
export function lostEngines(facts: Facts): readonly { readonly host: string; readonly reason: string }[] {
  return eventsOf(facts, 'docker.daemon')
    .filter((event) => event.data.action === 'disconnected' && facts.setUp.engines.includes(event.host))
    .map((event) => ({ host: event.host, reason: plain(event.data.reason, REASON) || 'disconnected' }));
}

const REASON = 300;
const BY_ITSELF = 'only what came by itself is known';
