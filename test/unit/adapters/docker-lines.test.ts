import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { readLines } from '../../../src/adapters/docker-lines.ts';
import type { LineBatch } from '../../../src/ports/docker.ts';

const wrap = (error: unknown): Error => new Error('broke off', { cause: error });

async function readAll(stream: PassThrough, capacity = 100): Promise<readonly LineBatch[]> {
  const batches: LineBatch[] = [];
  for await (const batch of readLines(stream, { capacity, wrap })) batches.push(batch);
  return batches;
}

/** Lets the stream hand over what was written. */
const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

test('lines come whole, however the bytes were cut', async () => {
  const stream = new PassThrough();
  const all = readAll(stream);
  const bytes = Buffer.from('{"a":"ä€😀"}\n{"b":2}\n\n{"c":3}\n');
  for (const byte of bytes) stream.write(Buffer.from([byte]));
  stream.end();
  expect((await all).flatMap((batch) => batch.lines)).toEqual(['{"a":"ä€😀"}', '{"b":2}', '{"c":3}']);
});

test('the stream is drained though nobody takes the lines; what does not fit is counted, the first are kept', async () => {
  const stream = new PassThrough({ highWaterMark: 16 });
  const lines = readLines(stream, { capacity: 3, wrap });
  for (let i = 0; i < 10; i += 1) stream.write(`line ${i}\n`);
  await turn();
  expect(stream.readableLength).toBe(0);
  const iterator = lines[Symbol.asyncIterator]();
  expect((await iterator.next()).value).toEqual({ lines: ['line 0', 'line 1', 'line 2'], dropped: 7 });
  stream.end('after\n');
  expect((await iterator.next()).value).toEqual({ lines: ['after'], dropped: 0 });
  expect((await iterator.next()).done).toBe(true);
});

test('what arrived before the connection broke is taken first', async () => {
  const stream = new PassThrough();
  const iterator = readLines(stream, { capacity: 3, wrap })[Symbol.asyncIterator]();
  stream.write('last\n');
  await turn();
  stream.destroy(new Error('ECONNRESET'));
  expect((await iterator.next()).value).toEqual({ lines: ['last'], dropped: 0 });
  await expect(iterator.next()).rejects.toThrow('broke off');
});

test('who stops reading closes the stream', async () => {
  const stream = new PassThrough();
  stream.write('one\n');
  for await (const batch of readLines(stream, { capacity: 3, wrap })) {
    expect(batch.lines).toEqual(['one']);
    break;
  }
  expect(stream.destroyed).toBe(true);
});

test('a line without an end does not fill the memory', async () => {
  const stream = new PassThrough();
  const all = readAll(stream);
  stream.write('x'.repeat(3 << 20));
  stream.end('\nnext\n');
  const batches = await all;
  expect(batches.reduce((sum, batch) => sum + batch.dropped, 0)).toBeGreaterThan(0);
  expect(batches.at(-1)?.lines.at(-1)).toBe('next');
});
