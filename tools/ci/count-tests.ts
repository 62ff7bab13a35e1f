/** Reads vitest's JSON report and says how many tests passed and failed; in CI a test that did not run has failed. */

import { readFileSync } from 'node:fs';
import { z } from 'zod';

export interface Count {
  readonly passed: number;
  readonly failed: number;
  /** What failed, a line each. */
  readonly notes: readonly string[];
}

const REPORT = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});

type TestFile = z.infer<typeof REPORT>['testResults'][number];

/** Counts a report, null when there is none. `broken` names the steps that failed: each is a failure that tests do not explain. */
export function countTests(report: unknown, broken: readonly string[]): Count {
  const parsed = REPORT.safeParse(report);
  const files = parsed.success ? parsed.data.testResults : [];
  const tests = files.flatMap((file) => file.assertionResults);
  const found = [...files.flatMap(notesOf), ...(tests.length === 0 ? ['no test was run'] : [])];
  const unexplained = broken.filter((step) => step !== TESTS || found.length === 0);
  const notes = [...found, ...unexplained.map((step) => `failed: ${step}`)];
  return { passed: tests.filter((test) => test.status === 'passed').length, failed: notes.length, notes };
}

/** A failed `npm test` is explained by the tests that failed; one without any had an error outside of them. */
const TESTS = 'npm test';

function notesOf(file: TestFile): readonly string[] {
  const notes = file.assertionResults
    .filter((test) => test.status !== 'passed')
    .map((test) => `${test.status}: ${file.name} > ${test.fullName}`);
  if (file.status === 'passed' || notes.length > 0) return notes;
  return [`failed: ${file.name}: ${file.message.split('\n')[0]}`];
}

function readReport(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

if (import.meta.main) {
  const [path = '', ...broken] = process.argv.slice(2);
  const { passed, failed, notes } = countTests(readReport(path), broken);
  console.log([...notes, `${passed} passed, ${failed} failed`].join('\n'));
  process.exitCode = failed === 0 ? 0 : 1;
}
