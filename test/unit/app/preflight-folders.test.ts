import { expect, test } from 'vitest';
import { readFolders } from '../../../src/app/preflight/folders.ts';
import type { Place } from '../../../src/ports/place.ts';
import { fakePlace, printed } from '../../support/fake-place.ts';

const never = new AbortController().signal;
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A place with so many folders below /srv/disinto, and the `du` that run there. */
function placeWith(count: number): { readonly place: Place; readonly running: (() => void)[] } {
  const disk = fakePlace();
  const running: (() => void)[] = [];
  for (let i = 0; i < count; i += 1) disk.folder(`/srv/disinto/volume${i}`);
  const run: Place['run'] = ([, , , path = '']) =>
    new Promise((resolve) => running.push(() => resolve(printed(`8\t${path}\n`))));
  return { place: { ...disk, run }, running };
}

test('however many folders there are, a few are counted at a time, and all of them in the end', async () => {
  const { place, running } = placeWith(10);
  const asked = readFolders(place, never);
  const most: number[] = [];
  do {
    await settle();
    most.push(running.length);
    for (const finish of running.splice(0)) finish();
  } while (most.at(-1) !== 0);
  expect(Math.max(...most)).toBe(4);
  const sizes = Array.from({ length: 10 }, (_, i) => ({ name: `/srv/disinto/volume${i}`, bytes: 8192 }));
  expect(await asked).toEqual({ got: true, value: sizes, flaw: '' });
});
