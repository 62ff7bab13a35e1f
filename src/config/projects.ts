/** `projects/*.toml` under the factory's root, read as they are: what we know is used, what we do not know is left alone. */

import { join } from 'node:path';
import { messageOf } from '../core/errors.ts';
import type { Sibling } from '../core/owner.ts';
import type { Problem } from '../core/problem.ts';
import { openChecker, type Checker } from './checker.ts';
import type { WrittenProject } from './forges.ts';
import { readText, type ConfigFiles } from './lookup.ts';
import { parseCount, parsePath, parseText, parseUrl, type Parse } from './parsed.ts';
import { readSiblings } from './siblings.ts';
import { isTable, parseToml, type TomlDocument } from './toml.ts';

export interface Projects {
  readonly projects: readonly WrittenProject[];
  readonly siblings: ReadonlyMap<string, Sibling>;
  readonly problems: readonly Problem[];
}

/** Every project of a factory; none when the folder is not there, as in a shallow clone. Files are read in the order of their names. */
export function readProjects(files: ConfigFiles, factoryRoot: string): Projects {
  const folder = join(factoryRoot, 'projects');
  const listed = listToml(files, folder);
  const read = listed.names.map((name) => readProject(files, join(folder, name)));
  return {
    projects: read.flatMap(({ projects }) => projects),
    siblings: new Map(read.flatMap(({ siblings }) => [...siblings])),
    problems: [...listed.problems, ...read.flatMap(({ problems }) => problems)],
  };
}

function readProject(files: ConfigFiles, file: string): Projects {
  const read = readText(files, file);
  const document = 'text' in read ? parseToml(file, read.text) : failure(file, read.failure);
  if (!('root' in document)) return { projects: [], siblings: new Map(), problems: [document] };
  const check = openChecker(document);
  const projects = [toProject(check, document)];
  return { projects, siblings: readSiblings(check, false), problems: check.problems };
}

function toProject(check: Checker, { root, file }: TomlDocument): WrittenProject {
  const text = (key: string, fallback = '', parse: Parse<string> = parseText): string =>
    root[key] === undefined || root[key] === '' ? fallback : (check.read([key], root[key], parse) ?? fallback);
  return {
    name: text('name', stemOf(file)),
    forgeUrl: text('forge_url', '', parseUrl),
    repo: text('repo'),
    repoRoot: text('repo_root', '', parsePath),
    primaryBranch: text('primary_branch', 'main'),
    opsRepo: text('ops_repo'),
    opsRepoRoot: text('ops_repo_root', '', parsePath),
    ciRepoId: ciRepoIdOf(check, root['ci']),
  };
}

function ciRepoIdOf(check: Checker, ci: unknown): number | null {
  const id = isTable(ci) ? ci['woodpecker_repo_id'] : undefined;
  return id === undefined || id === '' ? null : check.read(['ci', 'woodpecker_repo_id'], id, parseCount(0, 1));
}

function listToml(
  files: ConfigFiles,
  folder: string,
): { readonly names: readonly string[]; readonly problems: readonly Problem[] } {
  try {
    const names = files.list(folder).filter((name) => name.endsWith('.toml'));
    return { names: names.toSorted(), problems: [] };
  } catch (error) {
    return { names: [], problems: [failure(folder, messageOf(error))] };
  }
}

const failure = (file: string, message: string): Problem => ({ file, line: 0, key: '', message, hint: '' });

const stemOf = (file: string): string => (file.split('/').at(-1) ?? '').replace(/\.toml$/, '');
