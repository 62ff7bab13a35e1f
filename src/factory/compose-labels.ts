/** What Compose writes on a container: which files it was made from. And where these are for us, who may be in a container ourselves. */

import { dirname, isAbsolute, join, normalize } from 'node:path';

export interface ComposeLabels {
  readonly stack: string;
  readonly service: string;
  readonly number: number;
  /** Absolute paths on the box that Compose ran on, in the order in which they are laid over each other. */
  readonly files: readonly string[];
  /** Files with variables; the later wins. */
  readonly environment: readonly string[];
  /** Why its files cannot be known, `''` when they are. */
  readonly flaw: string;
}

type Labels = Readonly<Record<string, string>>;

/** Nobody writes more, and each is looked at every second. */
const MOST_FILES = 16;

/** What the labels say; null for a container that is none of a service: made without Compose, or by `compose run`. */
export function parseComposeLabels(labels: Labels): ComposeLabels | null {
  const said = (name: string): string => labels[`com.docker.compose.${name}`] ?? '';
  const [stack, service, folder] = [said('project'), said('service'), said('project.working_dir')];
  if (stack === '' || service === '' || said('oneoff').toLowerCase() === 'true') return null;
  const named = splitPaths(said('project.config_files'));
  const given = splitPaths(said('project.environment_file'));
  const number = Number.parseInt(said('container-number'), 10) || 1;
  return {
    stack,
    service,
    number,
    files: named.flatMap((path) => onBox(path, folder)),
    environment: (given.length > 0 ? given : ['.env']).flatMap((path) => onBox(path, folder)),
    flaw: flawOf(named, folder),
  };
}

/**
 * The same path for us: as it is on the box, or by a mount when we are in a container; null when its folder is not mounted.
 * A file that is mounted by itself keeps its first content when it is replaced, and does not count.
 */
export function pathHere(path: string, binds: readonly Bind[] | null): string | null {
  if (binds === null) return path;
  const [nearest] = binds
    .filter(({ source }) => source === '/' || path.startsWith(`${source}/`))
    .toSorted((a, b) => b.source.length - a.source.length);
  return nearest === undefined ? null : join(nearest.target, path.slice(nearest.source.length));
}

interface Bind {
  readonly source: string;
  readonly target: string;
}

/** The folders of files, each once. */
export const foldersOf = (paths: readonly string[]): readonly string[] =>
  [...new Set(paths.map((path) => dirname(path)))].toSorted();

const splitPaths = (list: string): readonly string[] => list.split(',').filter((path) => path !== '');

/** Compose 1 wrote names that begin at its folder. Nothing of ours is read instead of what is no path here. */
function onBox(path: string, folder: string): readonly string[] {
  if (isAbsolute(path)) return [normalize(path)];
  return isAbsolute(folder) ? [join(folder, path)] : [];
}

function flawOf(files: readonly string[], folder: string): string {
  if (files.length === 0) return 'Compose did not write down its files';
  if (files.length > MOST_FILES) return `it was made from more than ${MOST_FILES} files`;
  if (files.includes('-')) return 'it was made from standard input';
  const strange = files.find((path) => !isAbsolute(path) && !isAbsolute(folder));
  return strange === undefined ? '' : `${strange} is no path of this box`;
}
