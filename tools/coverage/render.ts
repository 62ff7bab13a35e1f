/** docs/coverage.md as text: conditions and their rules, faults and their tests, kinds and who reads them. */

import { CATALOG, EVENT_KINDS } from '../../src/core/catalog/catalog.ts';
import type { Rule } from '../../src/core/rule.ts';
import type { TestFile } from '../../src/rulebook/test-file.ts';
import { ASKED, CONDITIONS, MISSING } from './conditions.ts';
import { FAULTS } from './faults.ts';
import type { Fault } from './faults/fault.ts';

const HEAD = `# What is covered

Written by \`npm run docs\` from the rules, their cases and the lists in \`tools/coverage\`; a test fails when this page is behind them,
when a rule has no case in which it fires and one in which it does not, or when a test that is named here is gone.
`;

/** The page. */
export function coveragePage(rules: readonly Rule[], tests: readonly TestFile[]): string {
  return [HEAD, conditions(rules, tests), askers(), missing(), faults(), kinds(rules)].join('\n');
}

function conditions(rules: readonly Rule[], tests: readonly TestFile[]): string {
  const found = (name: string): string => {
    const files = tests.filter(({ cases }) => cases.some((one) => isOf(one.rule, name)));
    const count = files.flatMap(({ cases }) => cases).filter((one) => isOf(one.rule, name)).length;
    const id = rules.find((rule) => rule.name === name)?.id ?? name;
    return `\`${id}\`: ${count} cases in ${files.map(({ file }) => `\`${shortPath(file)}\``).join(', ')}`;
  };
  const rows = CONDITIONS.map(
    ({ priority, what, asked, rules: names }) =>
      `| ${priority} | ${what} | ${asked.join(', ')} | ${names.map(found).join('; ')} |`,
  );
  return table('Conditions', ['priority', 'condition', 'asked for by', 'found by'], rows);
}

const askers = (): string =>
  ['What asks:', '', ...Object.entries(ASKED).map(([name, what]) => `- ${name}: ${what}`), ''].join('\n');

function missing(): string {
  const rows = MISSING.map(({ what, asked, why }) => `| ${what} | ${asked.join(', ')} | ${why} |`);
  return table('Not found, or not done, in this version', ['what', 'asked for by', 'instead'], rows);
}

/** From the repository's root on. */
const shortPath = (path: string): string => path.slice(path.lastIndexOf('rules/'));

const isOf = (rule: string, name: string): boolean => rule === name || rule.endsWith(`/${name}`);

function faults(): string {
  const rows = FAULTS.map((fault) => `| ${fault.number} | ${fault.what} | ${fault.ours} | ${shown(fault)} |`);
  return table('Faults of the old supervisor', ['no', 'it', 'ours', 'shown by'], rows);
}

function shown({ shown: places }: Fault): string {
  return places.map(([file, title]) => `\`${file}\`: ${title}`).join('; ');
}

function kinds(rules: readonly Rule[]): string {
  const rows = EVENT_KINDS.map((kind) => {
    const readers = rules.filter((rule) => rule.on.includes(kind)).map((rule) => `\`${rule.name}\``);
    return `| \`${kind}\` | ${CATALOG[kind].doc} | ${readers.join(', ') || '–'} |`;
  });
  return table('Kinds of events and the rules that read them', ['kind', 'what it is about', 'read by'], rows);
}

function table(title: string, columns: readonly string[], rows: readonly string[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [`## ${title}`, '', line(columns), line(columns.map(() => '---')), ...rows, ''].join('\n');
}
