/** An engine that tells of two containers over HTTP, and a server that only counts: both remember what they were asked. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Recorder extends AsyncDisposable {
  /** `127.0.0.1:1234` */
  readonly address: string;
  /** `GET /containers/json`, without version and query, in order. */
  readonly asked: readonly string[];
}

/** Answers every request with a function of its path; null is a 404. */
export async function startRecorder(answer: (path: string) => unknown): Promise<Recorder> {
  const asked: string[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const path = (request.url ?? '').replace(/^\/v1[\d.]+/, '').replace(/\?.*$/, '');
    asked.push(`${request.method ?? ''} ${path}`);
    const body = answer(path);
    response
      .writeHead(body === null ? 404 : 200, { 'content-type': 'application/json' })
      .end(JSON.stringify(body ?? {}));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const CPU = (used: number, machine: number) => ({
  cpu_usage: { total_usage: used },
  system_cpu_usage: machine,
  online_cpus: 2,
});

/** What the engine knows: `wp`, `busy`, and those of the names that are added. */
export function engineOf(...more: readonly string[]): (path: string) => unknown {
  const listed = ['wp', 'busy', ...more].map((name) => ({
    Id: `${name}-id`,
    Names: [`/${name}`],
    State: 'running',
    Status: 'Up 3 hours',
    Labels: {},
    Mounts: name === 'wp' ? [{ Type: 'volume', Name: 'agent-data', Source: '/var/lib/x' }] : [],
  }));
  return (path) => {
    if (path === '/containers/json') return listed;
    if (path === '/system/df') return { Volumes: [{ Name: 'agent-data', UsageData: { Size: 4_300_000 } }] };
    if (path.endsWith('/stats')) {
      return {
        precpu_stats: CPU(100, 1_000),
        cpu_stats: CPU(150, 1_200),
        memory_stats: { stats: { anon: 52_428_800 } },
      };
    }
    if (path.endsWith('/json')) return { State: { StartedAt: '2026-01-02T08:41:07.5Z' } };
    return null;
  };
}
