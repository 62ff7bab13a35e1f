/** How much can go wrong with an item: the policy of the ops repository decides, and what the item says of itself can only raise it. Pure. */

export type Tier = 'low' | 'medium' | 'high';

const ORDER: readonly Tier[] = ['low', 'medium', 'high'];

/** A tier by its name; null for any other word. */
export function parseTier(word: string): Tier | null {
  return ORDER.find((tier) => tier === word) ?? null;
}

/** Tiers by formula. */
export type Policy = ReadonlyMap<string, Tier>;

const LINE = /^"?([A-Za-z0-9_-]+)"?\s*=\s*"([a-z]+)"\s*(?:#.*)?$/;

/** The `[tiers]` table of `vault/policy.toml`; a line that makes no sense is as if it were not there, which is high. */
export function parsePolicy(text: string): Policy {
  const tiers = new Map<string, Tier>();
  let table = '';
  for (const line of text.split('\n').map((one) => one.trim())) {
    table = /^\[\s*([^[\]]+?)\s*\]/.exec(line)?.[1] ?? table;
    const [, formula = '', word = ''] = LINE.exec(line) ?? [];
    const tier = parseTier(word);
    if (table === 'tiers' && tier !== null) tiers.set(formula, tier);
  }
  return tiers;
}

export interface TierDecision {
  readonly tier: Tier;
  readonly reason: string;
}

/** Decides the tier; `policy` is null when it cannot be read. */
export function decideTier(formula: string, claimed: Tier | '', policy: Policy | null): TierDecision {
  const found = policy?.get(formula);
  if (policy === null) return { tier: 'high', reason: 'the policy cannot be read' };
  if (formula === '') return { tier: 'high', reason: 'it names no formula' };
  if (found === undefined) return { tier: 'high', reason: `the policy does not know ${formula}` };
  if (claimed !== '' && ORDER.indexOf(claimed) > ORDER.indexOf(found)) {
    return { tier: claimed, reason: `the policy says ${found} for ${formula}, and the item raises it` };
  }
  return { tier: found, reason: `the policy says so for ${formula}` };
}
