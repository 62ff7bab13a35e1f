/** Something that speaks HTTP on loopback and answers as a test tells it, for what a real homeserver cannot be made to say. */

import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly token: string;
  readonly body: Record<string, unknown>;
}

export interface Answer {
  readonly status: number;
  readonly body: object | string;
  readonly headers?: Readonly<Record<string, string>>;
}

type Said = Answer | null | Promise<Answer>;

export interface FakeHomeserver extends AsyncDisposable {
  readonly url: string;
  readonly asked: readonly Asked[];
}

/** A server that runs until it is disposed of. An answer of null never comes. */
export async function startFakeHomeserver(
  answer: (asked: Asked) => Answer | null | Promise<Answer>,
): Promise<FakeHomeserver> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const one: Asked = {
        method: request.method ?? '',
        path: request.url ?? '',
        token: request.headers.authorization ?? '',
        body: text === '' ? {} : JSON.parse(text),
      };
      asked.push(one);
      void reply(response, answer(one));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function reply(response: ServerResponse, answer: Said): Promise<void> {
  const said = await answer;
  if (said === null) return;
  response.writeHead(said.status, said.headers);
  response.end(typeof said.body === 'string' ? said.body : JSON.stringify(said.body));
}
