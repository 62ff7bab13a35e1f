/** Evidence in an ops repository: the newest page of an area, by the day in its name. The time of a file is that of the clone. */

import type { EventData } from '../core/catalog/catalog.ts';
import { parseIso, SECOND, toIso, type Instant } from '../core/time.ts';
import { toFact, type Fact } from './ledger.ts';
import { spanStep } from './spans.ts';

/** Collected every day; it is missing even before its folder is there. */
export const DAILY_AREA = 'engagement';

/** True for the name of a folder that holds an area. */
export const isArea = (name: string): boolean => /^[a-z][a-z0-9-]{0,40}$/.test(name);

/** True for the name of a page: it begins with its day. */
export const isPage = (name: string): boolean => dateOf(name) !== '';

export interface AreaView {
  readonly area: string;
  /** Names of its pages, in any order. */
  readonly pages: readonly string[];
  readonly place: string;
  /** Of a page, and of the folder for `''`. */
  pathOf(page: string): string;
  readonly now: Instant;
}

/** What is known of an area. */
export function areaFact({ area, pages, place, pathOf, now }: AreaView): Fact {
  const newest = pages.toSorted((a, b) => dateOf(a).localeCompare(dateOf(b)) || a.localeCompare(b)).at(-1) ?? '';
  const date = newest === '' ? '' : dateOf(newest);
  const datedAt = parseIso(`${date}T00:00:00Z`);
  const age = datedAt === null ? 0 : Math.max(0, now - datedAt);
  const steady: Omit<EventData<'evidence.file'>, 'host' | 'age_s'> = {
    place,
    path: pathOf(newest),
    area,
    exists: newest !== '',
    date,
    dated_at: toIso(datedAt),
  };
  return toFact('evidence.file', { ...steady, age_s: Math.floor(age / SECOND) }, [steady, spanStep(age)]);
}

/** The day that the name of a page begins with, `''` when it is no page. */
function dateOf(name: string): string {
  const date = /^(\d{4}-\d{2}-\d{2})(?=[^\d])/.exec(name)?.[1] ?? '';
  return parseIso(`${date}T00:00:00Z`) === null ? '' : date;
}
