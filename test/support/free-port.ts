/** A port on loopback that nobody listens on. */

import { createServer } from 'node:net';

/** Below the ports that outgoing connections take by themselves, so that it stays free until it is bound. */
const FIRST = 20_000;
const COUNT = 10_000;

/** Resolves with a port that could be bound a moment ago. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port from ${FIRST} to ${FIRST + COUNT}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
