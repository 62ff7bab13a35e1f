import { expect, test } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../../../src/core/time.ts';
import { createActivity, spanStep } from '../../../src/factory/spans.ts';

test('a span is worth saying again when it crosses what rules wait for, and every day', () => {
  const seconds = Array.from({ length: (4 * DAY) / SECOND - 1 }, (_, i) => i + 1);
  const crossings = seconds.filter((second) => spanStep(second * SECOND) !== spanStep(second * SECOND - SECOND));
  const minutes = crossings.map((second) => (second * SECOND) / MINUTE);
  expect(minutes).toEqual([3, 10, 20, 30, 60, 120, 180, 360, 720, 1440, 2880, 4320]);
  expect(spanStep(0)).toBe(0);
  expect(spanStep(23 * HOUR)).toBeLessThan(spanStep(25 * HOUR));
});

test('while a thing is active its last activity is said every 5 min, and exactly when it stopped', () => {
  const activity = createActivity();
  expect(activity.of('a', 0, 0)).toBe(0);
  expect(activity.of('a', 4 * MINUTE, 4 * MINUTE)).toBe(0);
  expect(activity.of('a', 5 * MINUTE, 5 * MINUTE)).toBe(5 * MINUTE);
  expect(activity.of('a', 7 * MINUTE, 7 * MINUTE + 59 * SECOND)).toBe(5 * MINUTE);
  expect(activity.of('a', 7 * MINUTE, 8 * MINUTE)).toBe(7 * MINUTE);
  expect(activity.of('b', 1, 1)).toBe(1);
});

test('an activity that goes back, as of another thing of that name, is said at once, and what is not kept is forgotten', () => {
  const activity = createActivity();
  activity.of('a', 10 * MINUTE, 10 * MINUTE);
  expect(activity.of('a', 9 * MINUTE, 10 * MINUTE)).toBe(9 * MINUTE);
  activity.keep(new Set());
  expect(activity.of('a', 9 * MINUTE + 1, 10 * MINUTE)).toBe(9 * MINUTE + 1);
});
