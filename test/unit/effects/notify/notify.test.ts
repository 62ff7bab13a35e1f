import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../../../src/core/time.ts';
import { notifyEffect } from '../../../../src/effects/notify/index.ts';
import { fakeChat, refusal } from '../../../support/fake-chat.ts';
import { DECIDED, makeContext, makeNotify } from '../../../support/make-order.ts';

const ROOT = '$root';

describe('a finding that fires', () => {
  test('is one message, and its id is what later messages refer to', async () => {
    const chat = fakeChat();
    const result = await notifyEffect(chat).run(makeNotify(), makeContext());
    expect(result).toEqual({ outcome: 'done', ref: '$order1.send' });
    expect(chat.posts).toMatchObject([{ room: 'ops', place: { at: 'room' }, txnId: 'order1.send' }]);
  });

  test('and is said again, is a reply in the thread, and keeps the id of the message', async () => {
    const chat = fakeChat();
    const result = await notifyEffect(chat).run(makeNotify({}, { id: 'order2' }), makeContext({ firedRef: ROOT }));
    expect(result).toEqual({ outcome: 'done', ref: ROOT });
    expect(chat.posts).toMatchObject([{ place: { at: 'thread', of: ROOT }, txnId: 'order2.reply' }]);
    expect(chat.posts[0]?.message.text).toContain('still so after 10m');
  });
});

describe('a finding that changed', () => {
  test('edits the message and says nothing else', async () => {
    const chat = fakeChat();
    const order = makeNotify({ count: 7 }, { phase: 'update' });
    await notifyEffect(chat).run(order, makeContext({ firedRef: ROOT }));
    expect(chat.posts).toMatchObject([{ place: { at: 'edit', of: ROOT }, txnId: 'order1.edit' }]);
    expect(chat.posts[0]?.message.text).toContain('seen 7 times');
  });

  test('is skipped when nothing was ever announced', async () => {
    const chat = fakeChat();
    const result = await notifyEffect(chat).run(makeNotify({}, { phase: 'update' }), makeContext());
    expect(result).toMatchObject({ outcome: 'skipped', reason: expect.stringContaining('never announced') });
    expect(chat.posts).toEqual([]);
  });
});

describe('a finding that is over', () => {
  const over = makeNotify({ state: 'resolved', resolvedAt: DECIDED + 2 * MINUTE }, { phase: 'resolve' });

  test('marks the message and says so in the thread, each with a transaction id of its own', async () => {
    const chat = fakeChat();
    const result = await notifyEffect(chat).run(over, makeContext({ firedRef: ROOT }));
    expect(result).toEqual({ outcome: 'done', ref: '$order1.reply' });
    expect(chat.posts).toMatchObject([
      { place: { at: 'edit', of: ROOT }, txnId: 'order1.edit' },
      { place: { at: 'thread', of: ROOT }, txnId: 'order1.reply' },
    ]);
    for (const { message } of chat.posts) expect(message.text).toContain('resolved after 12m');
  });

  test('is skipped when nothing was ever announced', async () => {
    const result = await notifyEffect(fakeChat()).run(over, makeContext());
    expect(result).toMatchObject({ outcome: 'skipped', reason: expect.stringContaining('never announced') });
  });

  test('sends only what is missing when it is tried again', async () => {
    const chat = fakeChat();
    const effect = notifyEffect(chat);
    chat.answer(null, refusal({ retryAfter: 5_000 }));
    const first = await effect.run(over, makeContext({ firedRef: ROOT }));
    expect(first).toEqual({ outcome: 'failed', reason: 'no', retry: true, retryAfter: 5_000 });
    const second = await effect.run(over, makeContext({ firedRef: ROOT, attempt: 2 }));
    expect(second.outcome).toBe('done');
    expect(chat.asked()).toBe(3);
    expect(chat.posts.map((post) => post.txnId)).toEqual(['order1.edit', 'order1.reply']);
  });

  test('sends the same transaction ids after a restart, so that the homeserver knows what it has', async () => {
    const chat = fakeChat();
    chat.answer(null, refusal());
    await notifyEffect(chat).run(over, makeContext({ firedRef: ROOT }));
    await notifyEffect(chat).run(over, makeContext({ firedRef: ROOT, attempt: 2 }));
    expect(chat.posts.map((post) => post.txnId)).toEqual(['order1.edit', 'order1.reply']);
  });

  test('waits with the thread when the edit may still work', async () => {
    const chat = fakeChat();
    chat.answer(refusal());
    const result = await notifyEffect(chat).run(over, makeContext({ firedRef: ROOT }));
    expect(result).toEqual({ outcome: 'failed', reason: 'no', retry: true });
    expect(chat.posts).toEqual([]);
  });

  test('tells the thread even when the message can never be edited again', async () => {
    const chat = fakeChat();
    chat.answer(refusal({ retry: false }));
    const result = await notifyEffect(chat).run(over, makeContext({ firedRef: ROOT }));
    expect(result.outcome).toBe('done');
    expect(chat.posts).toMatchObject([{ place: { at: 'thread' } }]);
  });
});

describe('a message that is too large', () => {
  const long = makeNotify({ text: 'x'.repeat(20_000) });

  test('is cut smaller and sent once more', async () => {
    const chat = fakeChat();
    chat.answer(refusal({ retry: false, tooLarge: true }));
    const result = await notifyEffect(chat).run(long, makeContext());
    expect(result.outcome).toBe('done');
    expect(chat.posts[0]?.message.text.length).toBeLessThan(4_000);
    expect(chat.posts[0]?.message.text).toContain('cut: 20000 characters in all');
  });

  test('is given up when it still is', async () => {
    const chat = fakeChat();
    const tooLarge = refusal({ retry: false, tooLarge: true });
    chat.answer(tooLarge, tooLarge);
    expect(await notifyEffect(chat).run(long, makeContext())).toMatchObject({ outcome: 'failed', retry: false });
    expect(chat.asked()).toBe(2);
  });
});

test.each([
  ['in time', 10 * MINUTE, ''],
  ['two hours late', 2 * HOUR, '(delayed 2h)'],
])('a message that goes out %s says %j', async (_, waited, said) => {
  const chat = fakeChat();
  await notifyEffect(chat).run(makeNotify(), makeContext({ now: DECIDED + waited }));
  const text = chat.posts[0]?.message.text ?? '';
  expect(/\(delayed [^)]*\)/.exec(text)?.[0] ?? '').toBe(said);
});
