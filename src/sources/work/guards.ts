/** Guards: the files whose presence lets an agent run. */

import { join } from 'node:path';
import { SECOND } from '../../core/time.ts';
import { toFact } from '../../factory/ledger.ts';
import { placed } from '../../factory/placed.ts';
import { flawsOf, type Part, type PartOptions } from './part.ts';

/** Agents that have a guard in every factory. */
const AGENTS = ['dev', 'reviewer', 'gardener', 'architect', 'planner', 'predictor', 'supervisor'];
const GUARD = /^\.([a-z]+)-active$/;

/** The part that looks at them. */
export function guardsPart({ place, stateFolders }: PartOptions): Part {
  return {
    kind: 'agent.guard',
    every: 2 * SECOND,
    async look() {
      const listings = await Promise.all(
        stateFolders.map((folder) => place.files.list(folder, (name) => GUARD.test(name))),
      );
      const at = listings.findIndex((listing) => listing.seen);
      const listing = listings[at];
      if (listing?.seen !== true) {
        return { facts: [], flaws: listings.flatMap((one) => flawsOf(one)) };
      }
      const there = new Set(listing.files.map((file) => GUARD.exec(file.name)?.[1] ?? ''));
      const agents = [...new Set([...AGENTS, ...there])];
      const facts = agents.map((agent) => {
        const path = placed(place.name, join(stateFolders[at] ?? '', `.${agent}-active`));
        return toFact('agent.guard', { place: place.name, path, agent, active: there.has(agent) });
      });
      return { facts, flaws: [] };
    },
  };
}
