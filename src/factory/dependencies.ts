/**
 * What issues wait for, by the factory's own words in their texts. Numbers are taken whole: `#62` is not `#623`.
 * The factory knows `## Depends on` and `# Depends on`; here a heading of any depth counts, and what stands in the heading line itself.
 */

/** Under such a heading every `#n` is a dependency. */
const DEPENDS = /^(?:depends on|blocked by|dependencies)\b/i;
/** Under such a heading nothing is, whatever it says. */
const RELATED = /^related\b/i;
/** In such a line every `#n` is a dependency, wherever it stands. */
const INLINE = /\b(?:blocked by|depends on)\b/i;
/** Without a space it is one too, as the factory reads it, but `#7` is not. */
const HEADING = /^ {0,3}(#{1,6})(?:[ \t]+|(?=[^#\s\d]))(.*)$/;
const FENCE = /^\s*(`{3,}|~{3,})/;
/** Not `owner/name#7`, which is an issue of another repository, and not `#7abc`. */
const NUMBER = /(?<![\w/#&-])#(\d{1,9})(?!\w)/g;
const PARENT = /\bdecomposed[ -]from:?[ \t]+#(\d{1,9})(?!\w)/i;

/** The issues that a text says it depends on, each once, in the order of the text. */
export function parseDependencies(body: string): readonly number[] {
  const found = new Set<number>();
  let section: Section = { collects: false, ignores: false, depth: 6 };
  for (const line of linesOutsideFences(body)) {
    const heading = HEADING.exec(line);
    if (heading !== null) section = afterHeading(section, heading[1]?.length ?? 1, heading[2] ?? '');
    if (section.ignores || !(section.collects || INLINE.test(line))) continue;
    for (const [, digits] of line.matchAll(NUMBER)) found.add(Number(digits));
  }
  found.delete(0);
  return [...found];
}

/** The issue a text says it was decomposed from (`Decomposed from #7`, or the filer's `decomposed-from: #7` mark), 0 when none. */
export function parseParent(body: string): number {
  for (const line of linesOutsideFences(body)) {
    const match = PARENT.exec(line);
    if (match !== null) return Number(match[1]);
  }
  return 0;
}

interface Section {
  readonly collects: boolean;
  readonly ignores: boolean;
  readonly depth: number;
}

/** A deeper heading belongs to the section it stands in, except that "Related" is related wherever it stands. */
function afterHeading(section: Section, depth: number, title: string): Section {
  if (DEPENDS.test(title)) return { collects: true, ignores: false, depth };
  if (RELATED.test(title)) return { collects: false, ignores: true, depth };
  return depth > Math.max(2, section.depth) ? section : { collects: false, ignores: false, depth };
}

function* linesOutsideFences(body: string): Generator<string> {
  let fence = '';
  for (const line of body.split(/\r\n|\n|\r/)) {
    const mark = FENCE.exec(line)?.[1] ?? '';
    if (fence === '' && mark === '') yield line;
    else if (fence === '') fence = mark;
    else if (mark.startsWith(fence) && line.trim() === mark) fence = '';
  }
}
