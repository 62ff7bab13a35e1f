import { expect, test } from 'vitest';
import { parseIso } from '../../../src/core/time.ts';

test.each([
  ['2026-01-01T10:00:00Z', Date.UTC(2026, 0, 1, 10)],
  ['2026-01-01T10:00:00.123456789Z', Date.UTC(2026, 0, 1, 10) + 123],
  ['2026-01-01T10:00+02:00', Date.UTC(2026, 0, 1, 8)],
  ['2028-02-29T00:00:00Z', Date.UTC(2028, 1, 29)],
])('%s is an instant', (text, at) => {
  expect(parseIso(text)).toBe(at);
});

test.each([
  '',
  '2026-01-01',
  '2026-01-01T10:00:00',
  '2026-01-01 10:00:00Z',
  '2026-02-29T00:00:00Z',
  '2026-02-30T00:00:00Z',
  '2026-04-31T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-01-01T25:00:00Z',
  'T00:00:00Z',
])('%j is none: it would be guessed at', (text) => {
  expect(parseIso(text)).toBeNull();
});
