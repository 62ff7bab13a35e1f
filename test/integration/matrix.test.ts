import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/clock.ts';
import { matrixChat } from '../../src/adapters/matrix.ts';
import type { EffectOrder, EffectResult, SpecOf } from '../../src/core/effect.ts';
import { MINUTE, SECOND, type Millis } from '../../src/core/time.ts';
import { notifyEffect } from '../../src/effects/notify/index.ts';
import type { Chat } from '../../src/ports/chat.ts';
import { DECIDED, makeContext, makeNotify } from '../support/make-order.ts';
import { hasSynapse, startSynapse, type MatrixUser, type Synapse } from '../support/synapse.ts';

interface Scene {
  readonly server: Synapse;
  readonly bot: MatrixUser;
  readonly reader: MatrixUser;
  readonly room: string;
  readonly chat: Chat;
}

async function makeScene(limited: boolean): Promise<Scene> {
  const server = await startSynapse({ limited });
  const bot = await server.register('bot');
  const reader = await server.register('reader');
  const room = await server.createRoom(reader, [bot]);
  const chat = matrixChat({ homeserver: server.url, token: bot.token, rooms: { ops: room } });
  return { server, bot, reader, room, chat };
}

describe.skipIf(!hasSynapse())('with a real homeserver', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await makeScene(false);
  });
  afterAll(() => scene.server[Symbol.asyncDispose]());

  test('an incident is one message, edited as it changes, with its end in its thread', async () => {
    const { server, reader, room, chat } = scene;
    const effect = notifyEffect(chat);
    const fired = await effect.run(makeNotify({ title: 'harb <dies>' }, { id: 'i1' }), makeContext());
    const root = refOf(fired);
    const context = makeContext({ firedRef: root });
    await effect.run(makeNotify({ title: 'harb <dies>', count: 7 }, { id: 'i2', phase: 'update' }), context);
    expect(await shown(scene, root)).toMatchObject({ body: expect.stringContaining('seen 7 times') });

    await effect.run(makeNotify({ count: 9 }, { id: 'i3' }), context);
    const over = { title: 'harb <dies>', resolvedAt: DECIDED + MINUTE };
    expect((await effect.run(makeNotify(over, { id: 'i4', phase: 'resolve' }), context)).outcome).toBe('done');

    expect(await shown(scene, root)).toMatchObject({
      msgtype: 'm.notice',
      body: expect.stringContaining('resolved after 11m: harb <dies>'),
      formatted_body: expect.stringContaining('<del>harb &lt;dies&gt;</del>'),
    });
    const events = await server.messages(reader, room);
    const original = events.find((event) => event.event_id === root);
    expect(original).toMatchObject({ sender: '@bot:localhost', content: { 'm.mentions': {} } });
    expect(await thread(scene, root)).toEqual([
      expect.stringContaining('still so after'),
      expect.stringContaining('resolved after 11m'),
    ]);
    expect(events.filter((event) => event.content['m.relates_to'] === undefined)).toHaveLength(1);
  });

  test('the same order carried out twice is one message', async () => {
    const { server, reader, room, chat } = scene;
    const before = (await server.messages(reader, room)).length;
    const order = makeNotify({}, { id: 'twice' });
    const [one, two] = [
      await notifyEffect(chat).run(order, makeContext()),
      await notifyEffect(chat).run(order, makeContext()),
    ];
    expect(refOf(one)).toBe(refOf(two));
    expect((await server.messages(reader, room)).length).toBe(before + 1);
  });

  test('a text of any size and kind is taken, also as an edit', async () => {
    const text = '"&<\u0000\ud800🦀\n'.repeat(20_000);
    const effect = notifyEffect(scene.chat);
    const fired = await effect.run(makeNotify({ text }, { id: 'big1' }), makeContext());
    expect(fired.outcome).toBe('done');
    const context = makeContext({ firedRef: refOf(fired) });
    expect((await effect.run(makeNotify({ text }, { id: 'big2', phase: 'update' }), context)).outcome).toBe('done');
  });

  test('the check sees who the bot is, and the room that it is not in', async () => {
    const { server, bot, reader, room, chat } = scene;
    expect(await chat.check(never)).toEqual({ ok: true, said: '@bot:localhost is in ops' });
    const other = await server.createRoom(reader, []);
    const rooms = { ops: room, dev: other };
    const health = await matrixChat({ homeserver: server.url, token: bot.token, rooms }).check(never);
    expect(health.said).toContain(`@bot:localhost is not in room dev (${other})`);
  });

  test('a room that the bot may not write to, and a token that is not known, say what to mend', async () => {
    const { server, reader, chat } = scene;
    const other = await server.createRoom(reader, []);
    const forbidden = await notifyEffect(chat).run(toRoom(other, 'forbidden'), makeContext());
    expect(forbidden).toMatchObject({ retry: true, retryAfter: 5 * MINUTE, reason: expect.stringContaining('Invite') });
    const stranger = matrixChat({ homeserver: server.url, token: 'syt_none', rooms: { ops: other } });
    const unknown = await notifyEffect(stranger).run(makeNotify({}, { id: 'unknown' }), makeContext());
    expect(unknown).toMatchObject({ retry: true, reason: expect.stringContaining('401 M_UNKNOWN_TOKEN') });
  });

  test('while the homeserver is down nothing is lost, and what was tried often arrives once', async () => {
    const { server, reader, room, chat } = scene;
    const before = (await server.messages(reader, room)).length;
    const effect = notifyEffect(chat);
    const order = makeNotify({ title: 'while down' }, { id: 'down' });
    await server.stop();
    for (let tries = 0; tries < 3; tries += 1) {
      const refused = await effect.run(order, makeContext());
      expect(refused).toMatchObject({
        outcome: 'failed',
        retry: true,
        reason: expect.stringContaining('ECONNREFUSED'),
      });
    }
    await server.start();
    expect((await effect.run(order, makeContext())).outcome).toBe('done');
    await server.stop();
    await server.start();
    expect((await notifyEffect(chat).run(order, makeContext())).outcome).toBe('done');
    const events = await server.messages(reader, room);
    expect(events.length).toBe(before + 1);
    expect(events.at(-1)?.content['body']).toContain('while down');
  });
});

describe.skipIf(!hasSynapse())('with a real homeserver that limits', () => {
  test('a storm slows down as it is told, and every message arrives once, in order', async () => {
    await using server = await startSynapse({ limited: true });
    const bot = await server.register('bot');
    const room = await server.createRoom(bot, []);
    const chat = matrixChat({ homeserver: server.url, token: bot.token, rooms: { ops: room } });
    const waits: Millis[] = [];
    const ids = Array.from({ length: 12 }, (_, i) => `storm${i}`);
    for (const id of ids) await carryOut(chat, makeNotify({ title: id }, { id }), waits);

    expect(waits.length).toBeGreaterThanOrEqual(2);
    // One message each five seconds: whoever waits as told is never refused twice for one message.
    expect(waits.length).toBeLessThanOrEqual(ids.length - 10 + 1);
    for (const wait of waits) expect(wait).toBeLessThanOrEqual(6 * SECOND);
    const events = await server.messages(bot, room);
    expect(events.map((event) => /storm\d+/.exec(String(event.content['body']))?.[0])).toEqual(ids);
  });
});

const never = new AbortController().signal;

/** As the outbox does it: again after the wait it is told. */
async function carryOut(chat: Chat, order: EffectOrder<SpecOf<'notify'>>, waits: Millis[]): Promise<void> {
  for (;;) {
    const result = await notifyEffect(chat).run(order, makeContext());
    if (result.outcome === 'done') return;
    if (result.outcome === 'skipped' || result.retryAfter === undefined) throw new Error(result.reason);
    waits.push(result.retryAfter);
    await systemClock.sleep(result.retryAfter);
  }
}

function toRoom(room: string, id: string): EffectOrder<SpecOf<'notify'>> {
  const order = makeNotify({}, { id });
  return { ...order, spec: { ...order.spec, to: room } };
}

function refOf(result: EffectResult): string {
  if (result.outcome !== 'done') throw new Error(`not done: ${result.reason}`);
  return result.ref;
}

/** What a client shows for a message: its newest edit, as the homeserver bundles it. */
async function shown({ server, reader, room }: Scene, root: string): Promise<unknown> {
  const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/event/${encodeURIComponent(root)}`;
  const event = await server.call(reader, 'GET', path);
  return dig(event, 'unsigned', 'm.relations', 'm.replace', 'content', 'm.new_content');
}

/** The texts in the thread of a message, oldest first. */
async function thread({ server, reader, room }: Scene, root: string): Promise<readonly unknown[]> {
  const path = `/_matrix/client/v1/rooms/${encodeURIComponent(room)}/relations/${encodeURIComponent(root)}/m.thread?dir=f`;
  const { chunk } = await server.call(reader, 'GET', path);
  return (chunk as readonly unknown[]).map((event) => dig(event, 'content', 'body'));
}

function dig(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value);
}
