/** What an engine decided: for the ledger, for the outbox, for the operators. */

import type { EffectOrder } from '../core/effect.ts';
import type { Finding } from '../core/finding.ts';
import type { Silence } from '../core/source.ts';
import type { Instant } from '../core/time.ts';
import type { RuleReport } from './reports.ts';

/** What was decided since it was last asked for. */
export interface Decision {
  /** Up to when the engine had decided. */
  readonly at: Instant;
  readonly findings: readonly Finding[];
  readonly orders: readonly EffectOrder[];
  readonly silences: readonly Silence[];
  readonly reports: readonly RuleReport[];
}

/** A closed engine tells nobody, not even the ledger: what it learned is not lost while the ledger still says what people were told. */
export const NOTHING: Decision = { at: 0, findings: [], orders: [], silences: [], reports: [] };

/** True when there is something to write down. */
export function isNews(decision: Decision): boolean {
  return (
    decision.findings.length > 0 ||
    decision.orders.length > 0 ||
    decision.silences.length > 0 ||
    decision.reports.length > 0
  );
}
