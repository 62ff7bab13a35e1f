import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../../../src/core/duration.ts';
import { DAY, HOUR, MINUTE, parseIso, SECOND, toIso } from '../../../src/core/time.ts';

test.each([
  ['2026-04-05T16:11:29Z', Date.UTC(2026, 3, 5, 16, 11, 29)],
  ['2026-04-05T16:11Z', Date.UTC(2026, 3, 5, 16, 11)],
  ['2026-04-05T18:11:29+02:00', Date.UTC(2026, 3, 5, 16, 11, 29)],
  ['2026-04-05T16:11:29.123456789Z', Date.UTC(2026, 3, 5, 16, 11, 29, 123)],
  ['2028-02-29T00:00:00Z', Date.UTC(2028, 1, 29)],
])('%s is an instant', (text, at) => {
  expect(parseIso(text)).toBe(at);
});

test.each([
  '',
  '0',
  'yesterday',
  '2026-04-05',
  '2026-04-05 16:11:29',
  '2026-04-05T16:11:29',
  '2026-13-05T16:11:29Z',
  '2026-02-29T00:00:00Z',
  '2026-02-30T00:00:00Z',
  '2026-04-31T00:00:00Z',
  '1970',
])('%j is no instant, and is not guessed at', (text) => {
  expect(parseIso(text)).toBeNull();
});

test('what is not known has no text, and comes back as not known', () => {
  expect(toIso(null)).toBe('');
  expect(parseIso(toIso(null))).toBeNull();
});

test.each([
  ['500ms', 500],
  ['30s', 30 * SECOND],
  ['9m30s', 9 * MINUTE + 30 * SECOND],
  ['1h30m', 90 * MINUTE],
  ['7d', 7 * DAY],
  ['61m', 61 * MINUTE],
  ['1m5ms', MINUTE + 5],
])('%s is a span', (text, span) => {
  expect(parseDuration(text)).toBe(span);
});

test.each(['', '5', 'm', '1.5h', '30s9m', '-1h', '1h 30m', '1w'])('%j is no span', (text) => {
  expect(parseDuration(text)).toBeNull();
});

test.each([
  [0, '0s'],
  [450, '450ms'],
  [1450, '1s'],
  [9 * MINUTE + 30 * SECOND, '9m30s'],
  [2 * DAY + 4 * HOUR + 5 * MINUTE, '2d4h'],
  [-5, '0s'],
])('%i ms is said as %s', (span, text) => {
  expect(formatDuration(span)).toBe(text);
});
