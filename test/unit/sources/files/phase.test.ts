import { expect, test } from 'vitest';
import { parsePhaseText } from '../../../../src/sources/files/phase.ts';

test.each([
  ['PHASE:working\n', 'working', ''],
  ['PHASE:awaiting_ci', 'awaiting_ci', ''],
  ['PHASE:awaiting_review\n', 'awaiting_review', ''],
  [
    'PHASE:awaiting_changes\nSHA:0123456789abcdef0123456789abcdef01234567\n',
    'awaiting_changes',
    'SHA:0123456789abcdef0123456789abcdef01234567',
  ],
  [
    'PHASE:escalate\nReason: ci_exhausted after 3 attempts (step: test)\n',
    'escalate',
    'ci_exhausted after 3 attempts (step: test)',
  ],
  ['PHASE:needs_human\n', 'escalate', ''],
  ['PHASE:done\r\n', 'done', ''],
  ['  PHASE:merged \n', 'merged', ''],
  ['PHASE:failed\nReason: refused', 'failed', 'refused'],
  ['PHASE:failed\nrefused', 'failed', 'refused'],
  ['PHASE:failed\nReason: red \u001b[31mtext\u202e\n', 'failed', 'red  [31mtext'],
  ['PHASE:review_complete\n', 'review_complete', ''],
  ['PHASE:crashed\n', 'crashed', ''],
])('%j is phase %s', (text, phase, reason) => {
  expect(parsePhaseText(text)).toEqual({ shape: 'phase', phase, reason });
});

test.each(['', '\n', '  \n\n'])('%j is a session that has said no phase yet', (text) => {
  expect(parsePhaseText(text)).toEqual({ shape: 'empty' });
});

test.each([
  'PHASE:',
  'PHASE:awaiting_re',
  'PHASE:escalated\n',
  'PHASE:ESCALATE\n',
  'PHASE:unknown\n',
  'PHASE:none\n',
  'PHASE:unreadable\n',
  'PHASE:constructor\n',
  'PHASE:done because tests pass\n',
  'phase:done\n',
  '\nPHASE:done\n',
  'PHASE:done\u0000\n',
])('%j is broken, not guessed at', (text) => {
  expect(parsePhaseText(text)).toEqual({ shape: 'broken' });
});

test('a reason is cut at 300 characters', () => {
  const parsed = parsePhaseText(`PHASE:failed\nReason: ${'x'.repeat(4000)}`);
  expect(parsed).toEqual({ shape: 'phase', phase: 'failed', reason: 'x'.repeat(300) });
});
