import { expect, test } from 'vitest';
import { toEvent } from '../../../src/core/event.ts';
import { MINUTE } from '../../../src/core/time.ts';
import { at, drive } from '../../support/drive.ts';
import { makeRule, predicate } from '../../support/make-rule.ts';

const hold = (span: number) =>
  ({ type: 'hold', for: span, since: null, clearFor: 0, missing: 'keep', missingAfter: MINUTE }) as const;
const onPulls = {
  on: ['forge.pull'],
  when: predicate('red', (data) => data['ci_state'] === 'failure'),
} as const;
const red = makeRule({ ...onPulls, name: 'red', condition: hold(0) });
const slow = makeRule({ ...onPulls, name: 'slow', condition: hold(10 * MINUTE) });
const memory = makeRule({ name: 'memory', condition: hold(0) });

interface Source {
  readonly source: string;
  readonly state: string;
  readonly reason?: string;
  readonly sees?: string;
}

function story() {
  const told = drive([red, slow, memory]);
  told.emit('0s', 'forge.pull', { ci_state: 'failure' });
  told.emit('0s', 'host.memory', { available_mb: 0 });
  told.look('0s');
  return {
    ...told,
    say: (span: string, data: Source) => told.emit(span, 'reactor.source', data),
    /** What the ledger is told, with what is unconfirmed about it. */
    ledger: (span: string) =>
      told.decided(span).findings.map(({ rule, state, unconfirmed }) => [rule, state, unconfirmed?.reason ?? 'sure']),
  };
}

test('while a source cannot see, what it told keeps its state and is unconfirmed; nobody is told anew', () => {
  const { say, ledger, decided, engine } = story();
  say('1m', { source: 'forge', state: 'unavailable', reason: '502' });
  const { findings, orders } = decided('2m');
  expect(orders).toEqual([]);
  expect(findings.map(({ rule, state }) => [rule, state])).toEqual([
    ['test/red', 'firing'],
    ['test/slow', 'pending'],
  ]);
  for (const { unconfirmed } of findings) {
    expect(unconfirmed).toEqual({ source: 'forge', since: at('1m'), reason: '502' });
  }
  expect(engine.findings(at('2m')).find(({ rule }) => rule === 'test/memory')?.unconfirmed).toBeNull();

  say('61m', { source: 'forge', state: 'available' });
  expect(ledger('61m').filter(([rule]) => rule === 'test/red')).toEqual([['test/red', 'firing', 'sure']]);
});

test('another reason is another word of the same blindness', () => {
  const { say, decided } = story();
  say('1m', { source: 'forge', state: 'unavailable', reason: '502' });
  decided('1m');
  say('5m', { source: 'forge', state: 'unavailable', reason: 'refused' });
  const [first] = decided('5m').findings;
  expect(first?.unconfirmed).toEqual({ source: 'forge', since: at('1m'), reason: 'refused' });
});

test('what fires while nobody can see says so, to people as well', () => {
  const { say, decided } = story();
  say('1m', { source: 'forge', state: 'unavailable', reason: '502' });
  const { orders } = decided('11m');
  expect(orders.map(({ rule, spec }) => [rule, spec.card.unconfirmed?.reason])).toEqual([['test/slow', '502']]);
});

test('what is heard in spite of it is sure', () => {
  const { say, emit, ledger } = story();
  say('1m', { source: 'forge', state: 'unavailable', reason: '502' });
  ledger('1m');
  emit('2m', 'forge.pull', { ci_state: 'failure', title: 'by a webhook' });
  expect(ledger('2m').filter(([rule]) => rule === 'test/red')).toEqual([['test/red', 'firing', 'sure']]);
});

test('a source that sees only in part, or of which nobody heard, leaves nothing unconfirmed', () => {
  const { say, ledger } = story();
  say('1m', { source: 'forge', state: 'degraded', reason: 'one of three' });
  say('1m', { source: 'docker', state: 'unavailable', reason: 'gone' });
  say('1m', { source: 'ci', state: 'available' });
  expect(ledger('2m')).toEqual([]);
});

test('what is over is not in doubt', () => {
  const { say, emit, ledger } = story();
  emit('1m', 'host.memory', { available_mb: 4000 });
  ledger('1m');
  say('2m', { source: 'host', state: 'unavailable', reason: 'gone' });
  expect(ledger('2m')).toEqual([]);
});

test.each([
  ['', 'gone'],
  ['test://box', 'gone'],
  ['test://bo', 'sure'],
  ['forge://box', 'sure'],
])('a forge at %j that is away leaves what came from test://box %s', (sees, said) => {
  const { say, decided, engine } = story();
  say('1m', { source: 'forge@other', state: 'unavailable', reason: 'gone', sees });
  decided('1m');
  const finding = engine.findings(at('2m')).find(({ rule }) => rule === 'test/red');
  expect(finding?.unconfirmed?.reason ?? 'sure').toBe(said);
});

test.each([
  ['session.phase', 'file://box/x.phase', 'files', 'gone'],
  ['session.phase', 'file://box/x.phase', 'forge', 'gone'],
  ['session.phase', 'file://box/x.phase', 'work', 'sure'],
  ['git.repo', 'work://box/clone', 'work', 'gone'],
  ['git.repo', 'work://box/clone', 'ops', 'sure'],
  ['git.repo', 'ops://box/acme/ops', 'ops', 'gone'],
  ['git.repo', 'ops://box/acme/ops', 'work', 'sure'],
] as const)('a %s that %s told of is, while %s cannot see, %s', (kind, source, blind, said) => {
  const told = drive([makeRule({ name: 'any', on: [kind], when: predicate('true', () => true), condition: hold(0) })]);
  const head = { id: 'e0', source, subject: 's', time: at('0s'), host: 'box' };
  told.engine.handle({ ...toEvent(kind, head, {}), received: at('0s') });
  told.emit('1m', 'reactor.source', { source: blind, state: 'unavailable', reason: 'gone' });
  const [finding] = told.engine.findings(at('2m'));
  expect(finding?.unconfirmed?.reason ?? 'sure').toBe(said);
});
