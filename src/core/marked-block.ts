/** A part of a page that is ours: between two hidden markers, with a hash that tells whether a person wrote inside. Everything else on the page is not ours. */

import { stableId } from './event.ts';

export interface MarkedBlock {
  readonly attributes: Readonly<Record<string, string>>;
  readonly body: string;
  /** False: a person wrote inside it, or took its end away. */
  readonly intact: boolean;
  readonly start: number;
  readonly end: number;
}

export interface BlockText {
  /** Of `[a-z-]`. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Ends with a newline. */
  readonly body: string;
}

/** The first block of that name; null when there is none. */
export function findBlock(page: string, name: string): MarkedBlock | null {
  const start = lineAt(page, `<!-- reactor:begin ${name} `, 0);
  if (start === -1) return null;
  const bodyStart = endOfLine(page, start);
  const attributes = parseAttributes(page.slice(start, bodyStart));
  const bodyEnd = lineAt(page, endMarker(name), bodyStart);
  if (bodyEnd === -1) return { attributes, body: page.slice(bodyStart), intact: false, start, end: page.length };
  const body = page.slice(bodyStart, bodyEnd);
  return { attributes, body, intact: attributes['hash'] === hashOf(body), start, end: endOfLine(page, bodyEnd) };
}

/** The page with the block in it: in the place of the one of that name, else at the end. Nothing else changes. */
export function putBlock(page: string, block: BlockText): string {
  const old = findBlock(page, block.name);
  if (old !== null) return page.slice(0, old.start) + renderBlock(block) + page.slice(old.end);
  if (page === '') return renderBlock(block);
  return `${page}${page.endsWith('\n') ? '\n' : '\n\n'}${renderBlock(block)}`;
}

function renderBlock({ name, attributes, body }: BlockText): string {
  const all = { ...attributes, hash: hashOf(body) };
  const pairs = Object.entries(all).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
  return `<!-- reactor:begin ${name} ${pairs.join(' ')} -->\n${body}${endMarker(name)}\n`;
}

const endMarker = (name: string): string => `<!-- reactor:end ${name} -->`;
const hashOf = (body: string): string => stableId(body).slice(0, 12);

/** Where a line begins with `head`, at or after `from`; -1 when none does. */
function lineAt(page: string, head: string, from: number): number {
  if (page.startsWith(head, from) && (from === 0 || page[from - 1] === '\n')) return from;
  const at = page.indexOf(`\n${head}`, Math.max(0, from - 1));
  return at === -1 ? -1 : at + 1;
}

function endOfLine(page: string, from: number): number {
  const at = page.indexOf('\n', from);
  return at === -1 ? page.length : at + 1;
}

function parseAttributes(line: string): Readonly<Record<string, string>> {
  const attributes: Record<string, string> = {};
  for (const [, key = '', value = ''] of line.matchAll(/ ([a-z]+)=([^\s=]*)/g)) attributes[key] = decode(value);
  return attributes;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
