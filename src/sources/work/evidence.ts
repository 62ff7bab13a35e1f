/** Evidence in an ops repository: the newest page of each area. Its day stands in its name; the time of a file is that of the clone. */

import { join } from 'node:path';
import { MINUTE } from '../../core/time.ts';
import { areaFact, DAILY_AREA, isArea, isPage } from '../../factory/evidence.ts';
import { placed } from '../../factory/placed.ts';
import type { Listing } from '../../ports/files.ts';
import { flawsOf, type Part, type PartOptions } from './part.ts';

/** The part that looks at it. */
export function evidencePart({ place, evidenceFolders }: PartOptions): Part {
  return {
    kind: 'evidence.file',
    every: MINUTE,
    async look(now) {
      const roots = evidenceFolders.map((folder) => join(folder, 'evidence'));
      const listings = await Promise.all(roots.map((root) => place.files.list(root, isArea)));
      const at = listings.findIndex((listing) => listing.seen);
      const listing = listings[at];
      const root = roots[at] ?? '';
      if (listing?.seen !== true) {
        return { facts: [], flaws: listings.flatMap((one) => flawsOf(one)) };
      }
      const folders = listing.files.filter((file) => file.what === 'folder').map((file) => file.name);
      const areas = [...new Set([...folders, DAILY_AREA])];
      const found = await Promise.all(areas.map((area) => place.files.list(join(root, area), isPage)));
      const flaws = found.flatMap((one) => flawsOf(one));
      const facts = areas.flatMap((area, i) => {
        const pages = pagesIn(found[i]);
        const pathOf = (page: string): string => placed(place.name, join(root, area, page));
        return pages === null ? [] : [areaFact({ area, pages, place: place.name, pathOf, now })];
      });
      return { facts, flaws };
    },
  };
}

/** Names of its pages; null when it cannot be looked into, which is not the same as none. */
function pagesIn(listing: Listing | undefined): readonly string[] | null {
  if (listing === undefined) return null;
  if (listing.seen) return listing.files.map((file) => file.name);
  return listing.why === 'missing' ? [] : null;
}
