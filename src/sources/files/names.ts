/** What a file name in the factory's temp folder says: whose phase file it is, or that it is a lock. */

import { parseSessionFile, type SessionName } from '../../factory/session-names.ts';

const VAULT = /^(vault-escalate-[A-Za-z0-9][A-Za-z0-9._-]{0,99})\.phase$/;

/** The session of a phase file; null when the name is not one of the factory's. */
export function parsePhaseName(name: string): SessionName | null {
  const vault = VAULT.exec(name);
  if (vault === null) return parseSessionFile(name, 'phase');
  return { session: vault[1] ?? '', role: 'vault', project: '', issue: 0, pr: 0 };
}

/** Each family of locks with the scripts that write it; `$1` is the first group of the name. */
const LOCKS: readonly (readonly [name: RegExp, writers: readonly string[]])[] = [
  [/^(?:[A-Za-z0-9._-]+)-inflight-[A-Za-z0-9._-]+\.pid$/, ['dispatcher']],
  [/^dev-agent(?:-[A-Za-z0-9._-]+)?\.lock$/, ['dev-agent']],
  [/^action-agent-[A-Za-z0-9._-]+\.lock$/, ['action-agent']],
  [/^[A-Za-z0-9._-]+-review\.lock$/, ['review-pr']],
  [/^([A-Za-z0-9._-]+)-run\.lock$/, ['$1-run']],
  [/^([A-Za-z0-9._-]+)-poll\.lock$/, ['$1-poll']],
];

/** The scripts that write a lock of this name, to tell a namesake process from the owner; null when it is no lock of the factory. */
export function lockWriters(name: string): readonly string[] | null {
  for (const [shape, writers] of LOCKS) {
    const match = shape.exec(name);
    if (match !== null) return writers.map((writer) => writer.replace('$1', match[1] ?? ''));
  }
  return null;
}

/** True for phase files and locks. */
export function isWanted(name: string): boolean {
  return parsePhaseName(name) !== null || lockWriters(name) !== null;
}
