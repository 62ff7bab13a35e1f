/** Reads a request's body, counting: a body that is too large is refused while it arrives and never kept whole. */

import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { refuse, step, stop, type Answer, type Step } from './answer.ts';

/** Where a request came from: Node's own objects when it was a socket, else whoever the caller says. */
export interface HttpEnv {
  Bindings: Partial<HttpBindings> & { readonly peer?: string };
}

export type Call = Context<HttpEnv>;

type Incoming = HttpBindings['incoming'];

/** The bytes of the body; refuses more than `limit`, whatever Content-Length claims, and a body that ends early. */
export async function readBody(call: Call, limit: number): Promise<Step<Uint8Array>> {
  if (Number(call.req.header('content-length') ?? 0) > limit) return stop(tooLarge(limit));
  const incoming = call.env.incoming;
  const chunks = await (incoming === undefined ? fromWeb(call.req.raw.body, limit) : fromSocket(incoming, limit));
  if (chunks === 'too large') return stop(tooLarge(limit));
  if (chunks === 'ended early') return stop(refuse(400, 'aborted', 'the body ended early', 'Send it again.'));
  const [only] = chunks;
  return step(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks));
}

type Chunks = readonly Uint8Array[] | 'too large' | 'ended early';

/** Straight from the socket: a web stream on top of it would cost a third of the throughput. */
function fromSocket(incoming: Incoming, limit: number): Promise<Chunks> {
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    const finish = (result: Chunks): void => {
      incoming.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone);
      resolve(result);
    };
    const onData = (chunk: Uint8Array): void => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else finish('too large');
    };
    const onEnd = (): void => finish(chunks);
    const onGone = (): void => finish('ended early');
    if (incoming.destroyed && !incoming.readableEnded) finish('ended early');
    else incoming.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone);
  });
}

async function fromWeb(body: ReadableStream<Uint8Array> | null, limit: number): Promise<Chunks> {
  if (body === null) return [];
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limit) return 'too large';
    chunks.push(chunk);
  }
  return chunks;
}

function tooLarge(limit: number): Answer {
  return refuse(413, 'too_large', `the body is larger than ${limit} bytes`, 'Send less at once.');
}

/** The JSON of a text; refuses what is not JSON. */
export function parseJson(text: string): Step<unknown> {
  try {
    return step(JSON.parse(text) as unknown);
  } catch (error) {
    const why = error instanceof SyntaxError ? error.message.slice(0, 200) : 'it cannot be read';
    return stop(refuse(400, 'broken_json', `the body is not JSON: ${why}`, 'Send one JSON value.'));
  }
}

/** BOM kept: the text must give back the very bytes that were signed. */
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of UTF-8 bytes; refuses other bytes, since a text that was mended is not what was signed. */
export function decodeUtf8(bytes: Uint8Array): Step<string> {
  try {
    return step(UTF8.decode(bytes));
  } catch {
    return stop(refuse(400, 'not_utf8', 'the body is not UTF-8', 'Send JSON as UTF-8.'));
  }
}

/** `application/json` of `Application/JSON; charset=utf-8`, `''` when there is none. */
export function mediaType(call: Call): string {
  return (call.req.header('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
