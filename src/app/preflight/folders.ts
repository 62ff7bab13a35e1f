/** The sizes of what is below /srv/disinto. */

import { inParallel } from '../../core/in-parallel.ts';
import type { Asked, Sized } from '../../factory/preflight/facts.ts';
import type { Place } from '../../ports/place.ts';

const ROOT = '/srv/disinto';
/** Each is a process that keeps the disk busy. */
const AT_ONCE = 4;

/** Of each entry, by `du`, those that take too long without one; null when there is no such folder. Never rejects. */
export async function readFolders(
  place: Place,
  signal: AbortSignal,
  root = ROOT,
): Promise<Asked<readonly Sized[] | null>> {
  const listing = await place.files.list(root, (name) => !name.startsWith('.'));
  if (!listing.seen && listing.why === 'missing') return missing(place, root);
  if (!listing.seen) return { got: false, reason: listing.reason };
  const paths = listing.files.map(({ name }) => `${root}/${name}`).toSorted();
  const sizes = await inParallel(paths, AT_ONCE, async (path) => ({
    name: path,
    bytes: await sizeOf(place, path, signal),
  }));
  const left = sizes.filter(({ bytes }) => bytes === null).length;
  return {
    got: true,
    value: sizes,
    flaw: left === 0 ? '' : `${left} of ${sizes.length} in ${root} could not be counted in time`,
  };
}

/** A container shows its own files: that a folder is not among them says nothing of the box. */
async function missing({ machine }: Place, root: string): Promise<Asked<null>> {
  const { initial } = await machine.pidView();
  if (initial) return { got: true, value: null, flaw: '' };
  return { got: false, reason: `${root} of the box is not seen from this container: mount it there, read-only` };
}

async function sizeOf(place: Place, path: string, signal: AbortSignal): Promise<number | null> {
  const ran = await place.run(['du', '-sk', '--', path], signal);
  // What it may not read it leaves out and complains of, and counts the rest.
  const kilobytes = ran.ran ? /^(\d+)\t/.exec(ran.stdout)?.[1] : undefined;
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}
