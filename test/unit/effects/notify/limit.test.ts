import { expect, test } from 'vitest';
import { SECOND } from '../../../../src/core/time.ts';
import { limitChat } from '../../../../src/effects/notify/limit.ts';
import { notifyEffect } from '../../../../src/effects/notify/index.ts';
import type { Chat } from '../../../../src/ports/chat.ts';
import { fakeChat } from '../../../support/fake-chat.ts';
import { fakeClock } from '../../../support/fake-clock.ts';
import { makeContext, makeNotify } from '../../../support/make-order.ts';

function tell(chat: Chat, id: string, priority: 'P0' | 'P1' | 'P2' = 'P2') {
  return notifyEffect(chat).run(makeNotify({ priority }, { id }), makeContext());
}

test('ten messages go out at once, the eleventh is told to wait for ten seconds', async () => {
  const chat = fakeChat();
  const limited = limitChat(chat, fakeClock());
  for (let i = 0; i < 10; i += 1) await tell(limited, `o${i}`);
  expect(chat.posts).toHaveLength(10);
  expect(await tell(limited, 'o10')).toMatchObject({ outcome: 'failed', retry: true, retryAfter: 10 * SECOND });
  expect(chat.posts).toHaveLength(10);
});

test('after the wait exactly one more goes out', async () => {
  const clock = fakeClock();
  const limited = limitChat(fakeChat(), clock);
  for (let i = 0; i < 10; i += 1) await tell(limited, `o${i}`);
  await clock.advance(10 * SECOND);
  expect((await tell(limited, 'a')).outcome).toBe('done');
  expect((await tell(limited, 'b')).outcome).toBe('failed');
});

test('a long quiet time saves up no more than the burst', async () => {
  const clock = fakeClock();
  const limited = limitChat(fakeChat(), clock, { perMinute: 6, burst: 2 });
  await clock.advance(3_600 * SECOND);
  const outcomes = [];
  for (const id of ['a', 'b', 'c']) outcomes.push((await tell(limited, id)).outcome);
  expect(outcomes).toEqual(['done', 'done', 'failed']);
});

test.each(['P0', 'P1'] as const)('%s is never held back', async (priority) => {
  const chat = fakeChat();
  const limited = limitChat(chat, fakeClock(), { perMinute: 6, burst: 1 });
  for (let i = 0; i < 20; i += 1) await tell(limited, `o${i}`, priority);
  expect(chat.posts).toHaveLength(20);
});

test('an end of two messages gets through a budget of one at a time', async () => {
  const clock = fakeClock();
  const chat = fakeChat();
  const effect = notifyEffect(limitChat(chat, clock, { perMinute: 6, burst: 1 }));
  const order = makeNotify({}, { phase: 'resolve' });
  expect((await effect.run(order, makeContext({ firedRef: '$r' }))).outcome).toBe('failed');
  await clock.advance(10 * SECOND);
  expect((await effect.run(order, makeContext({ firedRef: '$r' }))).outcome).toBe('done');
  expect(chat.posts.map((post) => post.place.at)).toEqual(['edit', 'thread']);
});
