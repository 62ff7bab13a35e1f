import { expect, test } from 'vitest';
import { createSettling } from '../../../src/app/settling.ts';
import { SECOND } from '../../../src/core/time.ts';
import { fakeClock } from '../../support/fake-clock.ts';

async function settle(names: readonly string[], story: readonly (readonly [at: number, source: string])[]) {
  const clock = fakeClock();
  const start = clock.now();
  const settling = createSettling(names, clock);
  const end = settling.done.then((silent) => ({ silent, after: clock.now() - start }));
  for (const [at, source] of story) {
    await clock.advance(start + at - clock.now());
    settling.heard(source);
  }
  await clock.advance(60 * SECOND);
  return await end;
}

test('it is settled a moment after the last source spoke', async () => {
  expect(
    await settle(
      ['a', 'b'],
      [
        [100, 'a'],
        [900, 'b'],
      ],
    ),
  ).toEqual({ silent: [], after: 920 });
});

test('a source that says nothing holds nobody up for longer than 20 s, and is named', async () => {
  expect(
    await settle(
      ['a', 'b'],
      [
        [100, 'a'],
        [200, 'a'],
      ],
    ),
  ).toEqual({ silent: ['b'], after: 20_000 });
});

test('without sources there is nothing to wait for', async () => {
  expect(await settle([], [])).toEqual({ silent: [], after: 20 });
});
