/** What sessions left beside their phase files, counted by session. */

import type { EventData } from '../../core/catalog/catalog.ts';
import { SECOND, toIso } from '../../core/time.ts';
import { toFact } from '../../factory/ledger.ts';
import { parseLeftFile } from '../../factory/session-names.ts';
import { createActivity } from '../../factory/spans.ts';
import type { FileSight } from '../../ports/files.ts';
import { flawsOf, repoOf, type Part, type PartOptions } from './part.ts';

/** The part that counts them. */
export function leftPart({ place, dir, projects }: PartOptions): Part {
  const activity = createActivity();
  return {
    kind: 'session.files',
    every: 10 * SECOND,
    async look(now) {
      const listing = await place.files.list(dir, (name) => parseLeftFile(name) !== null);
      if (!listing.seen) return { facts: [], flaws: flawsOf(listing, 'needed') };
      const bySession = Map.groupBy(listing.files, (file) => parseLeftFile(file.name)?.session ?? '');
      activity.keep(new Set(bySession.keys()));
      const facts = [...bySession].flatMap(([session, files]) => {
        const name = parseLeftFile(files[0]?.name ?? '');
        if (name === null) return [];
        const newest = activity.of(session, newestOf(files), now);
        const data: Omit<EventData<'session.files'>, 'host'> = {
          place: place.name,
          ...name,
          repo: repoOf(projects, name.project),
          number: name.issue + name.pr,
          exists: true,
          count: files.length,
          newest_at: toIso(newest),
        };
        return [toFact('session.files', data)];
      });
      return { facts, flaws: [] };
    },
  };
}

const newestOf = (files: readonly FileSight[]): number => Math.max(...files.map((file) => file.modified));
