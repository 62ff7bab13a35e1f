/** Which silence is about a finding. */

import type { Finding } from '../core/finding.ts';
import type { Silence } from '../core/source.ts';

/** The silence that holds a finding back, out of those in force; null when none does. */
export function silenceOf(finding: Finding, silences: readonly Silence[]): Silence | null {
  return silences.find((silence) => isAbout(silence, finding)) ?? null;
}

function isAbout({ rule, key }: Silence, finding: Finding): boolean {
  if (rule !== '*' && rule !== finding.rule && !finding.rule.endsWith(`/${rule}`)) return false;
  return key.every((value, i) => finding.key[i] === value);
}
