/** One file of rules, as far as it can be read by itself. */

import { headerLines, readDocument, type Table } from './document.ts';
import type { Vars } from './field-use.ts';
import { PACK_HINTS } from './hints.ts';
import { checkShape } from './issues.ts';
import { openNotebook, type DocPath, type Mistake, type Notebook, type SourceText } from './mistake.ts';
import { exception, rule, shell, type ExceptionDoc, type RuleDoc } from './shape.ts';
import type * as z from 'zod';

/** A table of a pack, with its place in the file. */
export interface Placed<T> {
  readonly doc: T;
  readonly path: DocPath;
  /** Line of its header. */
  readonly line: number;
}

export interface Pack {
  readonly id: string;
  readonly owner: string;
  readonly vars: Vars;
  readonly macros: Readonly<Record<string, string>>;
  readonly rules: readonly Placed<RuleDoc>[];
  readonly exceptions: readonly Placed<ExceptionDoc>[];
  readonly notebook: Notebook;
  /** Ids of all its rules, also of those that are wrong. */
  readonly ruleIds: readonly string[];
}

/** Reads a file of rules; what is wrong is in the mistakes, and what is right is in the pack. */
export function readPack(source: SourceText): { readonly pack: Pack | null; readonly mistakes: readonly Mistake[] } {
  const read = readDocument(source);
  if ('mistake' in read) return { pack: null, mistakes: [read.mistake] };
  const notebook = openNotebook(source.file, read.doc);
  const pack = toPack(read.doc, source.text, notebook);
  return { pack, mistakes: notebook.mistakes };
}

function toPack(doc: Table, text: string, notebook: Notebook): Pack | null {
  const outer = checkShape(shell, doc, { notebook, hints: PACK_HINTS, path: [] });
  if (outer === null) return null;
  const rules = outer.rule ?? [];
  const tables = { text, notebook };
  return {
    ...outer.pack,
    vars: outer.vars ?? {},
    macros: outer.macros ?? {},
    rules: placed('rule', rules, rule, tables),
    exceptions: placed('exception', outer.exception ?? [], exception, tables),
    notebook,
    ruleIds: rules.map((table) => idOf(table)),
  };
}

function placed<S extends z.ZodType>(
  name: string,
  docs: readonly unknown[],
  schema: S,
  { text, notebook }: { readonly text: string; readonly notebook: Notebook },
): readonly Placed<z.infer<S>>[] {
  const lines = headerLines(text, name);
  return docs.flatMap((doc, i) => {
    const path = [name, i];
    const fit = checkShape(schema, doc, { notebook, hints: PACK_HINTS, path });
    return fit === null ? [] : [{ doc: fit, path, line: lines[i] ?? 0 }];
  });
}

function idOf(table: unknown): string {
  const id: unknown = typeof table === 'object' && table !== null && 'id' in table ? table.id : '';
  return typeof id === 'string' ? id : '';
}
