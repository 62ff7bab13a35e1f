/** Walks the tree of an expression: what it reads, and what it may not do. */

import type { ASTNode } from '@marcbachmann/cel-js';
import { isRoot, lookUp, ROOTS, type Names, type Root } from './field-use.ts';
import type { Fault } from './mistake.ts';

const CHECKED_CALLS = ['duration', 'timestamp', 're'] as const;

/** A literal argument that is checked when the rule is loaded: `duration("1d")`, `re(x, "(")`. */
export interface LiteralCall {
  readonly call: (typeof CHECKED_CALLS)[number];
  readonly text: string;
}

export interface Survey {
  /** Names read, by root. */
  readonly reads: Readonly<Record<Root, ReadonlySet<string>>>;
  readonly now: boolean;
  readonly literals: readonly LiteralCall[];
  readonly faults: readonly Fault[];
}

const LOOPS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);
const KNOWN_IDS: ReadonlySet<string> = new Set([...ROOTS, 'now', 'cel', 'macro']);

interface Walk {
  readonly names: Names;
  readonly reads: Record<Root, Set<string>>;
  readonly literals: LiteralCall[];
  readonly faults: Fault[];
  /** Keys that the expression asks for before it reads them: `"x" in e.labels`. */
  readonly guards: Set<string>;
  readonly mapReads: Map<string, Fault>;
  now: boolean;
}

/** Looks at an expression as a whole. */
export function survey(ast: ASTNode, names: Names): Survey {
  const walk: Walk = {
    names,
    reads: { e: new Set(), event: new Set(), vars: new Set(), f: new Set() },
    literals: [],
    faults: [],
    guards: new Set(),
    mapReads: new Map(),
    now: false,
  };
  visit(ast, walk, false);
  const unguarded = [...walk.mapReads].flatMap(([what, fault]) => (walk.guards.has(what) ? [] : [fault]));
  return { reads: walk.reads, now: walk.now, literals: walk.literals, faults: [...walk.faults, ...unguarded] };
}

function visit(node: ASTNode, walk: Walk, looping: boolean): void {
  switch (node.op) {
    case 'value':
      return;
    case 'id':
      return visitId(node.args, walk);
    case '.':
      return visitField(node, walk, looping);
    case 'call':
      return visitCall(node, walk, looping);
    case 'rcall':
      return visitMethod(node, walk, looping);
    case '[]':
      noteMapRead(node.args[0], literal(node.args[1]), walk);
      break;
    case 'in':
      noteGuard(node.args[1], literal(node.args[0]), walk);
      break;
    default:
      break;
  }
  for (const child of childrenOf(node)) visit(child, walk, looping);
}

/** The nodes right below one that needs no rule of its own. */
function childrenOf(node: ASTNode): readonly ASTNode[] {
  const { args } = node;
  if (!Array.isArray(args)) return isNode(args) ? [args] : [];
  return args.flat().filter(isNode);
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value;
}

function visitId(name: string, walk: Walk): void {
  if (name === 'now') walk.now = true;
  if (name === 'cel') {
    walk.faults.push({ message: 'cel.bind is not part of the language.', hint: 'a macro in [macros]' });
  }
  if (isRoot(name)) walk.faults.push({ message: `${name} cannot stand alone.`, hint: `${name}.<name>` });
}

function visitField(node: Extract<ASTNode, { op: '.' }>, walk: Walk, looping: boolean): void {
  const [on, name] = node.args;
  if (on.op !== 'id' || !isRoot(on.args)) {
    noteMapRead(on, name, walk);
    visit(on, walk, looping);
    return;
  }
  walk.reads[on.args].add(name);
  const found = lookUp(walk.names, on.args, name);
  if (typeof found !== 'string') addOnce(walk, found);
}

function visitCall(node: Extract<ASTNode, { op: 'call' }>, walk: Walk, looping: boolean): void {
  const [name, args] = node.args;
  const [first, second] = args;
  if (name === 'has' && first?.op === '.') return visitHas(first, walk, looping);
  const call = CHECKED_CALLS.find((one) => one === name);
  const text = literal(name === 're' ? second : first);
  if (call !== undefined && text !== null) walk.literals.push({ call, text });
  if (name === 'matches') refuseMatches(walk);
  for (const arg of args) visit(arg, walk, looping);
}

function visitHas(field: Extract<ASTNode, { op: '.' }>, walk: Walk, looping: boolean): void {
  const [on, name] = field.args;
  if (on.op === 'id' && isRoot(on.args)) {
    const hint = `a comparison with its default, such as ${on.args}.${name} != ""`;
    walk.faults.push({ message: `has(${on.args}.${name}) is always true: every field is there.`, hint });
    return;
  }
  noteGuard(on, name, walk);
  visit(on, walk, looping);
}

function visitMethod(node: Extract<ASTNode, { op: 'rcall' }>, walk: Walk, looping: boolean): void {
  const [name, receiver, args] = node.args;
  if (name === 'matches') refuseMatches(walk);
  visit(receiver, walk, looping);
  if (!LOOPS.has(name) || args.length < 2) {
    for (const arg of args) visit(arg, walk, looping);
    return;
  }
  if (looping) {
    walk.faults.push({ message: `${name} inside of another loop is refused.`, hint: 'one loop, or two rules' });
  }
  const [variable, ...bodies] = args;
  if (variable?.op === 'id' && KNOWN_IDS.has(variable.args)) {
    walk.faults.push({
      message: `"${variable.args}" has a meaning already.`,
      hint: `another name, such as x, in ${name}(x, …)`,
    });
    return;
  }
  for (const body of bodies) visit(body, walk, true);
}

function refuseMatches(walk: Walk): void {
  walk.faults.push({ message: 'matches() is refused: one bad pattern stops everything.', hint: 're(text, "pattern")' });
}

/** `e.labels` when a node is exactly that and a map, else null. */
function mapOf(node: ASTNode, walk: Walk): string | null {
  if (node.op !== '.') return null;
  const [on, name] = node.args;
  if (on.op !== 'id' || on.args !== 'e') return null;
  return walk.names.union.fields.get(name)?.type === 'map' ? `e.${name}` : null;
}

function noteGuard(on: ASTNode, key: string | null, walk: Walk): void {
  const map = mapOf(on, walk);
  if (map !== null && key !== null) walk.guards.add(`${map}[${key}]`);
}

function noteMapRead(on: ASTNode, key: string | null, walk: Walk): void {
  const map = mapOf(on, walk);
  if (map === null || key === null) return;
  const quoted = JSON.stringify(key);
  walk.mapReads.set(`${map}[${key}]`, {
    message: `${map}[${quoted}] fails where there is no ${quoted}.`,
    hint: `${quoted} in ${map} && …`,
  });
}

function literal(node: ASTNode | undefined): string | null {
  return node?.op === 'value' && typeof node.args === 'string' ? node.args : null;
}

function addOnce(walk: Walk, fault: Fault): void {
  if (!walk.faults.some((known) => known.message === fault.message)) walk.faults.push(fault);
}
