/** `macro.<name>` in an expression: replaced by its text in parentheses before anything else looks at it. */

import { nearest, type Fault } from './mistake.ts';

export type Macros = Readonly<Record<string, string>>;

/** String literals, which are left alone, or a macro. */
const TOKENS =
  /[rRbB]{0,2}(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|(?<![\w.])macro\.(\w+)/g;
const MAX_DEPTH = 8;

/** An expression with its macros replaced, and macros within macros. */
export function expandMacros(text: string, macros: Macros, depth = 0): { readonly text: string } | Fault {
  let fault: Fault | null = null;
  const expanded = text.replaceAll(TOKENS, (token: string, name: string | undefined) => {
    if (name === undefined || fault !== null) return token;
    const inner = bodyOf(name, macros, depth);
    if ('text' in inner) return `(${inner.text})`;
    fault = inner;
    return token;
  });
  return fault ?? { text: expanded };
}

function bodyOf(name: string, macros: Macros, depth: number): { readonly text: string } | Fault {
  const body = Object.hasOwn(macros, name) ? macros[name] : undefined;
  if (body === undefined) {
    return { message: `[macros] of this pack has no "${name}".`, hint: nearest(name, Object.keys(macros)) };
  }
  if (depth === MAX_DEPTH) {
    return { message: `macro.${name} goes round in a circle.`, hint: 'a macro that does not name itself' };
  }
  return expandMacros(body, macros, depth + 1);
}
