/** The shipped rules, loaded as the reactor loads them. */

import { fileURLToPath } from 'node:url';
import { readRuleFolder } from '../../src/adapters/rule-files.ts';
import type { Rulebook } from '../../src/core/rule.ts';
import { loadRulebook } from '../../src/rulebook/load.ts';

const FOLDER = fileURLToPath(new URL('../../rules', import.meta.url));

/** All packs of `rules/`. Throws when one is wrong. */
export async function shippedRules(): Promise<Rulebook> {
  const loaded = await loadRulebook({ folders: [FOLDER], readFolder: readRuleFolder, vars: {}, now: 0 });
  const [problem] = loaded.problems;
  if (problem !== undefined) throw new Error(`${problem.file}:${problem.line} ${problem.message}`);
  return loaded.rulebook;
}
