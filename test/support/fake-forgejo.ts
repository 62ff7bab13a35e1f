/**
 * A forge that a test moves by hand. `forge` answers through the port, at once; `startFakeForgejo` serves the same objects
 * over HTTP as a Forgejo 15 does: pages of at most 50, `X-Total-Count` and `Link` where it sends them, its refusals.
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Forge } from '../../src/ports/forge.ts';
import { asIssue, type Numbered, type Wire } from './forge-objects.ts';

export interface ForgeWorld {
  /** Open and closed, by number. */
  readonly pulls: Map<number, Numbered>;
  readonly issues: Map<number, Numbered>;
  readonly reviews: Map<number, Wire[]>;
  /** By commit; a commit without an entry has none. */
  readonly statuses: Map<string, Wire[]>;
  /** Committer date by commit. */
  readonly commits: Map<string, string>;
  /** Linked issues; null: the repository has no such links. */
  links: Map<number, Wire[]> | null;
  /** What is in a folder of the default branch, by its path. */
  readonly folders: Map<string, readonly Wire[]>;
  /** Committer date of its newest commit; null: there is none. */
  newest: string | null;
  repo: string;
  /** Other repositories of the same forge. */
  readonly others: ForgeWorld[];
  /** What it lets in. */
  token: string;
  /** Every token that it was shown. */
  readonly shown: Set<string>;
  /** Answers every request with this instead, and the port rejects; 0 answers. */
  broken: number;
  /** The same for paths that contain it. */
  brokenAt: string;
  /** Behind the port: all but the name of the repository is read when it is asked for, and arrives when this resolves. */
  delay: Promise<unknown>;
  /** `[api] MAX_RESPONSE_ITEMS`. */
  mostItems: number;
  /** Paths asked for, with their query. */
  readonly asked: string[];
}

export const TOKEN = 'a-token-of-the-forge';

export const emptyForge = (): ForgeWorld => ({
  pulls: new Map(),
  issues: new Map(),
  reviews: new Map(),
  statuses: new Map(),
  commits: new Map(),
  links: new Map(),
  folders: new Map(),
  newest: null,
  repo: 'acme/widget',
  others: [],
  token: TOKEN,
  shown: new Set(),
  broken: 0,
  brokenAt: '',
  delay: Promise.resolve(),
  mostItems: 50,
  asked: [],
});

interface Said {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Record<string, string>;
}

const NOT_FOUND: Said = {
  status: 404,
  body: { message: "The target couldn't be found.", url: 'http://forge/api/swagger', errors: [] },
};

type Route = readonly [RegExp, (world: ForgeWorld, id: string, query: URLSearchParams) => Said];

const ok = (body: unknown): Said => ({ status: 200, body });
const orNothing = (body: unknown): Said => (body === undefined ? NOT_FOUND : ok(body));
const all = (map: ReadonlyMap<number, Numbered>): readonly Numbered[] =>
  [...map.values()].toSorted((a, b) => a.number - b.number);

/** After `/api/v1/repos/{owner}/{repo}`. */
const ROUTES: readonly Route[] = [
  [/^$/, (world) => ok({ id: 42, full_name: world.repo, private: false })],
  [/^\/pulls$/, (world, _, query) => paged(world, query, all(world.pulls).filter(isOpen))],
  [/^\/pulls\/(\d+)$/, (world, id) => orNothing(world.pulls.get(Number(id)))],
  [/^\/pulls\/(\d+)\/reviews$/, (world, id, query) => paged(world, query, world.reviews.get(Number(id)) ?? [])],
  [/^\/commits\/([0-9a-f]{40})\/status$/, combinedStatus],
  [/^\/git\/commits\/([0-9a-f]{40})$/, commitOf],
  [/^\/commits$/, newestCommit],
  [/^\/contents\/(.+)$/, (world, path) => orNothing(world.folders.get(path))],
  [/^\/issues$/, listIssues],
  [/^\/issues\/(\d+)$/, (world, id) => orNothing(issueOrPull(world, Number(id)))],
  [/^\/issues\/(\d+)\/dependencies$/, dependenciesOf],
];

const isOpen = (one: Numbered): boolean => one.state === 'open';

function issueOrPull(world: ForgeWorld, number: number): Numbered | undefined {
  const pull = world.pulls.get(number);
  return pull === undefined ? world.issues.get(number) : asIssue(pull);
}

function listIssues(world: ForgeWorld, _: string, query: URLSearchParams): Said {
  const pulls = query.get('type') === 'issues' ? [] : all(world.pulls).map(asIssue);
  const since = Date.parse(query.get('since') ?? '1970-01-01T00:00:00Z');
  const wanted = [...all(world.issues), ...pulls].filter(
    (issue) => issue.state === query.get('state') && Date.parse(issue.updated_at) > since,
  );
  return paged(world, query, wanted);
}

/** Neither this nor the status of a commit says how long it is. */
function dependenciesOf(world: ForgeWorld, id: string, query: URLSearchParams): Said {
  if (world.links === null || issueOrPull(world, Number(id)) === undefined) return NOT_FOUND;
  return ok(slice(world, query, world.links.get(Number(id)) ?? []));
}

/** The state is worked out of the page alone, and a commit without a status has an object of zeros. */
function combinedStatus(world: ForgeWorld, sha: string, query: URLSearchParams): Said {
  const page = slice(world, query, world.statuses.get(sha) ?? []);
  if (page.length === 0) {
    return ok({ state: '', sha: '', total_count: 0, statuses: null, repository: null, commit_url: '', url: '' });
  }
  const state = ['error', 'failure', 'warning', 'pending', 'success'].find((one) =>
    page.some((s) => s['status'] === one),
  );
  return ok({
    state: state === 'error' ? 'failure' : state,
    sha,
    total_count: page.length,
    statuses: page,
    repository: { full_name: world.repo },
    commit_url: '',
    url: '',
  });
}

function commitOf(world: ForgeWorld, sha: string): Said {
  const date = world.commits.get(sha);
  if (date === undefined) return NOT_FOUND;
  return ok({ sha, created: date, commit: { message: 'x', committer: { name: 'x', email: 'x', date } } });
}

/** A repository without a commit is a conflict, whatever the page. */
function newestCommit(world: ForgeWorld): Said {
  if (world.newest === null) return { status: 409, body: { message: 'Git Repository is empty.', url: '' } };
  const commit = { message: 'x', committer: { name: 'x', email: 'x', date: world.newest } };
  return ok([{ sha: 'a'.repeat(40), created: world.newest, commit }]);
}

const sizeOf = (world: ForgeWorld, query: URLSearchParams): number =>
  Math.min(world.mostItems, Number(query.get('limit') ?? 30));

function slice(world: ForgeWorld, query: URLSearchParams, list: readonly Wire[]): readonly Wire[] {
  const size = sizeOf(world, query);
  const from = (Number(query.get('page') ?? 1) - 1) * size;
  return list.slice(from, from + size);
}

function paged(world: ForgeWorld, query: URLSearchParams, list: readonly Wire[]): Said {
  const page = Number(query.get('page') ?? 1);
  const more = page * sizeOf(world, query) < list.length;
  const link = more ? { link: `<http://forge/api/v1/x?page=${page + 1}>; rel="next"` } : {};
  return { ...ok(slice(world, query, list)), headers: { 'x-total-count': String(list.length), ...link } };
}

/** What the forge answers to a GET. */
function answerTo(world: ForgeWorld, url: URL, token: string): Said {
  world.asked.push(`${url.pathname}${url.search}`);
  world.shown.add(token.replace(/^token /, ''));
  const isBroken = world.broken !== 0 && url.pathname.includes(world.brokenAt);
  if (isBroken) return { status: world.broken, body: { message: 'broken', url: '' } };
  if (url.pathname.endsWith('/settings/api')) {
    return ok({ max_response_items: world.mostItems, default_paging_num: 30 });
  }
  if (token !== `token ${world.token}`) {
    return { status: 401, body: { message: 'invalid username, password or token', url: '' } };
  }
  return routed(world, url);
}

function routed(world: ForgeWorld, url: URL): Said {
  for (const here of [world, ...world.others]) {
    const rest = restOf(here, url.pathname);
    for (const [path, answer] of rest === null ? [] : ROUTES) {
      const match = path.exec(rest ?? '');
      if (match !== null) return answer(here, match[1] ?? '', url.searchParams);
    }
  }
  return NOT_FOUND;
}

/** What stands behind the name of a repository; null when it is about another one. */
function restOf({ repo }: ForgeWorld, path: string): string | null {
  const base = `/api/v1/repos/${repo}`;
  const isOurs = `${path}/`.toLowerCase().startsWith(`${base}/`.toLowerCase());
  return isOurs ? path.slice(base.length) : null;
}

export interface FakeForgejo extends AsyncDisposable {
  readonly url: string;
  readonly world: ForgeWorld;
}

/** Serves a world on loopback. */
export async function startFakeForgejo(world = emptyForge()): Promise<FakeForgejo> {
  const reply = (request: IncomingMessage, response: ServerResponse): void => {
    const url = new URL(request.url ?? '/', 'http://forge');
    const { status, body, headers } = answerTo(world, url, request.headers.authorization ?? '');
    response.writeHead(status, { 'content-type': 'application/json;charset=utf-8', ...headers });
    response.end(JSON.stringify(body));
  };
  const server = createServer(reply);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    world,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** The same world behind the port, without a network: it answers within the same turn of the event loop. */
export function fakeForge(world: ForgeWorld): Forge {
  const get = (path: string, query: Record<string, string> = {}): Said => {
    const url = new URL(
      `http://forge/api/v1/repos/${path}?${new URLSearchParams({ limit: '100000', ...query }).toString()}`,
    );
    const said = answerTo({ ...world, mostItems: 100_000 }, url, `token ${world.token}`);
    if (said.status === 200 || said.status === 404 || said.status === 409) return said;
    throw new Error(`forge answers ${said.status}`);
  };
  const one = (path: string): unknown => {
    const { status, body } = get(path);
    return status === 404 ? null : body;
  };
  const many = (path: string, query?: Record<string, string>): readonly unknown[] => {
    const { status, body } = get(path, query);
    if (status === 404) throw new Error(`forge has no ${path}, or the token may not see it`);
    return Array.isArray(body) ? body : (((body as Wire)['statuses'] ?? []) as readonly Wire[]);
  };
  const late = async <T>(answer: T): Promise<T> => {
    await world.delay;
    return answer;
  };
  return {
    host: 'forge.example',
    fullName: async (repo) => fullNameOf(one(repo)),
    openPulls: async (repo) => late(many(`${repo}/pulls`)),
    pull: async (repo, number) => late(one(`${repo}/pulls/${number}`)),
    reviews: async (repo, number) => late(many(`${repo}/pulls/${number}/reviews`)),
    statuses: async (repo, sha) => late(many(`${repo}/commits/${sha}/status`)),
    commit: async (repo, sha) => late(one(`${repo}/git/commits/${sha}`)),
    async newestCommit(repo) {
      const { status, body } = get(`${repo}/commits`);
      if (status === 404) throw new Error(`forge has no ${repo}, or the token may not see it`);
      return late(status === 409 ? null : (body as Wire[])[0]);
    },
    async folder(repo, path) {
      if (one(repo) === null) throw new Error(`forge has no ${repo}, or the token may not see it`);
      return late(one(`${repo}/contents/${path}`) as unknown[] | null);
    },
    issues: async (repo, { state, since }) => {
      const from = since === null ? {} : { since: new Date(since).toISOString() };
      return late(many(`${repo}/issues`, { state, type: 'issues', ...from }));
    },
    issue: async (repo, number) => late(one(`${repo}/issues/${number}`)),
    dependencies: async (repo, number) => late(one(`${repo}/issues/${number}/dependencies`) as unknown[] | null),
  };
}

function fullNameOf(repository: unknown): string {
  if (repository === null) throw new Error('forge has no such repository, or the token may not see it');
  return (repository as { readonly full_name: string }).full_name;
}
