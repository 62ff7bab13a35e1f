/** A mistake in something a person wrote: where it is and what to write instead. Collected, and printed all at once. */

export interface Problem {
  readonly file: string;
  /** 1-based; 0 when the place is not known. */
  readonly line: number;
  /** The key the mistake is at, dotted: `rule.disk-high.hold.for`. */
  readonly key: string;
  readonly message: string;
  /** What to write instead, `''` when nobody can tell. */
  readonly hint: string;
}

/** `rules/core.toml:12 rule.disk-high.when: no such field "avilable_mb". Write: available_mb` */
export function formatProblem(problem: Problem): string {
  const place = problem.line > 0 ? `${problem.file}:${problem.line}` : problem.file;
  const key = problem.key === '' ? '' : ` ${problem.key}:`;
  if (problem.hint === '') return `${place}${key} ${problem.message}`;
  const end = /[.:;?!]$/.test(problem.message) ? '' : '.';
  return `${place}${key} ${problem.message}${end} Write: ${problem.hint}`;
}

/** Problems as an error, for a caller that cannot go on; exit code 2. */
export class ProblemError extends Error {
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.name = 'ProblemError';
    this.problems = problems;
  }
}
