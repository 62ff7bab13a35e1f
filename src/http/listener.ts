/** Opens the socket, and closes it so that requests under way are still answered. */

import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import type { Millis } from '../core/time.ts';
import type { Limits } from './options.ts';

export interface Listening {
  /** `http://127.0.0.1:8787`, with the real port. */
  readonly url: string;
  readonly port: number;
  /** Takes no new requests, lets those under way finish for as long as the limit says, then cuts them off. */
  close(): Promise<void>;
}

export interface ListenerParts {
  fetch(request: Request, env: Partial<HttpBindings>): Response | Promise<Response>;
  readonly listen: { readonly host: string; readonly port: number };
  readonly limits: Limits;
  sleep(span: Millis, signal: AbortSignal): Promise<void>;
}

/** Headers are small; a peer that needs longer for them is not a forge. */
const HEADERS_TIMEOUT: Millis = 10_000;

/** Binds the address; rejects with what to set instead when it is taken. */
export async function openListener(parts: ListenerParts): Promise<Listening> {
  const { host, port } = parts.listen;
  const server = createAdaptorServer({
    fetch: (request, env) => parts.fetch(request, env as Partial<HttpBindings>),
    hostname: host,
    serverOptions: {
      requestTimeout: parts.limits.request,
      headersTimeout: Math.min(HEADERS_TIMEOUT, parts.limits.request),
      // How often the two limits are looked at.
      connectionsCheckingInterval: Math.min(1_000, parts.limits.request),
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new Error(`cannot listen on ${host}:${port}; set REACTOR_LISTEN`, { cause })),
    );
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  const name = host.includes(':') ? `[${host}]` : host;
  let closed: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    const finished = new Promise<boolean>((resolve) => {
      server.close(() => resolve(true));
    });
    const nap = (signal: AbortSignal): Promise<void> => parts.sleep(CLOSE_STEP, signal);
    // A connection falls idle when its last answer is out, and would then be kept; Node closes only those idle at first.
    for (let waited = 0; waited < parts.limits.close && !(await comesFirst(finished, nap)); waited += CLOSE_STEP) {
      if ('closeIdleConnections' in server) server.closeIdleConnections();
    }
    if ('closeAllConnections' in server) server.closeAllConnections();
    await finished;
  };
  return { url: `http://${name}:${bound}`, port: bound, close: () => (closed ??= close()) };
}

const CLOSE_STEP: Millis = 20;

/** The sleep is called off when it is not needed: a timer left over would keep the process alive. */
async function comesFirst(event: Promise<boolean>, sleep: (signal: AbortSignal) => Promise<void>): Promise<boolean> {
  const waiting = new AbortController();
  const first = await Promise.race([event, sleep(waiting.signal).then(() => false)]);
  waiting.abort();
  return first;
}
