import { expect, test } from 'vitest';
import { lookAround } from '../../../src/app/preflight/places.ts';
import type { PlacesFound } from '../../../src/ports/place.ts';
import { fakePlace } from '../../support/fake-place.ts';

const NEVER = new AbortController().signal;

async function around(isBare: boolean, ...answers: readonly PlacesFound[]) {
  const folders = { tmp: '/tmp', logFolders: ['/logs'] };
  const finders = answers.map((found) => ({ host: 'box', find: async () => found }));
  const eyes = { local: fakePlace(), here: folders, there: folders, isBare: { tmp: async () => isBare }, finders };
  const { places, missing } = await lookAround(eyes, NEVER);
  return { places: places.map(({ place }) => place.name), missing };
}

const seen = (...names: readonly string[]): PlacesFound => ({
  seen: true,
  places: names.map((name) => fakePlace(name, name)),
  flaws: [],
});
const silent = (isConfigured: boolean): PlacesFound => ({ seen: false, reason: 'Docker is away', isConfigured });

interface Seen {
  readonly places: readonly string[];
  readonly missing: readonly string[];
}

test.each<[string, boolean, PlacesFound, Seen]>([
  ['this machine and its containers are looked into', false, seen('agents'), { places: ['', 'agents'], missing: [] }],
  ['an engine that is not there hides nothing of this machine', false, silent(false), { places: [''], missing: [] }],
  [
    'a container that was named and is not there is missing',
    false,
    silent(true),
    { places: [''], missing: ['Docker is away'] },
  ],
  [
    'inside a container, an engine that is silent hides everything',
    true,
    silent(false),
    { places: [], missing: ['Docker is away'] },
  ],
  ['inside a container, its own folder is nobody’s', true, seen('agents'), { places: ['agents'], missing: [] }],
  [
    'inside a container without one of agents there is nothing to see, and that is said',
    true,
    seen(),
    { places: [], missing: ['nothing of the agents can be seen from here'] },
  ],
])('%s', async (_, isBare, found, expected) => {
  expect(await around(isBare, found)).toEqual(expected);
});
