/** Two small files of the factory's own supervisor: what people answered, and when it last restarted the CI agent. */

import { join } from 'node:path';
import { parseIso, SECOND, type Instant } from '../../core/time.ts';
import type { Asked, Reply } from '../../factory/preflight/facts.ts';
import type { FileReading } from '../../ports/files.ts';
import type { Around, PlaceNow } from './places.ts';

const REPLIES = 'supervisor-escalation-reply';
const HISTORY = 'supervisor/wp-agent-health.history';
const MOST_BYTES = 64 * 1024;
const MOST_REPLIES = 20;

/** What the listener of the factory has put down for its supervisor, in every place. Never rejects. */
export async function readReplies({ places, missing }: Around): Promise<Asked<readonly Reply[]>> {
  const readings = await Promise.all(places.map(readReply));
  const flaws = [...missing, ...readings.flatMap((reading) => (reading.got === 'refused' ? [reading.reason] : []))];
  const replies = readings.flatMap((reading) => (reading.got === 'text' ? parseReplies(reading.text) : []));
  const isAnySeen = readings.some((reading) => reading.got !== 'refused');
  if (!isAnySeen) return { got: false, reason: flaws.join('; ') };
  // A folder that two places share has the same lines in both.
  const once = [...new Map(replies.map((reply) => [JSON.stringify(reply), reply])).values()];
  return { got: true, value: once.slice(-MOST_REPLIES), flaw: flaws.join('; ') };
}

/** A file that is not there is an answer only where its folder can be looked into. */
async function readReply({ place, tmp }: PlaceNow): Promise<FileReading> {
  const reading = await place.files.tail(join(tmp, REPLIES), MOST_BYTES);
  if (reading.got !== 'gone') return named(reading, join(tmp, REPLIES));
  const listing = await place.files.list(tmp, () => false);
  return listing.seen ? reading : { got: 'refused', reason: listing.reason };
}

const named = (reading: FileReading, path: string): FileReading =>
  reading.got === 'refused' ? { got: 'refused', reason: `${path}: ${reading.reason}` } : reading;

/** `2026-03-20T10:00:00Z<tab>@johba:matrix<tab>words`, a line each. A line of another shape is words. */
export function parseReplies(text: string): readonly Reply[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [at = '', from = '', ...said] = line.split('\t');
      const isShaped = said.length > 0 && parseIso(at) !== null;
      return isShaped ? { at, from, said: said.join(' ') } : { at: '', from: '', said: line.replaceAll('\t', ' ') };
    });
}

/** The newest time in any place; null when nothing was noted. Never rejects. */
export async function readNoted({ places }: Around): Promise<Instant | null> {
  const readings = await Promise.all(
    places.flatMap(({ place, logFolders }) =>
      logFolders.map((folder) => place.files.read(join(folder, HISTORY), MOST_BYTES)),
    ),
  );
  const times = readings.flatMap((reading) => (reading.got === 'text' ? parseNoted(reading.text) : []));
  return times.length === 0 ? null : Math.max(...times);
}

/** `LAST_RESTART_TS=1767261600`, seconds since 1970; 0 is never. */
function parseNoted(text: string): readonly Instant[] {
  const seconds = Number(/^LAST_RESTART_TS=(\d{1,12})\s*$/m.exec(text)?.[1] ?? 0);
  return seconds === 0 ? [] : [seconds * SECOND];
}
