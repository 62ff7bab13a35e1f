/** A Forgejo (11 and later; what is asked is the same in 15) over its REST API. */

import type { HttpResponse } from 'forgejo-js';
import type { Forge } from '../ports/forge.ts';
import {
  commit,
  commits,
  contents,
  dependencies,
  issue,
  issues,
  openPulls,
  pull,
  repository,
  reviews,
  statuses,
  type Endpoint,
} from './forgejo-endpoints.ts';
import { forgejoHttp, type Answer, type ForgejoHttp, type ForgejoOptions, type Question } from './forgejo-http.ts';
import { itemsOf, readPages, type Page } from './forgejo-pages.ts';

/** Opens nothing yet. Throws when the URL is none. */
export function forgejoForge(options: ForgejoOptions): Forge {
  const http = forgejoHttp(options);
  const limitOf = createLimit(http);
  const one = async <T>(endpoint: Endpoint<T>, signal: AbortSignal): Promise<T | null> =>
    (await ask(http, endpoint, { page: 1, limit: 1, signal }))?.data ?? null;
  const many = async <T>(endpoint: Endpoint<T>, signal: AbortSignal): Promise<readonly unknown[] | null> => {
    const limit = await limitOf(signal);
    const readPage = (page: number): Promise<Answer<T>> => ask(http, endpoint, { page, limit, signal });
    const toPage = (answer: Answer<T>): Page => pageOf(answer ?? refuse(http.host, endpoint), endpoint);
    const first = await readPage(1);
    return first === null ? null : readPages(limit, toPage(first), async (page) => toPage(await readPage(page)));
  };
  const needMany = async <T>(endpoint: Endpoint<T>, signal: AbortSignal): Promise<readonly unknown[]> =>
    (await many(endpoint, signal)) ?? refuse(http.host, endpoint);
  /** What is not in a repository and a repository that is not there, or is hidden, are both 404. */
  const unlessMissing = async (repo: string, signal: AbortSignal): Promise<null> => {
    const endpoint = repository(repo);
    return (await one(endpoint, signal)) === null ? refuse(http.host, endpoint) : null;
  };
  return {
    host: http.host,
    async fullName(repo, signal) {
      const endpoint = repository(repo);
      const found = (await one(endpoint, signal)) ?? refuse(http.host, endpoint);
      return found.full_name ?? repo;
    },
    openPulls: async (repo, signal) => needMany(openPulls(repo), signal),
    pull: async (repo, number, signal) => one(pull(repo, number), signal),
    reviews: async (repo, number, signal) => needMany(reviews(repo, number), signal),
    statuses: async (repo, sha, signal) => needMany(statuses(repo, sha), signal),
    commit: async (repo, sha, signal) => one(commit(repo, sha), signal),
    async newestCommit(repo, signal) {
      const endpoint = commits(repo);
      const found = await one(endpoint, signal);
      return found === null ? unlessMissing(repo, signal) : (itemsOf(found, endpoint.what)[0] ?? null);
    },
    async folder(repo, path, signal) {
      const endpoint = contents(repo, path);
      const found = await one(endpoint, signal);
      return found === null ? unlessMissing(repo, signal) : itemsOf(found, endpoint.what);
    },
    issues: async (repo, query, signal) => needMany(issues(repo, query), signal),
    issue: async (repo, number, signal) => one(issue(repo, number), signal),
    dependencies: async (repo, number, signal) => many(dependencies(repo, number), signal),
  };
}

interface Asking {
  readonly page: number;
  readonly limit: number;
  readonly signal: AbortSignal;
}

function ask<T>(http: ForgejoHttp, endpoint: Endpoint<T>, { page, limit, signal }: Asking): Promise<Answer<T>> {
  return http.ask(endpoint, (api, how) => endpoint.call(api, how, { page, limit }), signal);
}

function pageOf<T>({ data, headers }: HttpResponse<T>, endpoint: Endpoint<T>): Page {
  return { items: itemsOf(endpoint.list === undefined ? data : endpoint.list(data), endpoint.what), headers };
}

function refuse(host: string, { what }: Question): never {
  throw new Error(`${host} has no ${what}, or the token may not see it`);
}

/** As many as a forge gives at once, unless it was told to give fewer. */
const LIMIT = 50;

/** How many items a page has: a forge that was told to give fewer gives fewer without a word. */
function createLimit(http: ForgejoHttp): (signal: AbortSignal) => Promise<number> {
  const question = { what: 'its settings', scope: 'read:repository' } as const;
  let known: number | null = null;
  return async (signal) => {
    if (known !== null) return known;
    try {
      const answer = await http.ask(question, (api, how) => api.settings.getGeneralApiSettings(how), signal);
      const most = answer?.data.max_response_items ?? LIMIT;
      known = most > 0 ? Math.min(LIMIT, most) : LIMIT;
      return known;
    } catch {
      // The question that this was asked for says what is wrong.
      return LIMIT;
    }
  };
}
