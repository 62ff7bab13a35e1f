/** The file `.env`, as far as plain values go: everything that would have to be computed is not known. */

import type { Variables } from './variables.ts';

/** A name, and what it is: in double quotes, in single ones (both over several lines), or up to the end of its line. */
const SETTING =
  /^[ \t]*(?:export[ \t]+)?(?<name>[A-Za-z_][\w.-]*)[ \t]*[=:][ \t]*(?:"(?<double>(?:[^"\\]|\\[^])*)"|'(?<single>[^']*)'|(?<bare>[^\r\n]*))/gm;

/** The variables of an environment file; the last setting of a name counts. */
export function parseDotenv(text: string): Variables {
  const settings = [...text.matchAll(SETTING)].map(
    ({ groups = {} }) => [groups['name'] ?? '', valueOf(groups)] as const,
  );
  return new Map(settings);
}

function valueOf({ double, single, bare = '' }: Readonly<Record<string, string | undefined>>): string | null {
  if (single !== undefined) return single;
  const value = double ?? bare.replace(/(?:^|\s)#.*$/, '').trim();
  return /[$\\]|^["']/.test(value) ? null : value;
}
