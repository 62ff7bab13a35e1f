/** On which line of a TOML text a key stands. */

import { parseTOML, type AST } from 'toml-eslint-parser';
import type { DocPath } from './mistake.ts';

interface Place {
  readonly path: DocPath;
  readonly line: number;
}

/** A function that says the line of a key, or of the nearest table around it; 1 when there is none, 0 for a text that is not TOML. */
export function linesOf(text: string): (path: DocPath) => number {
  let places: readonly Place[];
  try {
    places = placesOf(parseTOML(text));
  } catch {
    return () => 0;
  }
  return (path) => {
    for (let length = path.length; length > 0; length--) {
      const wanted = path.slice(0, length);
      const found = places.find((place) => startsWith(place.path, wanted));
      if (found !== undefined) return found.line;
    }
    return 1;
  };
}

function startsWith(path: DocPath, start: DocPath): boolean {
  return path.length >= start.length && start.every((part, i) => part === path[i]);
}

function placesOf(program: AST.TOMLProgram): readonly Place[] {
  return program.body[0].body.flatMap((node) => {
    if (node.type === 'TOMLKeyValue') return ofKeyValue(node, []);
    const inside = node.body.flatMap((pair) => ofKeyValue(pair, node.resolvedKey));
    return [{ path: node.resolvedKey, line: node.loc.start.line }, ...inside];
  });
}

function ofKeyValue(node: AST.TOMLKeyValue, above: DocPath): readonly Place[] {
  const names = node.key.keys.map((key) => (key.type === 'TOMLBare' ? key.name : key.value));
  const path = [...above, ...names];
  return [{ path, line: node.loc.start.line }, ...ofContent(node.value, path)];
}

function ofContent(node: AST.TOMLContentNode, path: DocPath): readonly Place[] {
  if (node.type === 'TOMLInlineTable') return node.body.flatMap((pair) => ofKeyValue(pair, path));
  if (node.type !== 'TOMLArray') return [];
  return node.elements.flatMap((element, i) => [
    { path: [...path, i], line: element.loc.start.line },
    ...ofContent(element, [...path, i]),
  ]);
}
