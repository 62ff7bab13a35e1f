/** Evidence in an ops repository: the newest page of each area. Its day stands in its name; the time of a file is that of the clone. */

import { join } from 'node:path';
import type { EventData } from '../../core/catalog/catalog.ts';
import { MINUTE, parseIso, SECOND, toIso, type Instant } from '../../core/time.ts';
import { toFact, type Fact } from '../../factory/ledger.ts';
import { placed } from '../../factory/placed.ts';
import { spanStep } from '../../factory/spans.ts';
import { flawsOf, type Part, type PartOptions } from './part.ts';

/** Collected every day; it is missing even before its folder is there. */
const DAILY = 'engagement';
const AREA = /^[a-z][a-z0-9-]{0,40}$/;

/** The part that looks at it. */
export function evidencePart({ place, evidenceFolders }: PartOptions): Part {
  return {
    kind: 'evidence.file',
    every: MINUTE,
    async look(now) {
      const roots = evidenceFolders.map((folder) => join(folder, 'evidence'));
      const listings = await Promise.all(roots.map((root) => place.files.list(root, (name) => AREA.test(name))));
      const at = listings.findIndex((listing) => listing.seen);
      const listing = listings[at];
      const root = roots[at] ?? '';
      if (listing?.seen !== true) {
        return { facts: [], flaws: listings.flatMap((one) => flawsOf(one)) };
      }
      const folders = listing.files.filter((file) => file.what === 'folder').map((file) => file.name);
      const areas = [...new Set([...folders, DAILY])];
      const found = await Promise.all(
        areas.map((area) => place.files.list(join(root, area), (name) => dateOf(name) !== '')),
      );
      const flaws = found.flatMap((one) => flawsOf(one));
      const facts = areas.map((area, i) => {
        const files = found[i]?.seen === true ? found[i].files.map((file) => file.name) : [];
        return areaFact({ area, folder: join(root, area), newest: newestOf(files), place: place.name, now });
      });
      return { facts, flaws };
    },
  };
}

/** The day that the name of a page begins with, `''` when it is no page. */
function dateOf(name: string): string {
  const date = /^(\d{4}-\d{2}-\d{2})(?=[^\d])/.exec(name)?.[1] ?? '';
  return parseIso(`${date}T00:00:00Z`) === null ? '' : date;
}

const newestOf = (names: readonly string[]): string =>
  names.toSorted((a, b) => dateOf(a).localeCompare(dateOf(b)) || a.localeCompare(b)).at(-1) ?? '';

interface AreaView {
  readonly area: string;
  readonly folder: string;
  /** `''` when there is no page. */
  readonly newest: string;
  readonly place: string;
  readonly now: Instant;
}

function areaFact({ area, folder, newest, place, now }: AreaView): Fact {
  const date = newest === '' ? '' : dateOf(newest);
  const datedAt = parseIso(`${date}T00:00:00Z`);
  const age = datedAt === null ? 0 : Math.max(0, now - datedAt);
  const steady: Omit<EventData<'evidence.file'>, 'host' | 'age_s'> = {
    place,
    path: placed(place, newest === '' ? folder : join(folder, newest)),
    area,
    exists: newest !== '',
    date,
    dated_at: toIso(datedAt),
  };
  return toFact('evidence.file', { ...steady, age_s: Math.floor(age / SECOND) }, [steady, spanStep(age)]);
}
