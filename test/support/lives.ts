/** One story told to engines that are ended and started again, with a ledger, an outbox and checkpoints as the store keeps them. */

import type { EffectOrder } from '../../src/core/effect.ts';
import type { AnyEvent, StoredEvent } from '../../src/core/event.ts';
import { isOpen, type Finding } from '../../src/core/finding.ts';
import type { Rule } from '../../src/core/rule.ts';
import type { Silence } from '../../src/core/source.ts';
import { SECOND, type Instant } from '../../src/core/time.ts';
import type { Checkpoint, CheckpointHead } from '../../src/engine/checkpoint.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { rebuild, type Memory } from '../../src/engine/rebuild.ts';
import { makeRulebook } from './make-rule.ts';

export interface Lives {
  /** Ids of everything that was ever ordered. */
  readonly orders: ReadonlyMap<string, EffectOrder>;
  readonly ledger: ReadonlyMap<string, Finding>;
  readonly engine: Engine;
  /** An event is stored and decided. */
  take(event: AnyEvent): void;
  /** Time passes; every timer is decided on its own. */
  pass(to: Instant): void;
  /** The process dies, with an event stored that nobody had decided, and another comes; it speaks after `closed`. */
  restart(at: Instant, options?: { readonly undecided?: AnyEvent; readonly rules?: readonly Rule[] }): void;
}

/** How often what the engine remembers is written down. */
const EVERY = 30 * SECOND;

/** A process that has just started, with nothing stored. */
export function openLives(book: readonly Rule[], start: Instant): Lives {
  const log: StoredEvent[] = [];
  const orders = new Map<string, EffectOrder>();
  const ledger = new Map<string, Finding>();
  const silences = new Map<string, Silence>();
  const tracks = new Map<string, { readonly rule: string; readonly id: string; readonly body: string }>();
  let rules = book;
  let head: CheckpointHead | null = null;
  let covered = 0;
  let decidedTo = 0;
  let writtenAt = 0;
  let isFresh = true;

  const checkpoint = (): void => {
    const change = engine.remember(isFresh);
    if (isFresh) tracks.clear();
    for (const { rule, id } of change.gone) tracks.delete(`${rule} ${id}`);
    for (const row of change.kept) tracks.set(`${row.rule} ${row.id}`, row);
    head = structuredClone(change.head);
    covered = log.length;
    writtenAt = engine.now();
    isFresh = false;
  };
  const lastCheckpoint = (): Checkpoint | null => {
    const upTo = covered;
    const covers = (event: AnyEvent): boolean => 'seq' in event && Number(event.seq) <= upTo;
    return head === null ? null : { head, tracks: [...tracks.values()], covers, decidedTo };
  };
  const memory = (now: Instant): Memory => ({
    checkpoint: lastCheckpoint(),
    seeds: [...ledger.values()].filter(isOpen).map((finding) => ({
      finding,
      event: log.find((event) => event.id === finding.causes.at(-1)) ?? null,
      orders: [...orders.values()].filter((order) => order.firing === finding.firing),
    })),
    silences: [...silences.values()].filter((one) => one.from <= (head?.at ?? now) && (head?.at ?? now) < one.until),
    standing: () => [],
    replay: (since) =>
      log.filter((event) => (head !== null && event.seq > covered) || event.received >= (since.get(event.kind) ?? now)),
  });
  const begin = (now: Instant): Engine => {
    const options = { rulebook: makeRulebook(rules), lookup: () => null };
    return rebuild(options, memory(now), now);
  };
  const save = (): void => {
    const decision = engine.drain();
    if (decision.findings.length + decision.orders.length + decision.silences.length === 0) return;
    for (const order of decision.orders) if (!orders.has(order.id)) orders.set(order.id, order);
    for (const finding of decision.findings) keep(ledger, finding);
    for (const silence of decision.silences) silences.set(silence.id, silence);
    decidedTo = decision.at;
    if (isFresh || engine.now() - writtenAt >= EVERY) checkpoint();
  };
  const store = (event: AnyEvent): StoredEvent => {
    const stored: StoredEvent = { ...event, seq: log.length + 1 };
    log.push(stored);
    return stored;
  };
  const pass = (to: Instant): void => {
    while (engine.nextDue() <= to) {
      engine.advance(engine.nextDue());
      save();
    }
    engine.advance(to);
  };
  let engine = begin(start);
  engine.open(start);
  save();
  return {
    orders,
    ledger,
    get engine() {
      return engine;
    },
    pass,
    take(event) {
      pass(event.received);
      engine.handle(store(event));
      save();
    },
    restart(at, { undecided, rules: changed = rules } = {}) {
      pass(at);
      if (undecided !== undefined) store(undecided);
      rules = changed;
      engine = begin(at);
      isFresh = true;
      engine.open(at);
      save();
    },
  };
}

/** As the store does: what is pending, or was and never fired, leaves alone what fired before. */
function keep(ledger: Map<string, Finding>, finding: Finding): void {
  if (finding.firing !== '') ledger.set(finding.fingerprint, finding);
}
