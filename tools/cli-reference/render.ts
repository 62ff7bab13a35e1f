/** The command line as Markdown, made from the program itself. */

import { PassThrough } from 'node:stream';
import type { Argument, Command, Option } from 'commander';
import { openCli } from '../../src/cli/context.ts';
import { guideOf, type Guide, type Shape } from '../../src/cli/guide.ts';
import { createProgram } from '../../src/cli/index.ts';

const EXITS: readonly (readonly string[])[] = [
  ['0', 'fine'],
  [
    '1',
    'findings at or above `--fail-on` or nobody who looks for them, a rule test failed, or something needed is broken',
  ],
  ['2', 'usage or configuration: the message says what to write instead'],
  ['70', 'a bug, or output that cannot be written'],
  ['130, 143', '`run` was told to stop a second time, by Ctrl-C or SIGTERM, and ended at once'],
];

const ABOUT = `Commands that only read work while the daemon is down: they read its state file. Colours appear on a terminal; \`NO_COLOR\`
takes them away and \`FORCE_COLOR=1\` brings them back. In what \`--json\` prints, times are ISO 8601 in UTC, an empty text
stands for "not known", and fields are added, never renamed.`;

/** All of docs/cli.md. */
export function cliReference(): string {
  const stream = new PassThrough();
  const world = { env: {}, cwd: '/', stdout: stream, stderr: stream, now: () => 0, exit: () => undefined };
  const program = createProgram(openCli(world), () => undefined);
  const head = [
    '# The command line',
    'Made from the program by `npm run docs`; a test fails while it is behind.',
    table(['Exit code', 'Means'], EXITS),
    ABOUT,
  ];
  const sections = leavesOf(program, []).map(({ command, path }) => section(command, path));
  return `${[...head, ...sections].join('\n\n')}\n`;
}

interface Leaf {
  readonly command: Command;
  readonly path: readonly string[];
}

/** Commands that do something, in the order of `--help`. */
function leavesOf(command: Command, above: readonly string[]): readonly Leaf[] {
  const path = [...above, command.name()];
  if (command.commands.length === 0) return [{ command, path }];
  return command.commands.flatMap((inner) => leavesOf(inner, path));
}

function section(command: Command, path: readonly string[]): string {
  const guide = guideOf(command);
  const name = path.join(' ');
  return [
    `## ${name}`,
    capital(command.description()),
    block('sh', [[name, ...command.registeredArguments.map(argumentOf), '[options]'].join(' ')]),
    table(
      ['Argument or option', 'Means'],
      [
        ...command.registeredArguments.map((one) => [code(argumentOf(one)), one.description]),
        ...command.options.map((one) => [code(one.flags), optionOf(one)]),
      ],
    ),
    guide === null ? '' : block('sh', examplesOf(guide)),
    guide?.json === undefined ? '' : `\`--json\` prints:\n\n${shapeOf(guide.json)}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function argumentOf(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

function optionOf({ description, argChoices }: Option): string {
  return argChoices === undefined ? description : `${description} (${argChoices.join(', ')})`;
}

function examplesOf({ examples }: Guide): readonly string[] {
  const width = Math.max(...examples.map(([line]) => line.length));
  return examples.map(([line, what]) => `${line.padEnd(width)}  # ${what}`);
}

function shapeOf(shape: Shape): string {
  return table(
    ['Field', 'Type', 'Means'],
    Object.entries(shape).map(([path, { type, doc }]) => [code(path), type.join(' or '), doc]),
  );
}

const FENCE = '```';
const code = (text: string): string => `\`${text}\``;
const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
const block = (language: string, lines: readonly string[]): string =>
  [FENCE.concat(language), ...lines, FENCE].join('\n');

/** With columns below each other, as the formatter wants them; none without rows. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const escaped = rows.map((row) => row.map((cell) => cell.replaceAll('|', String.raw`\|`)));
  const widths = head.map((_, i) => Math.max(...[head, ...escaped].map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...escaped.map(line)].join('\n');
}
