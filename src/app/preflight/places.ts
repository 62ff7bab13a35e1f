/** Where the factory's files are now: this machine, and the containers of agents that can be entered. */

import type { Place, PlaceFinder } from '../../ports/place.ts';

/** A place, and where its files are by the factory's convention. */
export interface PlaceNow {
  readonly place: Place;
  readonly tmp: string;
  readonly logFolders: readonly string[];
}

export interface Around {
  /** Those that can be read now; this machine first, unless nothing of the factory's is on it. */
  readonly places: readonly PlaceNow[];
  /** What should be there and cannot be read, in words. */
  readonly missing: readonly string[];
  /** Files of a place by its name, `''` for this machine, or why they cannot be read. */
  filesOf(place: string): Place['files'] | string;
}

/** Where agents work, as it is configured. */
interface Eyes {
  readonly local: Place;
  readonly here: Pick<PlaceNow, 'tmp' | 'logFolders'>;
  readonly there: Pick<PlaceNow, 'tmp' | 'logFolders'>;
  /** This process is in a container and was given nothing of the factory's. */
  readonly isBare: { tmp(): Promise<boolean> };
  readonly finders: readonly PlaceFinder[];
}

/** Asks every engine for the containers of agents. */
export async function lookAround(agents: Eyes, signal: AbortSignal): Promise<Around> {
  const { local, here, there, isBare, finders } = agents;
  const [bare, ...answers] = await Promise.all([isBare.tmp(), ...finders.map((finder) => finder.find(signal))]);
  const found = answers.flatMap((answer) => (answer.seen ? answer.places : []));
  const missing = answers.flatMap((answer) => {
    if (answer.seen) return answer.flaws;
    return bare || answer.isConfigured === true ? [answer.reason] : [];
  });
  const nothing =
    bare && found.length === 0 && missing.length === 0 ? ['nothing of the agents can be seen from here'] : [];
  const inside = found.map((place) => ({ place, tmp: there.tmp, logFolders: there.logFolders }));
  const own = { place: local, tmp: here.tmp, logFolders: here.logFolders };
  const refusals = answers.flatMap((answer) => (answer.seen ? answer.flaws : [answer.reason]));
  return {
    places: bare ? inside : [own, ...inside],
    missing: [...missing, ...nothing],
    filesOf(name) {
      if (name === '') return local.files;
      const place = found.find((one) => one.name === name);
      return place?.files ?? (refusals.length === 0 ? `there is no container ${name}` : refusals.join('; '));
    },
  };
}
