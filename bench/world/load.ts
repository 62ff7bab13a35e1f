/** Puts load on an HTTP server: so many connections that stay open, each with one request under way, for so long. */

import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { percentile, type Sample } from '../harness/figures.ts';
import type { PushMaker } from './push.ts';

export interface Load {
  readonly port: number;
  readonly connections: number;
  readonly spanMs: number;
  readonly requests: PushMaker;
}

/** Answers a second, and how long they took. Throws on an answer that is not a 2xx. */
export async function putLoad(load: Load): Promise<Sample> {
  const took: number[] = [];
  const sockets = await Promise.all(Array.from({ length: load.connections }, () => open(load.port)));
  const began = performance.now();
  const until = began + load.spanMs;
  await Promise.all(sockets.map((socket) => drive(socket, load.requests, { until, took })));
  const lasted = performance.now() - began;
  for (const socket of sockets) socket.destroy();
  return { per_s: (took.length / lasted) * 1_000, p50_ms: percentile(took, 50), p99_ms: percentile(took, 99) };
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return socket;
}

interface Run {
  readonly until: number;
  readonly took: number[];
}

/** One request after the other until the time is over. Callbacks, not promises: the client must cost less than the server. */
function drive(socket: Socket, requests: PushMaker, { until, took }: Run): Promise<void> {
  return new Promise((resolve, reject) => {
    let sentAt = 0;
    let answer = '';
    const send = (): void => {
      answer = '';
      sentAt = performance.now();
      socket.write(requests.next());
    };
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the server hung up')));
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
      if (!isWhole(answer)) return;
      const now = performance.now();
      if (!answer.startsWith('HTTP/1.1 2')) reject(new Error(`the server answered ${answer.slice(0, 400)}`));
      took.push(now - sentAt);
      if (now < until) send();
      else resolve();
    });
    send();
  });
}

function isWhole(answer: string): boolean {
  const end = answer.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(answer)?.[1];
  return length === undefined ? answer.endsWith('0\r\n\r\n') : answer.length >= end + 4 + Number(length);
}
