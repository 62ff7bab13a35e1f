/** Judged rows as a table for people. Pure. */

import type { JudgedRow, Target } from './figures.ts';

const HEADINGS = ['bench', 'figure', 'ours', 'floor', 'ratio', 'target', ''];

/** Lines of a table, columns aligned. */
export function toLines(rows: readonly JudgedRow[]): readonly string[] {
  const cells = [HEADINGS, ...rows.map(cellsOf)];
  const widths = HEADINGS.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  return cells.map((row) =>
    row
      .map((cell, column) =>
        column >= 2 && column <= 4 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}

function cellsOf(row: JudgedRow): readonly string[] {
  const { ours, floor, ratio, unit } = row;
  return [
    row.bench,
    row.name,
    `${round(ours)} ${unit}`,
    `${round(floor)} ${unit}`,
    ratio.toFixed(2),
    row.target === null ? '' : describe(row.target, unit),
    row.verdict === 'told' ? '' : row.verdict,
  ];
}

/** Three digits that mean something. */
function round(value: number): string {
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}

function describe(target: Target, unit: string): string {
  const [sign, limit] = 'atLeast' in target ? ['≥', target.atLeast] : ['≤', target.atMost];
  switch (target.of) {
    case 'ratio':
      return `ratio ${sign} ${limit}`;
    case 'above':
      return `${sign} floor + ${round(limit)} ${unit}`;
    case 'ours':
      return `${sign} ${round(limit)} ${unit}`;
  }
}
