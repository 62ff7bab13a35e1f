/** Variables in a Compose file, as Compose writes them: `$A`, `${A:-b}`, `${A-b}`, `${A:?why}`, `${A:+b}`, nested, and `$$` for a dollar. */

export type Part =
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'variable'; readonly name: string; readonly operator: Operator; readonly word: Template };

export type Template = readonly Part[];

type Operator = '' | ':-' | '-' | ':?' | '?' | ':+' | '+';

/** What is known of variables; null for one that has a value nobody can tell. */
export type Variables = ReadonlyMap<string, string | null>;

const MOST = 1024;
const DEEPEST = 8;
const VARIABLE = /\$(?:(?<dollar>\$)|(?<bare>[A-Za-z_]\w*)|\{(?<name>[A-Za-z_]\w*)(?<operator>:?[-?+])?)/y;

/** The template in a text; null when Compose would refuse it. */
export function parseTemplate(text: string): Template | null {
  if (text.length > MOST) return null;
  const read = readParts(text, 0, 0);
  return read !== null && read.end === text.length ? read.parts : null;
}

/** The names of all variables, also of those in what stands in for others. */
export function variablesIn(template: Template): readonly string[] {
  return template.flatMap((part) => (part.is === 'text' ? [] : [part.name, ...variablesIn(part.word)]));
}

/** The text with what is known put in; null when it takes a variable that is not known. Without variables none is known. */
export function fillIn(template: Template, variables: Variables | null): string | null {
  const parts = template.map((part) => (part.is === 'text' ? part.text : valueOf(part, variables)));
  return parts.includes(null) ? null : parts.join('');
}

/** The texts around the variables: what stands there whatever they are. */
export function fixedTexts(template: Template): readonly string[] {
  const texts = [''];
  for (const part of template) {
    if (part.is === 'variable') texts.push('');
    else texts.push((texts.pop() ?? '') + part.text);
  }
  return texts;
}

/** True when the template can become this text, if its variables are right. */
export function canBecome(template: Template, text: string): boolean {
  const [first = '', ...others] = fixedTexts(template);
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let rest = text.slice(first.length, text.length - last.length);
  for (const part of others) {
    const at = rest.indexOf(part);
    if (at < 0) return false;
    rest = rest.slice(at + part.length);
  }
  return true;
}

function valueOf(part: Extract<Part, { is: 'variable' }>, variables: Variables | null): string | null {
  const value = variables === null ? null : variables.get(part.name);
  if (value === null) return null;
  const isSet = value !== undefined && (value !== '' || !part.operator.startsWith(':'));
  switch (part.operator) {
    case ':-':
    case '-':
      return isSet ? value : fillIn(part.word, variables);
    case ':+':
    case '+':
      return isSet ? fillIn(part.word, variables) : '';
    case ':?':
    case '?':
    case '':
      // Not set here: whoever ran Compose had it, or got an empty text and a warning.
      return isSet ? value : null;
  }
}

interface Read {
  readonly parts: Template;
  /** Where reading ended: at the end of the text, or of the braces. */
  readonly end: number;
}

function readParts(text: string, start: number, depth: number): Read | null {
  const parts: Part[] = [];
  let at = start;
  const stop = depth > 0 ? '}' : '';
  while (at < text.length && text[at] !== stop) {
    const next = text[at] === '$' ? readVariable(text, at, depth) : readText(text, at, depth);
    if (next === null) return null;
    parts.push(...next.parts);
    at = next.end;
  }
  return { parts, end: at };
}

function readText(text: string, start: number, depth: number): Read {
  const end = text.slice(start).search(depth > 0 ? /[$}]/ : /\$/);
  const stop = end < 0 ? text.length : start + end;
  return { parts: [{ is: 'text', text: text.slice(start, stop) }], end: stop };
}

function readVariable(text: string, start: number, depth: number): Read | null {
  VARIABLE.lastIndex = start;
  const match = VARIABLE.exec(text);
  if (match === null || depth >= DEEPEST) return null;
  const end = start + match[0].length;
  const { dollar, bare, ...braced } = match.groups ?? {};
  if (dollar !== undefined) return { parts: [{ is: 'text', text: '$' }], end };
  if (bare !== undefined) return { parts: [variable(bare, '', [])], end };
  return readBraced(text, end, { ...braced, depth: depth + 1 });
}

interface Braced {
  readonly name?: string;
  readonly operator?: string;
  readonly depth: number;
}

function readBraced(text: string, start: number, { name = '', operator = '', depth }: Braced): Read | null {
  const word = operator === '' ? { parts: [], end: start } : readParts(text, start, depth);
  if (word === null || text[word.end] !== '}') return null;
  return { parts: [variable(name, operator, word.parts)], end: word.end + 1 };
}

const variable = (name: string, operator: string, word: Template): Part => ({
  is: 'variable',
  name,
  operator: operator as Operator,
  word,
});
