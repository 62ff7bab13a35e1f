/** Text that came from outside, made fit for one line of a Markdown file: it can neither end the line nor begin anything. */

import { redact } from './redact.ts';

/** Characters that are not seen: format characters (zero width, bidi controls, tags) and variation selectors. */
const INVISIBLE = /[\p{Cf}\u{e0100}-\u{e01ef}]/gu;
const CONTROLS = /[^\P{Cc}\n]/gu;

/** What would begin a heading, a quote, a list, a task, a rule, a fence or a link definition. */
const BLOCK_START = /^(?=#{1,6}(?:\s|$)|>|[-+*](?:\s|$)|[-=_*]{2}|~{3}|\[[ xX]\]\s|\[[^\]]{0,200}\]:)/;

/**
 * One line of Markdown that shows the text: secrets redacted, white space folded, cut at `max` characters, nothing in it that makes
 * a heading, list, link, comment, tag or code. What is harmless stays as it was, so that `grep` finds it.
 */
export function markdownLine(text: string, max: number): string {
  return escapeInline(escapeStart(singleLine(text, max)));
}

/** The text on one line, for where Markdown means nothing: secrets redacted, nothing in it that is not seen, white space folded, cut at `max` characters. */
export function singleLine(text: string, max: number): string {
  const shown = text.toWellFormed().replaceAll(INVISIBLE, '').replaceAll(CONTROLS, ' ');
  return cut(redact(shown).replaceAll(/\s+/g, ' ').trim(), max);
}

function cut(line: string, max: number): string {
  if (line.length <= max) return line;
  return `${line
    .slice(0, max - 1)
    .toWellFormed()
    .replace(/\ufffd$/, '')
    .trimEnd()}…`;
}

function escapeStart(line: string): string {
  return line.replace(BLOCK_START, '\\').replace(/^(\d{1,9})(?=[.)](?:\s|$))/, '$1\\');
}

/** Without backslashes: one that stands before would undo them. */
function escapeInline(line: string): string {
  return line
    .replaceAll('`', "'")
    .replaceAll(/<(?=[a-z/!?])/gi, '&lt;')
    .replaceAll(/\](?=[([])/g, '] ');
}
