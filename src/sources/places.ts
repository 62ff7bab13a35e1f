/** The places that agents work in: which there are now, and which of their folders are this machine's own. */

import { SECOND, type Millis } from '../core/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { Files } from '../ports/files.ts';
import type { Log } from '../ports/log.ts';
import type { Place, PlaceFinder } from '../ports/place.ts';

/** How often containers are looked for. */
export const FIND_EVERY: Millis = 10 * SECOND;

export interface PlacesParts {
  readonly local: Place;
  /** Name of this box. */
  readonly host: string;
  readonly finders: readonly PlaceFinder[];
  /**
   * True when this process lives in a container of its own and was given nothing of the factory's: what it sees around itself is its own
   * temporary folder, and no agent ever writes there.
   */
  isBare(): Promise<boolean>;
  /** True when this machine is looked at for other reasons, and nothing of the agents' can be on it. As `isBare` when not given. */
  readonly isBlind?: () => Promise<boolean>;
  /** Folders that are read on this machine: the same folder seen from inside a container is not read twice. */
  readonly localFolders: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
}

/** A place on a box. */
export interface PlaceAt {
  readonly host: string;
  readonly place: Place;
  readonly isLocal: boolean;
}

/** Containers of agents that can be entered now, and what is known of the others. */
export interface FoundPlaces {
  readonly places: readonly PlaceAt[];
  /** What should be there and cannot be entered, in words. */
  readonly missing: readonly string[];
  /** Nobody could say whether that place is still there. */
  isUnsure(at: PlaceAt): boolean;
}

interface Known {
  /** This machine has nothing of the agents'. */
  readonly isBlind: boolean;
  /** Containers that are looked into now. */
  readonly there: readonly PlaceAt[];
}

/** Asks every engine for the containers of agents. */
export async function findPlaces(
  parts: PlacesParts,
  { isBlind, there }: Known,
  signal: AbortSignal,
): Promise<FoundPlaces> {
  const answers = await Promise.all(
    parts.finders.map(async (finder) => ({ host: finder.host, found: await finder.find(signal) })),
  );
  const places = answers.flatMap(({ host, found }) =>
    (found.seen ? found.places : []).map((place) => ({ host, place, isLocal: false })),
  );
  const silent = answers.filter(({ found }) => !found.seen).map(({ host }) => host);
  const wasThere = (host: string): boolean => there.some((at) => at.host === host);
  const reasons = answers.flatMap(({ host, found }) => {
    if (found.seen) return found.flaws;
    return isBlind || wasThere(host) || found.isConfigured === true ? [found.reason] : [];
  });
  const nothing = isBlind && places.length === 0 && reasons.length === 0 ? [NOTHING] : [];
  return {
    places,
    missing: [...reasons, ...nothing],
    isUnsure: (at) => at.isLocal || silent.includes(at.host),
  };
}

const NOTHING =
  'this container sees nothing of the agents: none of the containers is theirs. Name it in [factory] agents_container, or mount their folder and set FACTORY_TMP';

/** The place with its folders, except those that this machine reads itself. */
export function apart(place: Place, { local, localFolders, clock }: PlacesParts): Place {
  let ours: Promise<ReadonlySet<string>> = Promise.resolve(new Set());
  let askAt = -Infinity;
  const ourFolders = (): Promise<ReadonlySet<string>> => {
    if (clock.monotonic() >= askAt) {
      askAt = clock.monotonic() + FIND_EVERY;
      ours = readFolders(local, localFolders);
    }
    return ours;
  };
  const isSameMachine = async (): Promise<boolean> => {
    const boots = await Promise.all([local, place].map((one) => one.machine.proc(BOOT_ID)));
    return boots[0] !== null && boots[0] === boots[1];
  };
  const files: Files = {
    ...place.files,
    async list(folder, wanted) {
      const listing = await place.files.list(folder, wanted);
      if (!listing.seen || listing.folder === '') return listing;
      const isShared = (await ourFolders()).has(listing.folder) && (await isSameMachine());
      return isShared ? { seen: false, why: 'shared', reason: `${folder} is read on this machine` } : listing;
    },
  };
  return { ...place, files };
}

/** Device and inode of each folder. */
async function readFolders(place: Place, folders: readonly string[]): Promise<ReadonlySet<string>> {
  const listings = await Promise.all(folders.map((folder) => place.files.list(folder, () => false)));
  return new Set(listings.flatMap((listing) => (listing.seen ? [listing.folder] : [])));
}

const BOOT_ID = 'sys/kernel/random/boot_id';

/** What agents did in a container that was removed stays as it was last known, and that is said. */
export function vanished(known: Iterable<PlaceAt>, found: FoundPlaces, host: string): readonly string[] {
  const isKnownOf = (one: PlaceAt): boolean =>
    found.places.some((at) => at.host === one.host && at.place.name === one.place.name) ||
    found.missing.some((reason) => reason.split(/[^\w.-]+/).includes(one.place.name));
  return [...known]
    .filter((one) => !isKnownOf(one) && !found.isUnsure(one))
    .map((one) => `container ${nameOf(one, host)} is gone`);
}

/** The name of a container, with its box in front when that is not this one. */
export function nameOf({ host, place }: PlaceAt, here: string): string {
  return host === here ? place.name : `${host}/${place.name}`;
}
