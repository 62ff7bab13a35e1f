/** Drives an engine through a story in virtual time. */

import type { EventData, EventKind } from '../../src/core/catalog/catalog.ts';
import { parseDuration } from '../../src/core/duration.ts';
import { toEvent, type AnyEvent } from '../../src/core/event.ts';
import type { Rule } from '../../src/core/rule.ts';
import type { Instant } from '../../src/core/time.ts';
import type { Decision } from '../../src/engine/decision.ts';
import { createEngine, type Engine } from '../../src/engine/engine.ts';
import { makeRulebook } from './make-rule.ts';

export const START: Instant = Date.UTC(2026, 0, 1);

/** The instant so long after the start of the story. */
export function at(span: string): Instant {
  const ms = parseDuration(span);
  if (ms === null) throw new Error(`not a span: ${span}`);
  return START + ms;
}

export interface Drive {
  readonly engine: Engine;
  readonly events: AnyEvent[];
  /** Something is observed at a time of the story; `time` is the source's own when it differs. */
  emit<K extends EventKind>(span: string, kind: K, data: Partial<EventData<K>>, time?: Instant): void;
  /** Lets time pass and hands over what was decided since the last look, as short words. */
  look(span: string): readonly string[];
  decided(span: string): Decision;
}

/** An open engine over some rules. */
export function drive(rules: readonly Rule[], options: { readonly open?: boolean } = {}): Drive {
  const events: AnyEvent[] = [];
  const engine = createEngine({
    rulebook: makeRulebook(rules),
    lookup: (id) => events.find((event) => event.id === id) ?? null,
  });
  engine.advance(START);
  if (options.open !== false) engine.open(START);
  const decided = (span: string): Decision => {
    engine.advance(at(span));
    return engine.drain();
  };
  return {
    engine,
    events,
    emit(span, kind, data, time) {
      const received = at(span);
      const id = `e${events.length + 1}`;
      const head = { id, source: 'test://box', subject: 's', time: time ?? received, host: 'box' };
      const event: AnyEvent = { ...toEvent(kind, head, data), received };
      events.push(event);
      engine.handle(event);
    },
    decided,
    look: (span) => words(decided(span)),
  };
}

/** `name:state` for findings, `act:phase` for orders. */
export function words(decision: Decision): readonly string[] {
  const findings = decision.findings.map((finding) => `${finding.rule.split('/')[1]}:${finding.state}`);
  const orders = decision.orders.map((order) => `${order.spec.act}:${order.phase}`);
  return [...findings, ...orders];
}
