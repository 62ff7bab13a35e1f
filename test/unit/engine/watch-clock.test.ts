import { expect, test } from 'vitest';
import { HOUR, SECOND } from '../../../src/core/time.ts';
import { watchClock, type Jump } from '../../../src/engine/watch-clock.ts';
import { fakeClock } from '../../support/fake-clock.ts';

/** A clock whose wall time can be set apart from its steady one. */
function stage() {
  const steady = fakeClock();
  let set = 0;
  const clock = {
    ...steady,
    now: () => steady.now() + set,
    callAt: (at: number, run: () => void) => steady.callAt(at - set, run),
  };
  const jumps: Jump[] = [];
  const subscription = watchClock(clock).subscribe((jump) => jumps.push(jump));
  return { steady, jumps, subscription, setBy: (span: number) => void (set += span) };
}

test.each([
  [HOUR, [{ jump: HOUR, lag: 0 }]],
  [-HOUR, [{ jump: -HOUR, lag: 0 }]],
  [5 * SECOND, []],
])('a wall clock that is set by %d ms is told of once, or not at all: %j', async (span, told) => {
  const it = stage();
  await it.steady.advance(10 * SECOND);
  it.setBy(span);
  await it.steady.advance(10 * SECOND);
  expect(it.jumps).toEqual(told);
  it.subscription.unsubscribe();
});

test('a process that stood still is told of, a short pause is not', async () => {
  const it = stage();
  await it.steady.jump(6 * SECOND);
  expect(it.jumps).toEqual([]);
  await it.steady.jump(30 * SECOND);
  expect(it.jumps).toEqual([{ jump: 0, lag: 29 * SECOND }]);
  it.subscription.unsubscribe();
  expect(it.steady.pending()).toBe(0);
});
