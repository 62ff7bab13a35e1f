/** Writes the supervisor's journal: one entry for each 20 minutes that have news, one line a finding, in the factory's own format. */

import { done, failed, type Effect, type EffectResult, type SpecOf } from '../../core/effect.ts';
import { formatHealth, type Health } from '../../core/health.ts';
import { sweepOf } from '../../core/sweep.ts';
import { onOpsRepo, OpsRepoError, type OpsRepo } from '../../ports/ops-repo.ts';
import { findingKey, linesOf, type JournalOrder } from './entry.ts';
import { addToPage, pageName } from './page.ts';

/** A folder the pages may be in. */
export interface JournalPlace {
  readonly repo: OpsRepo;
  /** Below the repo's root; `''` for the root itself. */
  readonly folder: string;
}

export interface JournalPorts {
  /** The ops repo first (`journal/supervisor`), then the folder of the degraded mode; the first that can be written is used. */
  readonly places: readonly JournalPlace[];
  /** The box now. */
  readonly health: () => Health;
}

/** Somebody else may write the page at the same moment. */
const TRIES = 3;

/** `ref` is the page's path below its place. Carried out twice, an order leaves one line. */
export function journalEffect(ports: JournalPorts): Effect<SpecOf<'journal'>> {
  return {
    act: 'journal',
    repeatable: true,
    run: (order) =>
      onOpsRepo(async () => {
        const place = await placeFor(ports.places, order);
        if (place !== null) return write(place, order, ports);
        const advice = 'make the ops repo (OPS_REPO_ROOT) or FACTORY_ROOT/state/supervisor-journal writable';
        return failed(`no folder for the journal can be written: ${advice}`, { retry: true });
      }),
  };
}

/** Where the line is already, when a try that died had put it somewhere; else the first place that can be written. Asking makes its folder. */
async function placeFor(places: readonly JournalPlace[], order: JournalOrder): Promise<JournalPlace | null> {
  for (const place of places) {
    if ((await hasLine(place, order)) && (await place.repo.isWritable())) return place;
  }
  for (const place of places) {
    if (await place.repo.isWritable()) return place;
  }
  return null;
}

/** False also for a place that cannot be read. */
async function hasLine(place: JournalPlace, order: JournalOrder): Promise<boolean> {
  try {
    const page = await place.repo.read(pathOf(place, order));
    return page?.includes(`key=${findingKey(order)}`) === true;
  } catch (error) {
    if (error instanceof OpsRepoError) return false;
    throw error;
  }
}

async function write(place: JournalPlace, order: JournalOrder, { health }: JournalPorts): Promise<EffectResult> {
  const path = pathOf(place, order);
  const lines = linesOf(order);
  for (let tries = 1; ; tries += 1) {
    const before = await place.repo.read(path);
    const after = addToPage(before ?? '', sweepOf(order.decidedAt), lines, formatHealth(health()));
    if (after === before) return done(path);
    try {
      await place.repo.write(path, after, before);
      return done(path);
    } catch (error) {
      const again = error instanceof OpsRepoError && error.fault === 'changed' && tries < TRIES;
      if (!again) throw error;
    }
  }
}

function pathOf({ folder }: JournalPlace, order: JournalOrder): string {
  const name = pageName(sweepOf(order.decidedAt));
  return folder === '' ? name : `${folder}/${name}`;
}
