import { expect, test } from 'vitest';
import type { Decision } from '../../../src/engine/decision.ts';
import { MINUTE } from '../../../src/core/time.ts';
import { drive } from '../../support/drive.ts';
import { makeRule, notify, predicate, step, vault } from '../../support/make-rule.ts';

const bad = { available_mb: 0 };
const now = { type: 'hold', for: 0, since: null, clearFor: 0, missing: 'keep', missingAfter: 0 } as const;
const journal = { act: 'journal' } as const;

/** `phase: what it says was done`, of the orders for the journal. */
const told = ({ orders }: Decision): readonly string[] =>
  orders.flatMap(({ phase, spec }) => (spec.act === 'journal' ? [`${phase}: ${spec.also.join(', ')}`] : []));

test('the journal tells what was ordered, and later what came later', () => {
  const steps = [step(0, journal), step(1, notify), step(2, vault, { after: 10 * MINUTE })];
  const story = drive([makeRule({ name: 'a', condition: now, steps })]);
  story.emit('0s', 'host.memory', bad);
  const first = story.decided('0s');
  expect(told(first)).toEqual(['fire: notify']);
  expect(first.orders.map(({ spec }) => spec.act)).toEqual(['journal', 'notify']);
  expect(told(story.decided('9m'))).toEqual([]);
  expect(told(story.decided('10m'))).toEqual(['update: notify, vault item supervisor-a']);
  expect(told(story.decided('3h'))).toEqual([]);
});

test('a step that never comes is not in the journal', () => {
  const never = predicate('never', () => false);
  const steps = [step(0, vault, { after: 10 * MINUTE }), step(1, notify, { if: never }), step(2, journal)];
  const story = drive([makeRule({ name: 'a', condition: now, steps })]);
  story.emit('0s', 'host.memory', bad);
  story.emit('5m', 'host.memory', { available_mb: 9000 });
  expect(told(story.decided('1h'))).toEqual(['fire: ', 'resolve: ']);
});

test('a reminder changes nothing in the journal', () => {
  const steps = [step(0, notify, { every: 10 * MINUTE, max: 3 }), step(1, journal)];
  const story = drive([makeRule({ name: 'a', condition: now, steps })]);
  story.emit('0s', 'host.memory', bad);
  expect(told(story.decided('1h'))).toEqual(['fire: notify']);
});

test('a vault item has the name that its step gives, there and in the journal', () => {
  const name = { source: 'stale-pr-42', segments: [] };
  const named = { act: 'vault', tier: 'low', assignee: name, human: null, name } as const;
  const steps = [step(0, named), step(1, journal)];
  const story = drive([makeRule({ name: 'a', condition: now, steps })]);
  story.emit('0s', 'host.memory', bad);
  const decision = story.decided('0s');
  expect(decision.orders.map(({ spec }) => (spec.act === 'vault' ? spec.slug : ''))).toContain('stale-pr-42');
  expect(told(decision)).toEqual(['fire: vault item stale-pr-42']);
});
