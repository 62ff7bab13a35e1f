import { describe, expect, test } from 'vitest';
import { matrixChat } from '../../../src/adapters/matrix.ts';
import type { ChatHealth, ChatMessage, ChatPlace, ChatResult } from '../../../src/ports/chat.ts';
import { startFakeHomeserver, type Answer, type Asked } from '../../support/fake-homeserver.ts';

const ROOMS = { ops: '!ops:h', dev: '!dev:h' };
const MESSAGE: ChatMessage = { text: 'text', html: '<b>text</b>', mention: false, urgent: false, resolved: false };
const fine: Answer = { status: 200, body: { event_id: '$e' } };
const never = new AbortController().signal;

interface Sent {
  readonly result: ChatResult;
  readonly asked: readonly Asked[];
}

interface How {
  readonly answer?: Answer | null;
  readonly room?: string;
  readonly rooms?: Readonly<Record<string, string>>;
  readonly place?: ChatPlace;
  readonly message?: Partial<ChatMessage>;
  readonly timeout?: number;
}

async function send(how: How = {}): Promise<Sent> {
  await using server = await startFakeHomeserver(() => (how.answer === undefined ? fine : how.answer));
  const chat = matrixChat({
    homeserver: `${server.url}/`,
    token: 'secret',
    rooms: how.rooms ?? ROOMS,
    timeout: how.timeout ?? 5_000,
  });
  const post = { room: how.room ?? 'ops', place: how.place ?? { at: 'room' as const }, txnId: 'a.send/1' };
  const result = await chat.send({ ...post, message: { ...MESSAGE, ...how.message } }, never);
  return { result, asked: server.asked };
}

describe('a message', () => {
  test('is put under its transaction id with the token of the bot', async () => {
    const { result, asked } = await send();
    expect(result).toEqual({ ok: true, ref: '$e' });
    expect(asked).toEqual([
      {
        method: 'PUT',
        path: '/_matrix/client/v3/rooms/!ops%3Ah/send/m.room.message/a.send%2F1',
        token: 'Bearer secret',
        body: {
          msgtype: 'm.notice',
          body: 'text',
          format: 'org.matrix.custom.html',
          formatted_body: '<b>text</b>',
          'm.mentions': {},
        },
      },
    ]);
  });

  test('that wakes everybody mentions the room', async () => {
    const { asked } = await send({ message: { mention: true } });
    expect(asked[0]?.body['m.mentions']).toEqual({ room: true });
  });

  test('in a thread names the root, and falls back to a reply', async () => {
    const { asked } = await send({ place: { at: 'thread', of: '$root' } });
    expect(asked[0]?.body['m.relates_to']).toEqual({
      rel_type: 'm.thread',
      event_id: '$root',
      is_falling_back: true,
      'm.in_reply_to': { event_id: '$root' },
    });
  });

  test('over another carries the new content, and wakes nobody again', async () => {
    const { asked } = await send({ place: { at: 'edit', of: '$root' }, message: { mention: true } });
    expect(asked[0]?.body).toMatchObject({
      body: '* text',
      'm.new_content': { msgtype: 'm.notice', body: 'text', 'm.mentions': { room: true } },
      'm.relates_to': { rel_type: 'm.replace', event_id: '$root' },
    });
    expect(asked[0]?.body['m.mentions']).toEqual({});
  });
});

describe('the room', () => {
  test.each([
    ['dev', '!dev%3Ah'],
    ['', '!ops%3Ah'],
    ['no-such-name', '!ops%3Ah'],
    ['constructor', '!ops%3Ah'],
    ['!other:h', '!other%3Ah'],
  ])('%j goes to %s', async (room, path) => {
    const { asked } = await send({ room });
    expect(asked[0]?.path).toContain(`/rooms/${path}/`);
  });

  test('that nothing maps to is a refusal that says what to set', async () => {
    const { result, asked } = await send({ room: 'dev', rooms: {} });
    expect(asked).toEqual([]);
    expect(result).toMatchObject({ ok: false, retry: true, reason: expect.stringContaining('Set MATRIX_ROOM_ID') });
  });
});

describe('a refusal', () => {
  test.each<[string, Answer, number | null]>([
    ['the body, when it asks for more', { status: 429, body: limited(4_139), headers: { 'Retry-After': '3' } }, 4_139],
    [
      'the header, when it asks for more',
      { status: 429, body: limited(4_139), headers: { 'Retry-After': '5' } },
      5_000,
    ],
    [
      'the header alone',
      { status: 429, body: { errcode: 'M_LIMIT_EXCEEDED' }, headers: { 'Retry-After': '7' } },
      7_000,
    ],
    ['nobody, when nobody says', { status: 429, body: '' }, null],
    [
      'nobody, when what is said is nonsense',
      { status: 429, body: limited(-1), headers: { 'Retry-After': 'soon' } },
      null,
    ],
  ])('with 429 waits as told by %s', async (_, answer, retryAfter) => {
    expect(await refuse(answer)).toMatchObject({ ok: false, retry: true, retryAfter, tooLarge: false });
  });

  test.each([
    [500, {}],
    [502, '<html>bad gateway</html>'],
    [408, {}],
  ])('with %i is tried again soon', async (status, body) => {
    expect(await refuse({ status, body })).toMatchObject({ retry: true, retryAfter: null });
  });

  test.each([
    [401, 'M_UNKNOWN_TOKEN', 'set MATRIX_TOKEN'],
    [403, 'M_FORBIDDEN', 'Invite the bot to !ops:h'],
    [404, 'M_NOT_FOUND', 'Check MATRIX_HOMESERVER'],
  ])('with %i %s is tried again seldom, and says what to mend', async (status, errcode, said) => {
    const result = await refuse({ status, body: { errcode, error: 'why' } });
    expect(result).toMatchObject({ retry: true, retryAfter: 300_000, reason: expect.stringContaining(said) });
    expect(result).toMatchObject({ reason: expect.stringContaining(`${status} ${errcode} why`) });
  });

  test.each([
    [400, 'M_BAD_JSON', false],
    [413, 'M_TOO_LARGE', true],
  ])('with %i %s is final, too large: %s', async (status, errcode, tooLarge) => {
    expect(await refuse({ status, body: { errcode } })).toMatchObject({ ok: false, retry: false, tooLarge });
  });

  test('never tells the token', async () => {
    for (const status of [400, 401, 403, 404, 429, 500]) {
      expect(JSON.stringify(await refuse({ status, body: {} }))).not.toContain('secret');
    }
  });

  test('is also an answer that no homeserver would give', async () => {
    const result = await refuse({ status: 200, body: '<html>welcome</html>' });
    expect(result).toMatchObject({ ok: false, retry: true, reason: expect.stringContaining('without an event id') });
  });
});

describe('no answer', () => {
  test('because nobody listens is tried again, and says why', async () => {
    const server = await startFakeHomeserver(() => fine);
    await server[Symbol.asyncDispose]();
    const chat = matrixChat({ homeserver: server.url, token: 't', rooms: ROOMS });
    const post = { room: '', message: MESSAGE, place: { at: 'room' as const }, txnId: 't' };
    expect(await chat.send(post, never)).toMatchObject({
      retry: true,
      retryAfter: null,
      reason: expect.stringMatching(/^cannot reach http:\/\/127\.0\.0\.1:\d+: .*ECONNREFUSED/),
    });
  });

  test('in time is tried again', async () => {
    const { result } = await send({ answer: null, timeout: 30 });
    expect(result).toMatchObject({ retry: true, reason: expect.stringContaining('did not answer within 30ms') });
  });
});

test('messages to one room go one at a time, in order', async () => {
  let underway = 0;
  let most = 0;
  await using server = await startFakeHomeserver(async () => {
    underway += 1;
    most = Math.max(most, underway);
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    underway -= 1;
    return fine;
  });
  const chat = matrixChat({ homeserver: server.url, token: 't', rooms: ROOMS });
  const ids = ['1', '2', '3', '4', '5'];
  await Promise.all(
    ids.map((txnId) => chat.send({ room: 'ops', message: MESSAGE, place: { at: 'room' }, txnId }, never)),
  );
  expect(server.asked.map((asked) => asked.path.at(-1))).toEqual(ids);
  expect(most).toBe(1);
});

describe('the check', () => {
  test('is fine when the bot is in every room', async () => {
    expect(await check(homeserver(['!ops:h', '!dev:h']))).toEqual({ ok: true, said: '@bot:h is in ops, dev' });
  });

  test('names the room that the bot is not in, and what to do', async () => {
    const health = await check(homeserver(['!ops:h']));
    expect(health.ok).toBe(false);
    expect(health.said).toContain('@bot:h is not in room dev (!dev:h). Invite the bot');
    expect(health.said).not.toContain('room ops');
  });

  test('says that the token is refused', async () => {
    const health = await check(() => ({ status: 401, body: { errcode: 'M_UNKNOWN_TOKEN' } }));
    expect(health).toMatchObject({ ok: false, said: expect.stringContaining('set MATRIX_TOKEN') });
  });

  test('says that no default room is set', async () => {
    expect(await check(homeserver([]), {})).toMatchObject({
      ok: false,
      said: expect.stringContaining('MATRIX_ROOM_ID'),
    });
  });
});

async function refuse(answer: Answer): Promise<ChatResult> {
  return (await send({ answer })).result;
}

async function check(
  answer: (asked: Asked) => Answer,
  rooms: Readonly<Record<string, string>> = ROOMS,
): Promise<ChatHealth> {
  await using server = await startFakeHomeserver(answer);
  return await matrixChat({ homeserver: server.url, token: 'secret', rooms }).check(never);
}

function homeserver(joined: readonly string[]): (asked: Asked) => Answer {
  return (asked) => {
    const body = asked.path.endsWith('whoami') ? { user_id: '@bot:h' } : { joined_rooms: joined };
    return { status: 200, body };
  };
}

function limited(ms: number): object {
  return { errcode: 'M_LIMIT_EXCEEDED', error: 'Too Many Requests', retry_after_ms: ms };
}
