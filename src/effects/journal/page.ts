/**
 * The page of one day. Our entries are known by a marker under their heading, our lines by a tag at their end; a line is put in or replaced,
 * and every other byte of the page is somebody else's and stays. Pure.
 */

import { stableId } from '../../core/event.ts';
import { toIsoSeconds, type Instant } from '../../core/time.ts';
import { ALL_CLEAR, SECTIONS, type JournalLine, type Section } from './entry.ts';

/** Lines a section shows; with headings, blank lines and health this makes 25 lines at most, unless many findings are urgent. */
const ROOM: Readonly<Record<Section, number>> = { Findings: 5, 'Actions taken': 2, 'Vault items filed': 2 };
const NOTHING: Readonly<Record<Section, string>> = {
  Findings: ALL_CLEAR,
  'Actions taken': '- No actions needed',
  'Vault items filed': '- None',
};
/** Keys of lines that found no room, kept so that each is counted once. */
const MORE_KEYS = 200;

const TAG = / <!-- reactor:line key=([0-9a-f]{12}) hash=([0-9a-f]{8}) -->\r?$/;
const MORE = / <!-- reactor:more keys=([0-9a-f,]+) -->\r?$/;

/** The page's name: the UTC day of the slot. */
export function pageName(slot: Instant): string {
  return `${toIsoSeconds(slot).slice(0, 10)}.md`;
}

/** The page with the lines in the entry of that slot; the entry is made when there is none. `health` is used for a new entry only. */
export function addToPage(
  page: string,
  slot: Instant,
  lines: readonly JournalLine[],
  health: readonly string[],
): string {
  let rows = page.split('\n');
  if (findEntry(rows, slot) === null) rows = insertEntry(rows, slot, health);
  for (const line of lines) rows = putLine(rows, slot, line);
  return rows.join('\n');
}

interface Span {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

const marker = (slot: Instant): string => `<!-- reactor:entry slot=${toIsoSeconds(slot).slice(0, 16)}Z -->`;

/** From behind the marker to the next entry, ours or anybody's. */
function findEntry(rows: readonly string[], slot: Instant): Span | null {
  const at = rows.findIndex((row) => row.trimEnd() === marker(slot));
  if (at === -1) return null;
  const next = rows.findIndex((row, i) => i > at && /^##? /.test(row));
  return { from: at + 1, to: next === -1 ? rows.length : next };
}

/** Before our first later entry, else at the end of the page. */
function insertEntry(rows: readonly string[], slot: Instant, health: readonly string[]): string[] {
  const entry = newEntry(slot, health);
  const later = rows.findIndex((row) => isLaterMarker(row, slot));
  const heading = later > 0 && rows[later - 1]?.startsWith('## ') === true ? later - 1 : later;
  if (heading !== -1) return [...rows.slice(0, heading), ...entry, '', ...rows.slice(heading)];
  if (rows.every((row) => row === '')) return [...entry, ''];
  const gap = rows.at(-1) === '' ? [] : [''];
  return [...rows, ...gap, ...entry, ''];
}

function isLaterMarker(row: string, slot: Instant): boolean {
  const shape = /^<!-- reactor:entry slot=\d{4}-\d{2}-\d{2}T\d{2}:\d{2}Z -->\r?$/;
  return shape.test(row) && row.trimEnd() > marker(slot);
}

function newEntry(slot: Instant, health: readonly string[]): readonly string[] {
  return [
    `## Supervisor run — ${toIsoSeconds(slot).slice(11, 16)} UTC`,
    // In the place of a blank line: it is not seen.
    marker(slot),
    '### Health status',
    ...health.map((line) => `- ${line}`),
    ...SECTIONS.flatMap((section) => ['', `### ${section}`, NOTHING[section]]),
  ];
}

function putLine(rows: string[], slot: Instant, line: JournalLine): string[] {
  const withSection = ensureSection(rows, slot, line.section);
  const span = sectionOf(withSection, slot, line.section);
  if (span === null) return withSection;
  const own = withSection.slice(span.from, span.to);
  return [...withSection.slice(0, span.from), ...putInSection(own, line), ...withSection.slice(span.to)];
}

function putInSection(own: readonly string[], line: JournalLine): readonly string[] {
  const at = own.findIndex((row) => TAG.exec(row)?.[1] === line.key);
  if (at !== -1) return isIntact(own[at] ?? '') ? own.with(at, tagged(line)) : own;
  const shown = own.filter((row) => TAG.test(row)).length;
  if (isCounted(own, line.key)) return own;
  if (!line.urgent && shown >= ROOM[line.section]) return countMore(own, line.key);
  const empty = own.findIndex((row) => row.trimEnd() === NOTHING[line.section]);
  if (empty !== -1) return own.with(empty, tagged(line));
  return own.toSpliced(
    endOfLines(own, (row) => row.startsWith('- ') && !MORE.test(row)),
    0,
    tagged(line),
  );
}

/** Someone may have corrected a line of ours: then it is theirs. */
function isIntact(row: string): boolean {
  const tag = TAG.exec(row);
  return tag !== null && tag[2] === hashOf(row.slice(0, tag.index));
}

function isCounted(own: readonly string[], key: string): boolean {
  return own.some((row) => MORE.exec(row)?.[1]?.split(',').includes(key) === true);
}

function countMore(own: readonly string[], key: string): readonly string[] {
  const at = own.findIndex((row) => MORE.test(row));
  const keys = MORE.exec(own[at] ?? '')?.[1]?.split(',') ?? [];
  if (keys.length >= MORE_KEYS) return own;
  const all = [...keys, key];
  const number = all.length >= MORE_KEYS ? `${MORE_KEYS} or more` : `${all.length} more`;
  const row = `- … and ${number}: \`reactor findings --all\` shows the rest <!-- reactor:more keys=${all.join(',')} -->`;
  return at === -1
    ? own.toSpliced(
        endOfLines(own, (one) => one.startsWith('- ')),
        0,
        row,
      )
    : own.with(at, row);
}

/** Someone may have taken a heading away: it comes back at the end of the entry. */
function ensureSection(rows: string[], slot: Instant, section: Section): string[] {
  const entry = findEntry(rows, slot);
  if (entry === null || sectionOf(rows, slot, section) !== null) return rows;
  const end = entry.from + endOfLines(rows.slice(entry.from, entry.to), (row) => row.trim() !== '');
  return rows.toSpliced(end, 0, '', `### ${section}`);
}

function sectionOf(rows: readonly string[], slot: Instant, section: Section): Span | null {
  const entry = findEntry(rows, slot);
  if (entry === null) return null;
  const heading = rows.findIndex((row, i) => i >= entry.from && i < entry.to && row.trimEnd() === `### ${section}`);
  if (heading === -1) return null;
  const next = rows.findIndex((row, i) => i > heading && i < entry.to && row.startsWith('### '));
  return { from: heading + 1, to: next === -1 ? entry.to : next };
}

/** Behind the last row that matches; 0 when none does. */
function endOfLines(rows: readonly string[], matches: (row: string) => boolean): number {
  return rows.findLastIndex(matches) + 1;
}

const tagged = ({ key, text }: JournalLine): string => `${text} <!-- reactor:line key=${key} hash=${hashOf(text)} -->`;
const hashOf = (text: string): string => stableId(text).slice(0, 8);
