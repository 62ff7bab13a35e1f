import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { consoleChat } from '../../src/adapters/console-chat.ts';
import { matrixChat } from '../../src/adapters/matrix.ts';
import { limitChat } from '../../src/effects/notify/limit.ts';
import { rememberSent } from '../../src/effects/notify/sent.ts';
import type { Chat, ChatMessage, ChatPost } from '../../src/ports/chat.ts';
import { fakeChat } from '../support/fake-chat.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { hasSynapse, startSynapse } from '../support/synapse.ts';

/** A chat and what a person sees of it: the texts of all messages, an edited one as it was last. */
interface Subject extends AsyncDisposable {
  readonly chat: Chat;
  seen(): Promise<readonly string[]>;
}

interface Kind {
  readonly name: string;
  readonly open: () => Promise<Subject>;
  /** Shows an edit in the place of the message, and knows a transaction id again. */
  readonly remembers: boolean;
  readonly present: boolean;
}

const inMemory: Omit<Kind, 'name'> = {
  open: () => Promise.resolve(openFake((chat) => chat)),
  remembers: true,
  present: true,
};

const KINDS: readonly Kind[] = [
  { name: 'the fake', ...inMemory },
  {
    name: 'a chat behind a budget',
    ...inMemory,
    open: () => Promise.resolve(openFake((chat) => limitChat(chat, fakeClock(), { perMinute: 6, burst: 100 }))),
  },
  {
    name: 'a chat that remembers',
    ...inMemory,
    open: () => Promise.resolve(openFake(rememberSent)),
  },
  { name: 'the console', open: () => Promise.resolve(openConsole()), remembers: false, present: true },
  { name: 'Matrix on Synapse', open: openMatrix, remembers: true, present: hasSynapse() },
];

describe.each(KINDS.filter((kind) => kind.present))('$name', ({ open, remembers }) => {
  let subject: Subject;
  beforeAll(async () => {
    subject = await open();
  });
  afterAll(() => subject[Symbol.asyncDispose]());

  const send = async (txnId: string, text: string, more: Partial<ChatPost> = {}): Promise<string> => {
    const result = await subject.chat.send(makePost(txnId, text, more), never);
    if (!result.ok) throw new Error(result.reason);
    return result.ref;
  };

  test('says that messages would arrive', async () => {
    expect(await subject.chat.check(never)).toMatchObject({ ok: true, said: expect.stringMatching(/\w/) });
  });

  test('shows a message, and names it', async () => {
    expect(await send('c1', 'first')).not.toBe('');
    expect(await subject.seen()).toContain('first');
  });

  test('gives two messages two names', async () => {
    expect(await send('c2', 'second')).not.toBe(await send('c3', 'third'));
  });

  test('shows what is put below a message', async () => {
    const root = await send('c4', 'root');
    await send('c5', 'below', { place: { at: 'thread', of: root } });
    expect(await subject.seen()).toContain('below');
  });

  test('takes any room, since one that nobody configured is the default one', async () => {
    await send('c6', 'anywhere', { room: 'no-such-room' });
    await send('c7', 'default', { room: '' });
    expect(await subject.seen()).toEqual(expect.arrayContaining(['anywhere', 'default']));
  });

  test('never rejects when it is told to stop', async () => {
    const result = await subject.chat.send(makePost('c11', 'stopped'), AbortSignal.abort());
    expect(result.ok || result.retry).toBe(true);
  });

  if (!remembers) return;

  test('sends once what is sent twice under one transaction id', async () => {
    expect(await send('c8', 'once')).toBe(await send('c8', 'once'));
    expect((await subject.seen()).filter((text) => text === 'once')).toHaveLength(1);
  });

  test('shows an edit in the place of the message', async () => {
    const root = await send('c9', 'before');
    await send('c10', 'after', { place: { at: 'edit', of: root } });
    const seen = await subject.seen();
    expect(seen).toContain('after');
    expect(seen).not.toContain('before');
  });
});

const never = new AbortController().signal;

function makePost(txnId: string, text: string, more: Partial<ChatPost> = {}): ChatPost {
  const message: ChatMessage = { text, html: text, mention: false, urgent: false, resolved: false };
  return { room: 'ops', message, place: { at: 'room' }, txnId, ...more };
}

function openFake(wrap: (chat: Chat) => Chat): Subject {
  const fake = fakeChat();
  return {
    chat: wrap(fake),
    seen() {
      const texts = new Map<string, string>();
      for (const { place, txnId, message } of fake.posts) {
        texts.set(place.at === 'edit' ? place.of : `$${txnId}`, message.text);
      }
      return Promise.resolve([...texts.values()]);
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function openConsole(): Subject {
  const lines: string[] = [];
  return {
    chat: consoleChat({ write: (line) => lines.push(line), stream: new PassThrough() }),
    seen: () => Promise.resolve(lines.map((line) => line.replace(/^[\w-]+: /, ''))),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function openMatrix(): Promise<Subject> {
  const server = await startSynapse({ limited: false });
  const bot = await server.register('bot');
  const reader = await server.register('reader');
  const room = await server.createRoom(reader, [bot]);
  return {
    chat: matrixChat({ homeserver: server.url, token: bot.token, rooms: { ops: room } }),
    async seen() {
      const texts = new Map<string, unknown>();
      for (const { event_id, content } of await server.messages(reader, room)) {
        const relation = content['m.relates_to'] as { rel_type: string; event_id: string } | undefined;
        const edited = content['m.new_content'] as { body: string } | undefined;
        texts.set(edited === undefined ? event_id : (relation?.event_id ?? ''), (edited ?? content)['body']);
      }
      return [...texts.values()].map(String);
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
