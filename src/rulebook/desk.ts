/** Where the parts of one rule are made: compiles texts and writes what is wrong with them into the notebook of their file. */

import type { Path, Predicate } from '../core/rule.ts';
import type { Template } from '../core/template.ts';
import type { Names } from './field-use.ts';
import type { DocPath, Fault, Notebook } from './mistake.ts';
import { parsePath, type TypedPath } from './path.ts';
import { compilePredicate, type Compiler } from './predicate.ts';
import { parseTemplate } from './template.ts';

export interface Desk {
  readonly names: Names;
  /** Variables that expressions have read so far: their values are part of what decides. */
  readonly varsRead: ReadonlySet<string>;
  /** False as soon as anything was wrong. */
  isClean(): boolean;
  fault(at: DocPath, fault: Fault): void;
  predicate(text: string, at: DocPath): Predicate;
  optional(text: string | undefined, at: DocPath): Predicate | null;
  path(text: string, at: DocPath): TypedPath;
  template(text: string, at: DocPath): Template;
  /** A template whose text is typed into a session. */
  safeTemplate(text: string, at: DocPath): Template;
}

/** A desk for the table at `base` of a file. What is wrong gets a stand-in, so that everything is looked at. */
export function openDesk(compiler: Compiler, notebook: Notebook, base: DocPath): Desk {
  const varsRead = new Set<string>();
  let clean = true;
  const fault = (at: DocPath, { message, hint }: Fault): void => {
    clean = false;
    notebook.add([...base, ...at], message, hint);
  };
  const predicate = (text: string, at: DocPath): Predicate => {
    const compiled = compilePredicate(text, compiler);
    if ('predicate' in compiled) {
      for (const name of compiled.vars) varsRead.add(name);
      return compiled.predicate;
    }
    for (const one of compiled.faults) fault(at, one);
    return NEVER;
  };
  const template = (text: string, at: DocPath, safe: boolean): Template => {
    const parsed = parseTemplate(text, compiler.names, safe);
    if ('template' in parsed) return parsed.template;
    for (const one of parsed.faults) fault(at, one);
    return NOTHING;
  };
  return {
    names: compiler.names,
    varsRead,
    isClean: () => clean,
    fault,
    predicate,
    optional: (text, at) => (text === undefined ? null : predicate(text, at)),
    path: (text, at) => {
      const parsed = parsePath(text, compiler.names);
      if ('path' in parsed) return parsed;
      fault(at, parsed);
      return { path: NOWHERE, type: 'string' };
    },
    template: (text, at) => template(text, at, false),
    safeTemplate: (text, at) => template(text, at, true),
  };
}

const NEVER: Predicate = { source: 'false', test: () => false };
const NOTHING: Template = { source: '', segments: [] };
const NOWHERE: Path = { source: '', read: () => '' };
