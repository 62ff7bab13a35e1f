/** Decides whether a file may import something or use a global. Pure: paths in, a complaint or null out. */

import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { BUILTINS, FOLDERS_APART, GLOBALS, LAYERS, PACKAGES, PURE_BUILTINS, type Layer } from './import-table.ts';

/** Why `file` may not import `specifier`, and what is allowed; null when it may. Paths are relative to the repository, with `/`. */
export function judgeImport(file: string, specifier: string): string | null {
  const layer = layerOf(file);
  if (layer === null) return isInSource(file) ? unknownLayer(file) : null;
  if (specifier.startsWith('.')) return judgeFile(file, layer, posix.join(posix.dirname(file), specifier));
  if (isBuiltin(specifier)) return judgeBuiltin(layer, specifier);
  return judgeOwner(layer, packageOf(specifier), PACKAGES);
}

/** Why `file` may not use a global such as `fetch` or `process.env`; null when it may. */
export function judgeGlobal(file: string, name: string): string | null {
  const layer = layerOf(file);
  if (layer === null || !Object.hasOwn(GLOBALS, name)) return null;
  return judgeOwner(layer, name, GLOBALS);
}

/** The layer a file of `src/` belongs to; null for every other file. */
function layerOf(file: string): Layer | null {
  const [top, entry] = file.split('/');
  if (top !== 'src' || entry === undefined) return null;
  const name = entry.replace(/\.ts$/, '');
  return isLayer(name) ? name : null;
}

function judgeFile(file: string, layer: Layer, target: string): string | null {
  if (!isInSource(target)) return `${layer} may not import ${target}: src/ imports nothing from outside src/`;
  const to = layerOf(target);
  if (to === null) return unknownLayer(target);
  if (to === layer) return judgeNeighbour(file, layer, target);
  const allowed: readonly Layer[] = LAYERS[layer];
  return allowed.includes(to) ? null : `${layer} may not import ${to}; it may import ${listOf(allowed)}`;
}

function judgeNeighbour(file: string, layer: Layer, target: string): string | null {
  if (!FOLDERS_APART.includes(layer)) return null;
  const index = `src/${layer}/index.ts`;
  if (file === index) return null;
  if (target === index) return `${file} may not import the list that imports it`;
  const [from, to] = [folderOf(file), folderOf(target)];
  if (to === null || from === to) return null;
  return `${from ?? file} may not import its neighbour ${to}; only ${index} sees them all`;
}

function judgeBuiltin(layer: Layer, specifier: string): string | null {
  const [name = ''] = specifier.replace(/^node:/, '').split('/');
  if (PURE_BUILTINS.includes(name)) return null;
  return judgeOwner(layer, name, BUILTINS, `node:${name}`);
}

function judgeOwner(
  layer: Layer,
  name: string,
  table: Readonly<Record<string, readonly Layer[]>>,
  shown = name,
): string | null {
  const owners = Object.hasOwn(table, name) ? table[name] : undefined;
  if (owners === undefined) return `${shown} is not in the import table; say there who may import it`;
  return owners.includes(layer) ? null : `${layer} may not use ${shown}; only ${listOf(owners)} may`;
}

/** `src/sources/docker`; null for a file right inside the layer. */
function folderOf(file: string): string | null {
  const parts = file.split('/');
  return parts.length > 3 ? parts.slice(0, 3).join('/') : null;
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

const isLayer = (name: string): name is Layer => Object.hasOwn(LAYERS, name);
const isInSource = (file: string): boolean => file.startsWith('src/');
const listOf = (names: readonly string[]): string => (names.length === 0 ? 'nothing' : names.join(', '));
const unknownLayer = (file: string): string =>
  `${file} belongs to no layer; name its folder in tools/lint/import-table.ts`;
