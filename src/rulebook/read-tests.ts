/** Reads files of rule tests. */

import type { Problem } from '../core/problem.ts';
import { headerLines, locate, readDocument, type Table } from './document.ts';
import { givenOf } from './given.ts';
import { TEST_HINTS } from './hints.ts';
import { checkShape } from './issues.ts';
import { openNotebook, type Notebook, type SourceText } from './mistake.ts';
import type { ReadFolder } from './read-folder.ts';
import type { TestCase, TestFile } from './test-file.ts';
import { testFile, type CaseDoc } from './test-shape.ts';
import { toStep } from './test-step.ts';

/** Reads one test file. `test` is null when it has mistakes; never throws on what a person wrote. */
export async function parseTestFile(
  source: SourceText,
): Promise<{ readonly test: TestFile | null; readonly problems: readonly Problem[] }> {
  const read = readDocument(source);
  if ('mistake' in read) return { test: null, problems: await locate([read.mistake], [source]) };
  const notebook = openNotebook(source.file, read.doc);
  const test = toTestFile(read.doc, notebook, headerLines(source.text, 'case'));
  if (notebook.mistakes.length === 0) return { test, problems: [] };
  return { test: null, problems: await locate(notebook.mistakes, [source]) };
}

/** Reads the test files of rule folders: `*.toml` in the folder `tests` of each. A folder without tests is no mistake. */
export async function loadTests(options: {
  readonly folders: readonly string[];
  readonly readFolder: ReadFolder;
}): Promise<{ readonly tests: readonly TestFile[]; readonly problems: readonly Problem[] }> {
  const folders = await Promise.all(options.folders.map((folder) => options.readFolder(`${folder}/tests`)));
  const read = await Promise.all(folders.flatMap((files) => files ?? []).map(parseTestFile));
  return {
    tests: read.flatMap(({ test }) => (test === null ? [] : [test])),
    problems: read.flatMap(({ problems }) => problems),
  };
}

function toTestFile(doc: Table, notebook: Notebook, lines: readonly number[]): TestFile | null {
  const shape = checkShape(testFile, doc, { notebook, hints: TEST_HINTS, path: [] });
  if (shape === null) return null;
  return {
    file: notebook.file,
    packs: shape.packs,
    start: shape.start.getTime(),
    cases: shape.case.map((one, i) => toCase(one, { index: i, notebook, line: lines[i] ?? 0 })),
  };
}

function toCase(
  doc: CaseDoc,
  place: { readonly index: number; readonly notebook: Notebook; readonly line: number },
): TestCase {
  const path = ['case', place.index];
  const given = givenOf(doc.given ?? {}, [...path, 'given'], place.notebook);
  const steps = doc.steps.flatMap((step, i) => {
    const made = toStep(step, { path: [...path, 'steps', i], notebook: place.notebook, given });
    return made === null ? [] : [made];
  });
  const back = steps.findIndex((step, i) => step.at < (steps[i - 1]?.at ?? 0));
  if (back > 0) {
    place.notebook.add([...path, 'steps', back, 'at'], 'goes back in time.', 'the steps in order of time');
  }
  return { name: doc.name, rule: doc.rule, steps, line: place.line };
}
