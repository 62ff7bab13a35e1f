/** Writes one incident file for a finding of P0 to P2: what it was, the box at that moment, what came of it. */

import { done, skipped, type Effect, type EffectContext, type EffectResult, type SpecOf } from '../../core/effect.ts';
import type { Health } from '../../core/health.ts';
import { findBlock, putBlock } from '../../core/marked-block.ts';
import { shortSlugOf } from '../../core/slug.ts';
import { toIsoSeconds } from '../../core/time.ts';
import { onOpsRepo, type OpsRepo } from '../../ports/ops-repo.ts';
import { renderOutcome, renderReport, type IncidentOrder } from './text.ts';

export interface IncidentPorts {
  readonly repo: OpsRepo;
  /** The box now. */
  readonly health: () => Health;
}

const OUTCOME = 'outcome';
const SLUG = 40;

/** `ref` is the file's path, which derives from the firing, so that a second try finds it. Once a person wrote in the outcome it is theirs. */
export function incidentEffect(ports: IncidentPorts): Effect<SpecOf<'incident'>> {
  return {
    act: 'incident',
    repeatable: true,
    run: (order, context) => onOpsRepo(() => report(ports, order, context)),
  };
}

async function report(
  { repo, health }: IncidentPorts,
  order: IncidentOrder,
  context: EffectContext,
): Promise<EffectResult> {
  const { card } = order.spec;
  if (card.priority === 'P3' || card.priority === 'P4') {
    return skipped(`${card.priority} is journaled; incident files are for P0 to P2`);
  }
  const path = `incidents/${toIsoSeconds(card.firedAt)}-${shortSlugOf(card.rule, card.key, SLUG)}.md`;
  const before = await repo.read(path);
  const refusal = before === null ? goneReason(order, context) : takenReason(before, path, order);
  if (refusal !== null) return skipped(refusal);
  const after = withOutcome(before ?? renderReport(order, health()), order);
  if (after !== before) await repo.write(path, after, before);
  return done(path);
}

function goneReason(order: IncidentOrder, { firedRef }: EffectContext): string | null {
  return order.phase !== 'fire' && firedRef !== '' ? `a person removed ${firedRef}` : null;
}

function takenReason(page: string, path: string, order: IncidentOrder): string | null {
  const block = findBlock(page, OUTCOME);
  if (block === null) return `${path} is there already and is not the reactor's`;
  if (block.attributes['firing'] !== order.firing) return `${path} is there already, of another firing`;
  return block.intact ? null : `a person wrote the outcome in ${path}; it is left as it is`;
}

function withOutcome(page: string, order: IncidentOrder): string {
  return putBlock(page, { name: OUTCOME, attributes: { firing: order.firing }, body: renderOutcome(order) });
}
