/** What a command teaches beside its options: examples in `--help`, and what `--json` prints in docs/cli.md. */

import type { Command } from 'commander';

export interface Guide {
  /** A line to type and what it is for. */
  readonly examples: readonly (readonly [line: string, what: string])[];
  /** What `--json` prints. */
  readonly json?: Shape;
}

/** Every value of a JSON output by its path: `sources[].state`. */
export type Shape = Readonly<Record<string, Field>>;

/** `object` stands for one whose keys are not fixed. */
export type FieldWord = 'string' | 'number' | 'boolean' | 'null' | 'object';

export interface Field {
  readonly type: readonly FieldWord[];
  readonly doc: string;
}

const GUIDES = new WeakMap<Command, Guide>();

/** Gives a command its guide. */
export function teach(command: Command, guide: Guide): Command {
  GUIDES.set(command, guide);
  return command.addHelpText('after', examplesOf(guide));
}

/** The guide that a command was given; null when it has none. */
export function guideOf(command: Command): Guide | null {
  return GUIDES.get(command) ?? null;
}

/** A field of one type, or of several. */
export function field(type: FieldWord | readonly FieldWord[], doc: string): Field {
  return { type: typeof type === 'string' ? [type] : type, doc };
}

/** The same shape below a path: `under('findings[]', …)`. */
export function under(path: string, shape: Shape): Shape {
  return Object.fromEntries(Object.entries(shape).map(([name, spec]) => [`${path}.${name}`, spec]));
}

/** Columns of the terminal that nobody has to widen. */
const COLUMNS = 80;

function examplesOf({ examples }: Guide): string {
  const width = Math.max(...examples.map(([line]) => line.length));
  const beside = examples.map(([line, what]) => `  ${line.padEnd(width)}  ${what}`);
  const below = examples.flatMap(([line, what]) => [`  ${line}`, `      ${what}`]);
  return ['', 'Examples:', ...(beside.every((line) => line.length <= COLUMNS) ? beside : below)].join('\n');
}
