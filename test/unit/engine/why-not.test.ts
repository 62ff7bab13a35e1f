import { expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../../src/core/time.ts';
import { explainWhyNot } from '../../../src/engine/why-not.ts';
import { at, drive } from '../../support/drive.ts';
import { makeRule, predicate } from '../../support/make-rule.ts';

const word = (name: string) => predicate(name, (data) => data['top_rss'] === name);
const within = HOUR;
const absence = {
  type: 'absence',
  start: word('start'),
  expect: word('end'),
  cancel: null,
  within,
  rearm: false,
  ttl: null,
} as const;
const sequence = { type: 'sequence', steps: [word('start'), word('end')], within, ttl: HOUR } as const;

test.each([
  [absence, [['start', true]]],
  [
    sequence,
    [
      ['start', true],
      ['end', false],
    ],
  ],
] as const)('of a rule without `when` the expressions inside its block are what was asked (%#)', (condition, parts) => {
  const story = drive([]);
  story.emit('0s', 'host.memory', { top_rss: 'other' });
  story.emit('1m', 'host.memory', { top_rss: 'start' });
  const rule = makeRule({ name: 'a', condition, when: null });
  const { subjects } = explainWhyNot(rule, story.events, at('2m'), []);
  expect(subjects).toMatchObject([{ events: 2, matched: 1, phase: 'pending', since: at('1m') }]);
  expect(subjects[0]?.parts.map(({ source, said }) => [source, said])).toEqual(parts);
});

test.each(['live', 'shadow', 'off'] as const)('a rule that is %s is asked what it would have said', (mode) => {
  const story = drive([]);
  story.emit('0s', 'host.memory', { available_mb: 0 });
  const hold = { type: 'hold', for: MINUTE, since: null, clearFor: 0, missing: 'keep', missingAfter: HOUR } as const;
  const rule = makeRule({ name: 'a', condition: hold, mode, inhibitedBy: [{ rule: 'test/b', equal: [] }] });
  const phases = ['30s', '2m'].map((span) => explainWhyNot(rule, story.events, at(span), []).subjects[0]?.phase);
  expect(phases).toEqual(['pending', 'firing']);
});
