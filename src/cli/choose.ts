/** The finding that somebody means: by its id or the beginning of it, or by a rule that has one. */

import type { Finding } from '../core/finding.ts';
import { UsageError } from './usage.ts';

/** Picks one. Throws a UsageError that lists the choices when there are several, or says where to look when there is none. */
export function chooseFinding(findings: readonly Finding[], wanted: string): Finding {
  const all = findings.filter((finding) => matches(finding, wanted));
  const open = all.filter((finding) => finding.state !== 'resolved');
  const [found, another] = open.length > 0 ? open : all;
  if (found === undefined) throw new UsageError(`no finding "${wanted}". reactor findings --all lists them`);
  if (another === undefined || open.length === 0) return found;
  const choices = open.map(
    (finding) => `  ${finding.fingerprint.slice(0, 8)} ${finding.title} [${finding.key.join(', ')}]`,
  );
  throw new UsageError([`several findings match "${wanted}"; say which:`, ...choices].join('\n'));
}

function matches({ fingerprint, rule }: Finding, wanted: string): boolean {
  return wanted !== '' && (fingerprint.startsWith(wanted) || rule === wanted || rule.endsWith(`/${wanted}`));
}
