import { describe, expect, test } from 'vitest';
import type { GateAnswer, GateName } from '../../../src/core/finding.ts';
import { HOUR, MINUTE } from '../../../src/core/time.ts';
import { stepSaid } from '../../../src/cli/said.ts';
import { stepAnswers } from '../../../src/cli/steps.ts';
import { makeFinding, NOW } from '../../support/command-line.ts';
import { makeRule, notify, step, vault } from '../../support/make-rule.ts';

const said = (gate: GateName, pass: boolean, reason: string, retryAt: number | null = null): GateAnswer => ({
  gate,
  pass,
  reason,
  retryAt,
  step: 0,
  at: NOW,
});
const passed = (gate: GateName) => said(gate, true, 'fine');
const held = (gate: GateName, retryAt: number | null = null) => said(gate, false, 'for a reason', retryAt);

const condition = { type: 'match', ttl: HOUR } as const;
const rule = makeRule({ name: 'a', condition, steps: [step(0, notify), step(1, vault, { after: HOUR })] });

const line = (gates: readonly GateAnswer[], index = 0): string => {
  const answers = stepAnswers(makeFinding({ gates }), rule, []);
  return answers[index] === undefined ? '' : stepSaid(answers[index], NOW);
};

describe('a step in one line', () => {
  test.each([
    ['when all gates let it through', [passed('resolve'), passed('policy')], 'step 1 notify: passed all gates'],
    [
      'when a gate holds it that will be asked again',
      [passed('resolve'), held('silence', NOW + MINUTE)],
      'step 1 notify: held by silence: for a reason; asked again at 2026-01-02T12:01:00.000Z (in 1m)',
    ],
    [
      'when another finding explains it',
      [held('inhibit')],
      'step 1 notify: held by inhibit: for a reason; asked again when that is over',
    ],
    ['when only something else can change it', [held('policy')], 'step 1 notify: held by policy: for a reason'],
    [
      'when the gate that held it lets go',
      [held('silence'), passed('silence'), passed('policy')],
      'step 1 notify: passed all gates',
    ],
    [
      'when an earlier gate holds it by now, and a later one was not asked again',
      [held('budget'), held('silence')],
      'step 1 notify: held by silence: for a reason',
    ],
    [
      'when it passed before and is held now',
      [passed('resolve'), passed('flap'), passed('policy'), held('flap')],
      'step 1 notify: held by flap: for a reason',
    ],
  ])('%s', (_, gates, expected) => {
    expect(line(gates)).toBe(expected);
  });

  test('whose time has not come', () => {
    expect(line([], 1)).toBe('step 2 vault: not asked yet, its time comes at 2026-01-02T12:50:00.000Z (in 50m)');
  });
});

test('a finding that was over before a step had its turn says so', () => {
  const [, second] = stepAnswers(makeFinding({ state: 'resolved', resolvedAt: NOW }), rule, []);
  expect(second && stepSaid(second, NOW)).toBe('step 2 vault: never asked: it was over before its time came');
});

test('a pending finding has asked nobody', () => {
  expect(stepAnswers(makeFinding({ state: 'pending', firedAt: null }), rule, [])).toEqual([]);
});

test('a finding whose rule is gone tells what its gates said', () => {
  const gates = [passed('policy'), { ...held('silence'), step: 2 }];
  const lines = stepAnswers(makeFinding({ gates }), null, []).map((answer) => stepSaid(answer, NOW));
  expect(lines).toEqual(['step 1: passed all gates', 'step 3: held by silence: for a reason']);
});
