/** Plays a test case of a rule in virtual time, on the same engine that runs live. */

import { stableId, toEvent, type AnyEvent } from '../core/event.ts';
import type { EffectOrder } from '../core/effect.ts';
import { formatDuration } from '../core/duration.ts';
import { isOpen, type Finding } from '../core/finding.ts';
import type { Rulebook } from '../core/rule.ts';
import { SECOND, type Instant, type Millis } from '../core/time.ts';
import { eventOf, type TestCase, type TestStep } from '../rulebook/test-file.ts';
import type { Engine } from './engine.ts';
import { rebuild } from './rebuild.ts';

export interface RehearsalOptions {
  readonly rulebook: Rulebook;
  readonly start: Instant;
  /** The rules after a `reload`; null names the same packs. */
  reload(packs: readonly string[] | null): Rulebook;
  /** The events of a recording. */
  recording(file: string): readonly AnyEvent[];
}

export interface Rehearsal {
  readonly name: string;
  readonly rule: string;
  /** What went otherwise than expected, in words; empty when all went as expected. */
  readonly failures: readonly string[];
  /** States that were seen at an `expect` that held, for coverage. */
  readonly seen: readonly string[];
}

interface Stage {
  readonly options: RehearsalOptions;
  readonly testCase: TestCase;
  readonly log: AnyEvent[];
  readonly ledger: Map<string, Finding>;
  /** Every order ever decided, by id: deciding twice makes one, as in the outbox. */
  readonly orders: Map<string, EffectOrder>;
  readonly failures: string[];
  readonly seen: string[];
  acts: EffectOrder[];
  rulebook: Rulebook;
  engine: Engine;
  jump: Millis;
  /** What happens by itself later on: the end of a gap, the opening after a jump. */
  later: { readonly at: Instant; readonly run: () => void }[];
  /** When the last expect was. */
  lookedAt: Instant;
}

/** After a jump of the clock nothing is said until the sources have looked again. */
const SETTLE: Millis = 20 * SECOND;
const HOST = 'box';

/** Plays the case from its first step to its last. */
export function rehearse(testCase: TestCase, options: RehearsalOptions): Rehearsal {
  const stage = openStage(testCase, options);
  for (const step of testCase.steps) {
    passTime(stage, options.start + step.at + stage.jump);
    play(stage, step);
    collect(stage);
  }
  return { name: testCase.name, rule: testCase.rule, failures: stage.failures, seen: stage.seen };
}

function openStage(testCase: TestCase, options: RehearsalOptions): Stage {
  const log: AnyEvent[] = [];
  const lookup = (id: string): AnyEvent | null => log.find((event) => event.id === id) ?? null;
  const { rulebook, start } = options;
  const nothing = { checkpoint: null, seeds: [], silences: [], standing: () => [], replay: () => [] };
  const engine = rebuild({ rulebook, lookup }, nothing, start);
  engine.open(start);
  const ledger = new Map<string, Finding>();
  const orders = new Map<string, EffectOrder>();
  const notes = { failures: [], seen: [], acts: [], jump: 0, later: [], lookedAt: start - 1 };
  return { options, testCase, log, ledger, orders, rulebook, engine, ...notes };
}

function passTime(stage: Stage, to: Instant): void {
  const due = stage.later.filter((entry) => entry.at <= to).toSorted((a, b) => a.at - b.at);
  stage.later = stage.later.filter((entry) => entry.at > to);
  for (const entry of due) {
    stage.engine.advance(entry.at);
    entry.run();
  }
  stage.engine.advance(to);
  collect(stage);
}

function play(stage: Stage, step: TestStep): void {
  const now = stage.engine.now();
  switch (step.verb) {
    case 'emit':
      return feed(stage, eventOf(step, headAt(stage, now - step.late)), now);
    case 'expect':
      return check(stage, step);
    case 'restart':
      return restart(stage, stage.rulebook);
    case 'reload':
      return restart(stage, stage.options.reload(step.packs));
    case 'gap':
      return gap(stage, step.source, step.for);
    case 'clock':
      return jump(stage, step.jump);
    case 'silence':
      return command(stage, 'silence', [stage.testCase.rule, formatDuration(step.for), ...(step.key ?? [])]);
    case 'ack':
      return command(stage, 'ack', [], step.key);
    case 'replay':
      return playRecording(stage, step.file, now);
  }
}

function feed(stage: Stage, event: AnyEvent, now: Instant): void {
  const received: AnyEvent = { ...event, received: now };
  stage.log.push(received);
  stage.engine.handle(received);
}

function headAt(stage: Stage, time: Instant) {
  const n = stage.log.length + 1;
  return { id: stableId('rehearsal', n), source: `test://${HOST}`, subject: `event ${n}`, time, host: HOST };
}

function restart(stage: Stage, rulebook: Rulebook): void {
  const now = stage.engine.now();
  const lookup = (id: string): AnyEvent | null => stage.log.find((event) => event.id === id) ?? null;
  const seeds = [...stage.ledger.values()].filter(isOpen).map((finding) => ({
    finding,
    event: lookup(finding.causes.at(-1) ?? ''),
    orders: [...stage.orders.values()].filter((order) => order.firing === finding.firing),
  }));
  const replay = (since: ReadonlyMap<string, Instant>): AnyEvent[] =>
    stage.log.filter((event) => event.received >= (since.get(event.kind) ?? Number.POSITIVE_INFINITY));
  // In a rehearsal each event is an entity of its own, and so the last word on it.
  const standing = (before: ReadonlyMap<string, Instant>): AnyEvent[] =>
    stage.log.filter((event) => event.received < (before.get(event.kind) ?? 0));
  stage.rulebook = rulebook;
  stage.engine = rebuild({ rulebook, lookup }, { checkpoint: null, seeds, silences: [], standing, replay }, now);
  stage.engine.open(now);
}

function jump(stage: Stage, span: Millis): void {
  stage.jump += span;
  stage.engine.close();
  const at = stage.engine.now() + Math.max(0, span) + SETTLE;
  stage.later.push({ at, run: () => stage.engine.open(at) });
}

function gap(stage: Stage, source: string, span: Millis | null): void {
  const now = stage.engine.now();
  const say = (state: string, at: Instant): void =>
    feed(stage, toEvent('reactor.source', headAt(stage, at), { source, state, reason: 'rehearsal' }), at);
  say('unavailable', now);
  if (span !== null) stage.later.push({ at: now + span, run: () => say('available', now + span) });
}

function command(stage: Stage, verb: string, args: readonly string[], key: readonly string[] | null = null): void {
  const now = stage.engine.now();
  const isMeant = (finding: Finding): boolean =>
    isOpen(finding) && isOf(finding, stage.testCase.rule) && (key === null || sameKey(finding.key, key));
  const found = [...stage.ledger.values()].find(isMeant);
  const data = { verb, args, from: '@operator', finding: found?.fingerprint ?? '' };
  feed(stage, toEvent('operator.command', headAt(stage, now), data), now);
}

function playRecording(stage: Stage, file: string, now: Instant): void {
  const events = stage.options.recording(file);
  const first = events[0]?.time ?? now;
  for (const event of events) feed(stage, { ...event, time: event.time - first + now }, event.time - first + now);
}

/** Takes over what the engine decided, as the store would. */
function collect(stage: Stage): void {
  const { findings, orders } = stage.engine.drain();
  for (const finding of findings.filter((one) => !isRenewed(one, findings))) {
    stage.ledger.set(finding.fingerprint, finding);
  }
  for (const order of orders) {
    if (stage.orders.has(order.id)) continue;
    stage.orders.set(order.id, order);
    if (order.phase === 'fire' && isOf(order, stage.testCase.rule)) stage.acts.push(order);
  }
}

/** Over, and waiting again: for a test it is over. */
function isRenewed({ fingerprint, state }: Finding, findings: readonly Finding[]): boolean {
  return state === 'pending' && findings.some((other) => other.fingerprint === fingerprint && other.firing !== '');
}

function isOf(thing: { readonly rule: string }, rule: string): boolean {
  return thing.rule === rule || thing.rule.endsWith(`/${rule}`);
}

function check(stage: Stage, step: Extract<TestStep, { verb: 'expect' }>): void {
  const subjects = [...stage.ledger.values()]
    .filter((finding) => isOf(finding, stage.testCase.rule))
    .filter((finding) => step.key === null || sameKey(finding.key, step.key));
  const acts = stage.acts.map((order) => order.spec.act);
  stage.acts = [];
  const problem = stateProblem(subjects, step, stage.lookedAt) ?? actsProblem(acts, step.acts);
  stage.lookedAt = stage.engine.now();
  if (problem === null) stage.seen.push(step.state);
  else stage.failures.push(`at ${formatDuration(step.at)}: ${problem}`);
}

function sameKey(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

/** `none`: nobody was told anything since the last look, and nothing is open; what is only pending is nobody's business yet. */
function stateProblem(
  subjects: readonly Finding[],
  step: Extract<TestStep, { verb: 'expect' }>,
  lookedAt: Instant,
): string | null {
  if (step.state === 'none') {
    const told = subjects.filter((finding) => isOpen(finding) || (finding.firedAt ?? lookedAt) > lookedAt);
    return told.length === 0 ? null : `expected none, but ${told.map(nameOf).join(' and ')}`;
  }
  if (subjects.length > 1) return `several subjects: say which with key = […]: ${subjects.map(nameOf).join(', ')}`;
  const [subject] = subjects;
  if (subject === undefined) return `expected ${step.state}, but nothing was found`;
  return subject.state === step.state ? null : `expected ${step.state}, but ${nameOf(subject)}`;
}

function nameOf(finding: Finding): string {
  return `[${finding.key.join(', ')}] is ${finding.state}`;
}

function actsProblem(decided: readonly string[], expected: readonly string[] | null): string | null {
  if (expected === null) return null;
  const same = decided.length === expected.length && decided.every((act, i) => act === expected[i]);
  return same ? null : `expected acts [${expected.join(', ')}], but [${decided.join(', ')}] were decided`;
}
