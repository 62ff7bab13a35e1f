/** Reads the files that labels name, and no other: their size is bounded, links are not followed, and of what is in them only images are kept. */

import { basename, dirname } from 'node:path';
import { pathHere } from '../../factory/compose-labels.ts';
import { createMemo } from '../../factory/memo.ts';
import type { Bind } from '../../ports/docker.ts';
import type { Files, FileSight } from '../../ports/files.ts';
import { parseDotenv } from './dotenv.ts';
import { parseComposeFile, type ComposeFile } from './document.ts';
import type { Variables } from './variables.ts';
import type { NamedFile } from './wanted.ts';

export interface Reader {
  /** A Compose file; its flaw says what to do. */
  compose(path: string): Promise<NamedFile>;
  /** The variables of these files together; null when one of them cannot be read. */
  variables(paths: readonly string[]): Promise<Variables | null>;
  /** True when one of these is another than when this was last asked. */
  haveChanged(paths: readonly string[]): Promise<boolean>;
  /** What is mounted into the container that we are; null when we are in none of this engine. */
  isIn(binds: readonly Bind[] | null): void;
}

const MOST_COMPOSE = 128 * 1024;
const MOST_ENVIRONMENT = 64 * 1024;

/** A reader of this machine's files. */
export function createReader(files: Files): Reader {
  const memo = createMemo<ComposeFile>();
  let binds: readonly Bind[] | null = null;
  let versions = '';
  const here = (path: string): string | null => pathHere(path, binds);
  return {
    async compose(path) {
      const place = here(path);
      if (place === null) return { path, read: false, flaw: mountOf(path) };
      const sight = await find(files, place);
      if (typeof sight === 'string') return { path, read: false, flaw: sight };
      let flaw = '';
      const parsed = await memo.of(path, sight.version, async () => {
        const reading = await files.read(place, MOST_COMPOSE);
        if (reading.got === 'text') return parseComposeFile(reading.text);
        flaw = reading.got === 'gone' ? NO_FILE : reading.reason;
        return null;
      });
      return { path, ...(parsed ?? { read: false, flaw }) };
    },
    async variables(paths) {
      const texts = await Promise.all(paths.map(async (path) => readEnvironment(files, here(path))));
      if (texts.includes(null)) return null;
      return new Map(texts.flatMap((text) => [...parseDotenv(text ?? '')]));
    },
    async haveChanged(paths) {
      memo.keep(new Set(paths));
      const places = paths.map(here).filter((place) => place !== null);
      const sights = await Promise.all(
        [...byFolder(places)].map(([folder, names]) => listVersions(files, folder, names)),
      );
      const before = versions;
      versions = sights.join('\n');
      return versions !== before;
    },
    isIn(now) {
      binds = now;
    },
  };
}

function byFolder(paths: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
  const folders = new Map<string, Set<string>>();
  for (const path of paths) {
    const names = folders.get(dirname(path)) ?? new Set();
    folders.set(dirname(path), names.add(basename(path)));
  }
  return folders;
}

async function listVersions(files: Files, folder: string, names: ReadonlySet<string>): Promise<string> {
  const listing = await files.list(folder, (name) => names.has(name));
  if (!listing.seen) return listing.reason;
  const sights = listing.files.map(({ name, version }) => `${name} ${version}`);
  return [folder, ...sights.toSorted()].join(' ');
}

const mountOf = (path: string): string => `it is not readable here, mount ${dirname(path)} into this container`;

const NO_FILE = 'there is no such file here';

/** The file, or why it cannot be read. */
async function find(files: Files, path: string): Promise<FileSight | string> {
  const listing = await files.list(dirname(path), (name) => name === basename(path));
  if (!listing.seen) return listing.why === 'missing' ? 'there is no such folder here' : listing.reason;
  const [sight] = listing.files;
  if (sight === undefined) return NO_FILE;
  return sight.bytes > MOST_COMPOSE ? `it is larger than ${MOST_COMPOSE / 1024} kB` : sight;
}

/** A file that is not there sets nothing; one that cannot be read may set anything. */
async function readEnvironment(files: Files, path: string | null): Promise<string | null> {
  if (path === null) return null;
  const reading = await files.read(path, MOST_ENVIRONMENT + 1);
  if (reading.got === 'gone') return '';
  return reading.got === 'text' && reading.text.length <= MOST_ENVIRONMENT ? reading.text : null;
}
