/** Holds a JSON output to the shape that docs/cli.md gives it. */

import type { FieldWord, Shape } from '../../src/cli/guide.ts';

/** Every value that is not documented, or not of the documented type, and every documented path that did not occur. */
export function differences(
  value: unknown,
  shape: Shape,
): { readonly wrong: readonly string[]; readonly unseen: readonly string[] } {
  const wrong: string[] = [];
  const seen = new Set<string>();
  const visit = (inner: unknown, path: string): void => {
    const spec = shape[path];
    if (spec !== undefined) {
      seen.add(path);
      if (!spec.type.includes(wordOf(inner))) wrong.push(`${path} is ${wordOf(inner)}`);
      return;
    }
    if (Array.isArray(inner)) inner.forEach((item) => visit(item, `${path}[]`));
    else if (typeof inner === 'object' && inner !== null) {
      for (const [name, item] of Object.entries(inner)) visit(item, path === '' ? name : `${path}.${name}`);
    } else if (!(inner === null && Object.keys(shape).some((known) => known.startsWith(`${path}.`)))) {
      wrong.push(`${path} is not documented`);
    }
  };
  visit(value, '');
  return { wrong: [...new Set(wrong)], unseen: Object.keys(shape).filter((path) => !seen.has(path)) };
}

function wordOf(value: unknown): FieldWord {
  if (value === null) return 'null';
  const type = typeof value;
  return type === 'string' || type === 'number' || type === 'boolean' ? type : 'object';
}
