/** Cards and orders as the engine makes them, for tests of effects. */

import type { Card, EffectContext, EffectOrder, EffectResult, EffectSpec } from '../../src/core/effect.ts';
import { DAY, MINUTE, type Instant } from '../../src/core/time.ts';

/** 2026-01-01T10:24:00Z. */
export const T0: Instant = Date.UTC(2026, 0, 1, 10, 24);

/** A restart loop of a sibling's stack. */
export function makeCard(more: Partial<Card> = {}): Card {
  return {
    fingerprint: 'f0f0f0f0f0f0f0f0f0f0f0f0',
    firing: 'a1a1a1a1a1a1a1a1a1a1a1a1',
    rule: 'factory-core/restart-loop-foreign',
    key: ['harb', 'anvil'],
    host: 'box',
    priority: 'P2',
    title: 'Restart loop in harb',
    text: 'harb/anvil died 3x in 10m (last exit 1); owner @johba',
    owner: '@johba',
    runbook: 'knowledge/ci.md',
    state: 'firing',
    since: T0 - 9 * MINUTE,
    firedAt: T0,
    resolvedAt: null,
    last: T0,
    count: 3,
    unconfirmed: null,
    causes: ['10:15 harb-anvil-1 died, exit 1', '10:24 harb-anvil-1 died, exit 1'],
    ...more,
  };
}

/** The card when it is over, five minutes later. */
export function overCard(more: Partial<Card> = {}): Card {
  return makeCard({ state: 'resolved', resolvedAt: T0 + 5 * MINUTE, last: T0 + MINUTE, count: 4, ...more });
}

/** An order of a spec; fingerprint, firing and rule are the card's. */
export function makeOrder<S extends EffectSpec>(spec: S, more: Partial<EffectOrder<S>> = {}): EffectOrder<S> {
  const { fingerprint, firing, rule } = spec.card;
  const phase = more.phase ?? 'fire';
  return {
    id: `${firing}-${spec.act}-${phase}`,
    thread: `${firing}-${spec.act}`,
    rule,
    fingerprint,
    firing,
    step: 0,
    phase,
    target: spec.act,
    decidedAt: T0,
    notBefore: T0,
    maxAge: DAY,
    spec,
    ...more,
  };
}

/** The outbox's side of a try. */
export function makeContext(more: Partial<EffectContext> = {}): EffectContext {
  return { now: T0, signal: new AbortController().signal, firedRef: '', attempt: 1, ...more };
}

/** What a result says in one line: `done <ref>`, `skipped <reason>`, `failed <reason>`. */
export function said(result: EffectResult): string {
  return result.outcome === 'done' ? `done ${result.ref}` : `${result.outcome} ${result.reason}`;
}
