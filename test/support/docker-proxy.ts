/** A proxy in front of an engine's socket that can deny endpoints, cut connections and fall silent. */

import { createServer, request, type Server } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Socket } from 'node:net';

export interface DockerProxy extends AsyncDisposable {
  readonly url: string;
  /** Paths asked for, without version and query, in order. */
  readonly asked: readonly string[];
  /** Answers 403 to every path that starts so, from now on; null denies nothing. */
  deny(paths: readonly string[] | null): void;
  /** Breaks every connection that stands. */
  cut(): void;
  /** Takes requests and never answers them, until told otherwise. */
  silence(isSilent: boolean): void;
}

/** A proxy to the engine at a socket. */
export async function startDockerProxy(socketPath: string): Promise<DockerProxy> {
  const folder = await mkdtemp(join(tmpdir(), 'rxp-'));
  const socket = join(folder, 'p.sock');
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  let denied: readonly string[] = [];
  let isSilent = false;
  const server: Server = createServer((incoming, answer) => {
    const path = (incoming.url ?? '').replace(/^\/v[\d.]+/, '').replace(/\?.*$/, '');
    asked.push(path);
    if (isSilent) return;
    if (denied.some((start) => path.startsWith(start))) {
      answer.writeHead(403, { 'content-type': 'text/html' }).end('<html><body><h1>403 Forbidden</h1></body></html>');
      return;
    }
    const { method, url, headers } = incoming;
    const onward = request({ socketPath, method, path: url, headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      answer.flushHeaders();
      reply.on('error', () => answer.destroy());
      reply.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    answer.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  server.on('connection', (connection: Socket) => {
    sockets.add(connection);
    connection.on('close', () => sockets.delete(connection));
  });
  await new Promise<void>((resolve) => {
    server.listen(socket, resolve);
  });
  const cut = (): void => {
    for (const connection of sockets) connection.destroy();
  };
  return {
    url: `unix://${socket}`,
    asked,
    cut,
    deny(paths) {
      denied = paths ?? [];
    },
    silence(silent) {
      isSilent = silent;
    },
    async [Symbol.asyncDispose]() {
      cut();
      await new Promise((resolve) => {
        server.close(resolve);
      });
      await rm(folder, { recursive: true, force: true });
    },
  };
}
