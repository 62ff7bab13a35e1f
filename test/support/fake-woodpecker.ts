/** A Woodpecker server that speaks the wire format of 3.17: REST with pages and refusals, and the event stream. Held to the recordings by a contract test. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import type { Fetch } from '../../src/adapters/woodpecker-http.ts';
import { answerApi, type Json, type Reply, type World } from './fake-woodpecker-api.ts';

export const ADMIN = 'admin-token';
/** May see everything, but is no admin. */
export const USER = 'user-token';

/** What goes wrong: a refusal, no answer at all, or a connection that breaks. */
export type Fault = Reply | 'silent' | 'reset';

export interface FakeWoodpecker {
  readonly world: World;
  /** Paths with their query, in the order in which they were asked. */
  readonly asked: string[];
  /** Answers without a socket. */
  readonly fetch: Fetch;
  /** Adds a repository; its id. */
  addRepo(fullName: string, more?: Json): number;
  /** Adds a pipeline and tells the stream, unless it is told not to; its number. */
  start(repoId: number, more?: Json, quietly?: boolean): number;
  /** Changes a pipeline and tells the stream, unless it is told not to. */
  change(repoId: number, number: number, more: Json, quietly?: boolean): void;
  /** Tells the stream what a pipeline was at some time: order means nothing there. */
  tell(repoId: number, number: number, more?: Json): void;
  /** Sends bytes to everybody on the stream. */
  send(bytes: string): void;
  /** Ends every stream and takes no new one until it is mended. */
  cut(): void;
  mend(): void;
  /** How many listen. */
  listeners(): number;
  /** What goes wrong from now on, by path. */
  fail(fault: (path: string) => Fault | null): void;
}

type Listener = ReadableStreamDefaultController<Uint8Array>;

/** A server without repositories. `now` is in milliseconds. */
export function fakeWoodpecker(now: () => number = () => Date.UTC(2026, 0, 1)): FakeWoodpecker {
  const world: World = {
    repos: new Map(),
    pipelines: new Map(),
    agents: [],
    queue: null,
    paused: false,
    version: '3.17.0',
  };
  const listeners = new Set<Listener>();
  const asked: string[] = [];
  let fault: (path: string) => Fault | null = () => null;
  let isCut = false;
  const seconds = (): number => Math.floor(now() / 1_000);

  const send = (text: string): void => {
    for (const listener of listeners) listener.enqueue(new TextEncoder().encode(text));
  };
  const tell = (repoId: number, number: number, more: Json = {}): void => {
    const pipeline = world.pipelines.get(repoId)?.get(number);
    send(`data: ${JSON.stringify({ repo: world.repos.get(repoId), pipeline: { ...pipeline, ...more } })}\n\n`);
  };
  const openStream = (signal: AbortSignal | null): Response => {
    let own: Listener | null = null;
    const body = new ReadableStream<Uint8Array>({
      start(listener) {
        own = listener;
        listeners.add(listener);
        listener.enqueue(new TextEncoder().encode(': ping\n\n'));
        signal?.addEventListener('abort', () => {
          if (listeners.delete(listener)) listener.error(signal.reason);
        });
      },
      cancel() {
        if (own !== null) listeners.delete(own);
      },
    });
    return new Response(body, {
      status: 200,
      headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
    });
  };

  return {
    world,
    asked,
    async fetch(url, init) {
      const { pathname, search, searchParams } = new URL(url);
      asked.push(pathname + search);
      const signal = init.signal ?? null;
      signal?.throwIfAborted();
      const wrong = fault(pathname) ?? (isCut && pathname === STREAM ? 'reset' : null);
      if (wrong !== null) return fails(wrong, signal);
      const role = roleOf(new Headers(init.headers));
      if (pathname === STREAM && role !== 'wrong') return openStream(signal);
      return toResponse(answerApi(world, { path: pathname, query: searchParams, role }));
    },
    addRepo(fullName, more = {}) {
      const [owner = '', name = ''] = fullName.split('/');
      const id = Number(more['id'] ?? world.repos.size + 7);
      world.repos.set(id, { ...REPO, id, owner, name, full_name: fullName, ...more });
      world.pipelines.set(id, new Map());
      return id;
    },
    start(repoId, more = {}, quietly = false) {
      const all = world.pipelines.get(repoId) ?? new Map<number, Json>();
      const number = Number(more['number'] ?? Math.max(0, ...all.keys()) + 1);
      const times = { created: seconds(), updated: seconds() };
      all.set(number, { ...PIPELINE, ...times, id: 1_000 + number, number, ...more });
      if (!quietly) tell(repoId, number);
      return number;
    },
    change(repoId, number, more, quietly = false) {
      const all = world.pipelines.get(repoId);
      all?.set(number, { ...all.get(number), updated: seconds(), ...more });
      if (!quietly) tell(repoId, number);
    },
    tell,
    send,
    cut() {
      isCut = true;
      for (const listener of listeners) listener.close();
      listeners.clear();
    },
    mend() {
      isCut = false;
    },
    listeners: () => listeners.size,
    fail(next) {
      fault = next;
    },
  };
}

const STREAM = '/api/stream/events';

function roleOf(headers: Headers): 'admin' | 'user' | 'nobody' | 'wrong' {
  switch (headers.get('authorization') ?? '') {
    case '':
      return 'nobody';
    case `Bearer ${ADMIN}`:
      return 'admin';
    case `Bearer ${USER}`:
      return 'user';
    default:
      return 'wrong';
  }
}

function toResponse({ status, body }: Reply): Response {
  if (typeof body !== 'string') return Response.json(body, { status });
  return new Response(status === 204 ? null : body, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
  });
}

async function fails(fault: Fault, signal: AbortSignal | null): Promise<Response> {
  if (fault === 'silent') return never(signal);
  if (fault === 'reset') throw new TypeError('fetch failed', { cause: new Error('read ECONNRESET') });
  return toResponse(fault);
}

function never(signal: AbortSignal | null): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () =>
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted')),
    );
  });
}

export interface Served extends AsyncDisposable {
  readonly url: string;
}

/** Serves a fake on loopback. */
export async function serveWoodpecker(fake: FakeWoodpecker): Promise<Served> {
  const server: Server = createServer((request, response) => void relay(fake, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function relay(fake: FakeWoodpecker, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  try {
    const headers = { authorization: request.headers.authorization ?? '' };
    const answer = await fake.fetch(`http://fake${request.url ?? '/'}`, { headers, signal: gone.signal });
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.flushHeaders();
    if (answer.body === null) {
      response.end();
    } else {
      const body = Readable.fromWeb(answer.body);
      body.on('error', () => response.destroy()).pipe(response);
    }
  } catch {
    response.destroy();
  }
}

const REPO: Json = {
  forge_id: 1,
  forge_remote_id: '42',
  org_id: 3,
  avatar_url: 'https://forge.example.org/avatars/3',
  forge_url: 'https://forge.example.org/acme/widget',
  clone_url: 'https://forge.example.org/acme/widget.git',
  clone_url_ssh: 'ssh://git@forge.example.org/acme/widget.git',
  default_branch: 'main',
  pr_enabled: true,
  timeout: 60,
  visibility: 'private',
  private: true,
  trusted: { network: false, volumes: false, security: false },
  require_approval: 'forks',
  approval_allowed_users: null,
  active: true,
  allow_pr: true,
  allow_deploy: false,
  config_file: '',
  cancel_previous_pipeline_events: ['pull_request', 'push'],
  netrc_trusted: null,
  config_extension_endpoint: '',
  config_extension_exclusive: false,
  config_extension_netrc: false,
  registry_extension_endpoint: '',
  registry_extension_netrc: false,
  secret_extension_endpoint: '',
  secret_extension_netrc: false,
};

const PIPELINE: Json = {
  author: 'ci-bot',
  parent: 0,
  event: 'push',
  event_reason: null,
  status: 'pending',
  errors: null,
  started: 0,
  finished: 0,
  deploy_to: '',
  deploy_task: '',
  commit: '5c6d7e8f901234560f9e8d7c6b5a4938271605aa',
  branch: 'main',
  rerun_count: 0,
  ref: 'refs/heads/main',
  refspec: '',
  author_avatar: 'https://forge.example.org/avatars/2',
  forge_url: 'https://forge.example.org/acme/widget/commit/5c6d7e8f901234560f9e8d7c6b5a4938271605aa',
  reviewed_by: '',
  reviewed: 0,
  changed_files: ['src/main.ts'],
  version: '3.17.0',
  title: '',
  message: 'Merge PR 12\n',
  timestamp: 1782899990,
  sender: 'ci-bot',
  author_email: 'ci-bot@example.org',
};
