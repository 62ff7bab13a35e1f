/** What is asked of a Forgejo, an endpoint each. */

import type {
  CombinedStatus,
  Commit,
  HttpResponse,
  Issue,
  PullRequest,
  PullReview,
  Repository,
  RequestParams,
} from 'forgejo-js';
import { toIso, type Instant } from '../core/time.ts';
import type { IssueQuery } from '../ports/forge.ts';
import type { ForgejoClient, Question } from './forgejo-http.ts';

export interface Paging {
  readonly page: number;
  readonly limit: number;
}

export interface Endpoint<T> extends Question {
  call(api: ForgejoClient, how: RequestParams, paging: Paging): Promise<HttpResponse<T>>;
  /** The list inside the answer, where the answer is not the list itself. */
  list?(data: T): unknown;
}

/** The repository itself. */
export function repository(repo: string): Endpoint<Repository> {
  const [owner, name] = partsOf(repo);
  return {
    what: `repository ${repo}`,
    scope: 'read:repository',
    call: (api, how) => api.repos.repoGet(owner, name, how),
  };
}

/** Open pull requests; the oldest first, so that one that is opened meanwhile moves none to another page. */
export function openPulls(repo: string): Endpoint<PullRequest[]> {
  const [owner, name] = partsOf(repo);
  return {
    what: `pull requests of ${repo}`,
    scope: 'read:repository',
    call: (api, how, paging) =>
      api.repos.repoListPullRequests(owner, name, { state: 'open', sort: 'oldest', ...paging }, how),
  };
}

/** One pull request. */
export function pull(repo: string, number: number): Endpoint<PullRequest> {
  const [owner, name] = partsOf(repo);
  return {
    what: `pull request ${repo}#${number}`,
    scope: 'read:repository',
    call: (api, how) => api.repos.repoGetPullRequest(owner, name, number, how),
  };
}

/** Reviews of a pull request. */
export function reviews(repo: string, number: number): Endpoint<PullReview[]> {
  const [owner, name] = partsOf(repo);
  return {
    what: `reviews of ${repo}#${number}`,
    scope: 'read:repository',
    call: (api, how, paging) => api.repos.repoListPullReviews(owner, name, number, paging, how),
  };
}

/** The newest status of each check of a commit. Its list is null when there is none. */
export function statuses(repo: string, sha: string): Endpoint<CombinedStatus> {
  const [owner, name] = partsOf(repo);
  const ref = shaOf(sha);
  return {
    what: `statuses of ${repo}@${ref}`,
    scope: 'read:repository',
    call: (api, how, paging) => api.repos.repoGetCombinedStatusByRef(owner, name, ref, paging, how),
    list: (data) => data.statuses,
  };
}

/** One commit, without what costs the forge time. */
export function commit(repo: string, sha: string): Endpoint<Commit> {
  const [owner, name] = partsOf(repo);
  const ref = shaOf(sha);
  const query = { stat: false, verification: false, files: false };
  return {
    what: `commit ${repo}@${ref}`,
    scope: 'read:repository',
    call: (api, how) => api.repos.repoGetSingleCommit(owner, name, ref, query, how),
  };
}

/** The commits of the default branch, newest first. A repository without one answers 409. */
export function commits(repo: string): Endpoint<Commit[]> {
  const [owner, name] = partsOf(repo);
  const query = { stat: false, verification: false, files: false };
  return {
    what: `commits of ${repo}`,
    none: 409,
    scope: 'read:repository',
    call: (api, how, paging) => api.repos.repoGetAllCommits(owner, name, { ...query, ...paging }, how),
  };
}

/** What is in a folder, which has no pages; of a file the answer is no list. */
export function contents(repo: string, path: string): Endpoint<unknown> {
  const [owner, name] = partsOf(repo);
  const parts = path.split('/').map((part) => (PART.test(part) ? part : noPath(path)));
  return {
    what: `${path} in ${repo}`,
    scope: 'read:repository',
    call: (api, how) => api.repos.repoGetContents(owner, name, parts.join('/'), {}, how),
  };
}

/** Issues without pull requests, which the forge lists among them unless it is told not to. */
export function issues(repo: string, { state, since }: IssueQuery): Endpoint<Issue[]> {
  const [owner, name] = partsOf(repo);
  const query = { state, type: 'issues', sort: 'oldest', ...changedSince(since) } as const;
  return {
    what: `issues of ${repo}`,
    scope: 'read:issue',
    call: (api, how, paging) => api.repos.issueListIssues(owner, name, { ...query, ...paging }, how),
  };
}

/** One issue or pull request. */
export function issue(repo: string, number: number): Endpoint<Issue> {
  const [owner, name] = partsOf(repo);
  return {
    what: `issue ${repo}#${number}`,
    scope: 'read:issue',
    call: (api, how) => api.repos.issueGetIssue(owner, name, number, how),
  };
}

/** What an issue is linked to as its dependencies; 404 where such links are switched off. */
export function dependencies(repo: string, number: number): Endpoint<Issue[]> {
  const [owner, name] = partsOf(repo);
  return {
    what: `dependencies of ${repo}#${number}`,
    scope: 'read:issue',
    call: (api, how, paging) => api.repos.issueListIssueDependencies(owner, name, String(number), paging, how),
  };
}

function changedSince(since: Instant | null): { readonly since?: string } {
  return since === null ? {} : { since: toIso(since) };
}

const REPO = /^(?!\.\.?\/)[\w.-]{1,100}\/(?!\.\.?$)[\w.-]{1,100}$/;
const SHA = /^[0-9a-f]{40,64}$/;

/** The client puts parts of a path into it as they are. */
function partsOf(repo: string): readonly [string, string] {
  if (!REPO.test(repo)) throw new Error(`"${repo}" is no repository: write owner/name`);
  const [owner = '', name = ''] = repo.split('/');
  return [owner, name];
}

const PART = /^(?!\.{1,2}$)[\w.-]{1,100}$/;

function noPath(path: string): never {
  throw new Error(`"${path}" is no path in a repository`);
}

function shaOf(sha: string): string {
  if (!SHA.test(sha)) throw new Error(`"${sha}" is no commit`);
  return sha;
}
