import { expect, test } from 'vitest';
import { MINUTE } from '../../../src/core/time.ts';
import { at, drive } from '../../support/drive.ts';
import { makeRule, notify, predicate, step, vault } from '../../support/make-rule.ts';

const bad = { available_mb: 0 };
const now = { type: 'hold', for: 0, since: null, clearFor: 0, missing: 'keep', missingAfter: 0 } as const;

test('what a gate holds is handed over at once, with the time at which it is asked again', () => {
  const story = drive([makeRule({ name: 'a', condition: now, steps: [step(0, notify, { after: 5 * MINUTE })] })]);
  story.emit('0s', 'host.memory', bad);
  expect(story.decided('1m').findings[0]?.gates).toEqual([]);
  story.emit('2m', 'operator.command', { verb: 'silence', args: ['a', '1h'], from: '@op' });
  const [finding] = story.decided('5m').findings;
  expect(finding?.gates).toMatchObject([{ gate: 'silence', pass: false, step: 0, at: at('5m'), retryAt: at('62m') }]);
});

test('a step whose condition does not hold says when it is asked again', () => {
  const asked = predicate('f.count > 5', () => false);
  const steps = [step(0, notify), step(1, vault, { if: asked, max: 3, every: 20 * MINUTE })];
  const story = drive([makeRule({ name: 'a', condition: now, steps })]);
  story.emit('0s', 'host.memory', bad);
  const held = (span: string) => story.decided(span).findings[0]?.gates.filter((answer) => !answer.pass);
  expect(held('1m')).toMatchObject([{ reason: 'if is false: f.count > 5', step: 1, retryAt: at('20m') }]);
  expect(held('20m')).toMatchObject([{ reason: 'if is false: f.count > 5', step: 1, retryAt: at('40m') }]);
  expect(held('40m')).toMatchObject([{ reason: 'if is false: f.count > 5', step: 1, retryAt: null }]);
});

test('an acknowledgement is handed over at once', () => {
  const story = drive([makeRule({ name: 'a', condition: now })]);
  story.emit('0s', 'host.memory', bad);
  const [finding] = story.decided('0s').findings;
  story.emit('1m', 'operator.command', { verb: 'ack', finding: finding?.fingerprint ?? '', from: '@op' });
  expect(story.decided('1m').findings).toMatchObject([{ state: 'firing', acked: true }]);
});
