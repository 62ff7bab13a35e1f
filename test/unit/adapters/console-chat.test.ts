import { PassThrough } from 'node:stream';
import { WriteStream } from 'node:tty';
import { expect, test } from 'vitest';
import { consoleChat } from '../../../src/adapters/console-chat.ts';
import type { ChatPost } from '../../../src/ports/chat.ts';

const never = new AbortController().signal;

function makePost(more: Partial<ChatPost> = {}, text = 'head\nbody'): ChatPost {
  const message = { text, html: '', mention: false, urgent: false, resolved: false };
  return { room: 'ops', message, place: { at: 'room' }, txnId: 't1', ...more };
}

async function print(post: ChatPost, stream: NodeJS.WritableStream = new PassThrough()): Promise<readonly string[]> {
  const lines: string[] = [];
  await consoleChat({ write: (line) => lines.push(line), stream }).send(post, never);
  return lines;
}

function terminal(env: NodeJS.ProcessEnv): NodeJS.WritableStream {
  const getColorDepth = () => WriteStream.prototype.getColorDepth.call({ isTTY: true }, env);
  return Object.assign(new PassThrough(), { isTTY: true, getColorDepth });
}

test('a message is one line', async () => {
  expect(await print(makePost())).toEqual(['ops: head | body']);
});

test('a change says that it is one, and the end of an incident is said once', async () => {
  const place = { at: 'edit', of: 'console:t1' } as const;
  expect(await print(makePost({ place }))).toEqual(['ops: changed: head | body']);
  const message = { ...makePost().message, resolved: true };
  expect(await print(makePost({ place, message }))).toEqual([]);
  expect(await print(makePost({ place: { at: 'thread', of: 'console:t1' }, message }))).toEqual(['ops: head | body']);
});

test('text of others cannot steer the terminal', async () => {
  expect(await print(makePost({}, 'a\u001b[2J\u0007b\u009bc'))).toEqual(['ops: a [2J b c']);
});

test.each([
  ['urgent', { urgent: true }, '\u001b[31m'],
  ['ordinary', {}, '\u001b[33m'],
  ['good', { urgent: true, resolved: true }, '\u001b[32m'],
])('a terminal shows %s news in its colour', async (_, more, colour) => {
  const message = { ...makePost().message, ...more };
  const [line] = await print(makePost({ message }), terminal({ TERM: 'xterm' }));
  expect(line?.startsWith(colour)).toBe(true);
});

test('NO_COLOR is respected', async () => {
  expect(await print(makePost(), terminal({ TERM: 'xterm', NO_COLOR: '1' }))).toEqual(['ops: head | body']);
});
