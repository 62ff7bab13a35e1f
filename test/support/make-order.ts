/** Cards and orders for tests of effects. */

import type { Card, EffectContext, EffectOrder, EffectSpec, SpecOf } from '../../src/core/effect.ts';
import { HOUR, MINUTE } from '../../src/core/time.ts';

export const DECIDED = Date.UTC(2026, 0, 2, 10, 0, 0);

/** A P2 finding about a foreign stack, three times in ten minutes. */
export function makeCard(more: Partial<Card> = {}): Card {
  return {
    fingerprint: 'f00dfacef00dfacef00dface',
    firing: 'firing1',
    rule: 'core/crash-loop',
    key: ['harb', 'anvil'],
    host: 'box',
    priority: 'P2',
    title: 'harb/anvil keeps dying',
    text: 'It exited with code 1.',
    owner: '@johba',
    runbook: '',
    state: 'firing',
    since: DECIDED - 10 * MINUTE,
    firedAt: DECIDED,
    resolvedAt: null,
    last: DECIDED,
    count: 3,
    unconfirmed: null,
    causes: [],
    ...more,
  };
}

/** An order to carry out a spec. */
export function makeOrder<S extends EffectSpec>(spec: S, more: Partial<EffectOrder<S>> = {}): EffectOrder<S> {
  return {
    id: 'order1',
    thread: 'thread1',
    rule: spec.card.rule,
    fingerprint: spec.card.fingerprint,
    firing: spec.card.firing,
    step: 0,
    phase: 'fire',
    target: `${spec.act}:ops`,
    decidedAt: DECIDED,
    notBefore: DECIDED,
    maxAge: 6 * HOUR,
    spec,
    ...more,
  };
}

/** An order to tell the default room. */
export function makeNotify(
  card: Partial<Card> = {},
  more: Partial<EffectOrder<SpecOf<'notify'>>> = {},
): EffectOrder<SpecOf<'notify'>> {
  return makeOrder({ act: 'notify', to: 'ops', card: makeCard(card) }, more);
}

/** What an effect is told about the world. */
export function makeContext(more: Partial<EffectContext> = {}): EffectContext {
  return { now: DECIDED, signal: new AbortController().signal, firedRef: '', attempt: 1, ...more };
}
