/** The few shapes of the linter's plugin interface that our rules use. */

import { relative, sep } from 'node:path';

/** A node of the syntax tree, ESTree with TypeScript's additions. */
export interface Node {
  readonly type: string;
  readonly parent: Node | null;
  readonly range: readonly [start: number, end: number];
  readonly [key: string]: unknown;
}

export interface Comment {
  readonly type: 'Line' | 'Block' | 'Shebang';
  readonly value: string;
  readonly range: readonly [start: number, end: number];
}

export interface SourceCode {
  readonly text: string;
  readonly scopeManager: { readonly globalScope: GlobalScope };
  getAllComments(): readonly Comment[];
}

/** Names that no declaration of the file explains: `through` those nobody declares, `set` those the environment does. */
interface GlobalScope {
  readonly through: readonly Reference[];
  readonly set: ReadonlyMap<string, { readonly defs: readonly unknown[]; readonly references: readonly Reference[] }>;
}

export interface Reference {
  readonly identifier: Node;
}

/** What a rule is given about the file at hand. */
export interface Context {
  readonly filename: string;
  readonly cwd: string;
  readonly sourceCode: SourceCode;
  report(found: { readonly node: Node | Comment; readonly message: string }): void;
}

export type Visitor = Readonly<Record<string, (node: Node) => void>>;

export interface Rule {
  create(context: Context): Visitor;
}

/** The file's path from the repository's top, with `/`. */
export function fileOf(context: Context): string {
  return relative(context.cwd, context.filename).split(sep).join('/');
}

/** The value of a field that holds one node; null when it holds none. */
export function child(node: Node, field: string): Node | null {
  const value = node[field];
  return isNode(value) ? value : null;
}

/** The text of a string literal; null for anything else. */
export function stringOf(node: Node | null): string | null {
  const value = node?.type === 'Literal' ? node['value'] : null;
  return typeof value === 'string' ? value : null;
}

/** The name of an identifier, or of a literal key; null for anything else. */
export function nameOf(node: Node | null): string | null {
  const name = node?.type === 'Identifier' ? node['name'] : stringOf(node);
  return typeof name === 'string' ? name : null;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'range' in value;
}
