/** The steps of docs/recipes/woodpecker-notify.md, read as far as a test needs them. */

import { readFileSync } from 'node:fs';

const PAGE = readFileSync(new URL('../../docs/recipes/woodpecker-notify.md', import.meta.url), 'utf8');

export interface RecipeStep {
  readonly name: string;
  /** What stands in `when.status`. */
  readonly when: string;
  /** What the step says happened. */
  readonly verdict: string;
  /** The shell line it runs, `''` for a plugin. */
  readonly command: string;
  /** The body a plugin fills in, `''` for a shell line. */
  readonly template: string;
}

/** Every step of every YAML block of the page. */
export function recipeSteps(): readonly RecipeStep[] {
  const blocks = [...PAGE.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, block]) => block ?? '');
  return blocks.flatMap((block) => block.split(/^ {2}- name: /m).slice(1)).map(toStep);
}

function toStep(text: string): RecipeStep {
  const first = (pattern: RegExp): string => pattern.exec(text)?.[1]?.trim() ?? '';
  const template = first(/^ {6}template: >\n((?: {8}.*\n)+)/m);
  return {
    name: first(/^(.*)\n/),
    when: first(/^ {6}- status: \[(.*)\]$/m),
    verdict: template === '' ? first(/^ {6}VERDICT: (.*)$/m) : first(/"status":"(\w+)"/),
    command: first(/^ {6}- \|\n((?: {8}.*\n)+)/m),
    template,
  };
}
