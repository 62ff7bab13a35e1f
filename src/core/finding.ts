/** A finding: one rule holding for one subject. */

import { stableId } from './event.ts';
import { toIsoSeconds, type Instant } from './time.ts';

export type Priority = 'P0' | 'P1' | 'P2' | 'P3' | 'P4';
export const PRIORITIES: readonly Priority[] = ['P0', 'P1', 'P2', 'P3', 'P4'];

/** `pending`: true, but not for long enough. `flapping`: came and went four times in an hour. */
export type FindingState = 'pending' | 'firing' | 'flapping' | 'resolved';

/** The gates, in the order in which they are asked. */
export const GATES = ['resolve', 'dedup', 'inhibit', 'silence', 'flap', 'budget', 'policy'] as const;
export type GateName = (typeof GATES)[number];

/** What one gate answered about one step, kept for `reactor why`. */
export interface GateAnswer {
  readonly gate: GateName;
  readonly pass: boolean;
  readonly reason: string;
  /** Which step of `do` was asked about; -1 when the answer was about the finding as a whole. */
  readonly step: number;
  readonly at: Instant;
  /** When asking again may get another answer; null or left out: only when something else changes. */
  readonly retryAt?: Instant | null;
}

/** Why nobody can say whether a finding is still so: a source that it is known by cannot see. */
export interface Blind {
  readonly source: string;
  readonly since: Instant;
  readonly reason: string;
}

/** What a finding is about, as the ledger keeps it and as people are told. */
export interface About {
  /** Hash of rule, host and key: the same subject always has the same one. */
  readonly fingerprint: string;
  /** `pack/rule`. */
  readonly rule: string;
  readonly key: readonly string[];
  readonly host: string;
  readonly priority: Priority;
  readonly title: string;
  readonly text: string;
  /** Who answers for it. */
  readonly owner: string;
  readonly runbook: string;
  /** Since when it has been true, by the source's own clock where a rule says `since`. */
  readonly since: Instant;
  /** Last event that said so. */
  readonly last: Instant;
  /** How many events said so within the window. */
  readonly count: number;
  /** Null: whoever tells of it can see. */
  readonly unconfirmed: Blind | null;
}

export interface Finding extends About {
  readonly state: FindingState;
  readonly acked: boolean;
  readonly silenced: boolean;
  /** `pack/rule` of the finding that explains this one, `''` when none does. */
  readonly inhibitedBy: string;
  readonly firedAt: Instant | null;
  readonly resolvedAt: Instant | null;
  /** Names one firing of this fingerprint; every effect id derives from it. `''` while pending. */
  readonly firing: string;
  /** Event ids, oldest first, at most 50. */
  readonly causes: readonly string[];
  /** Latest answers of the gates, at most 50. */
  readonly gates: readonly GateAnswer[];
  /** The expression that held and the timers that ran, for `why`. */
  readonly because: string;
}

/** The fingerprint of a subject under a rule. */
export function fingerprintOf(rule: string, key: readonly (string | number)[]): string {
  return stableId(rule, ...key);
}

/** `unconfirmed since 2026-02-03T10:00:05Z: forge cannot see, 502 Bad Gateway` */
export function sayUnconfirmed({ source, since, reason }: Blind): string {
  return `unconfirmed since ${toIsoSeconds(since)}: ${source} cannot see${reason === '' ? '' : `, ${reason}`}`;
}

/** True while a person should know about it. */
export function isOpen(finding: Finding): boolean {
  return finding.state === 'firing' || finding.state === 'flapping';
}
