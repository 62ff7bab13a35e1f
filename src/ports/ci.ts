/** What the reactor asks of a Woodpecker server. It only reads. */

import type { Instant } from '../core/time.ts';

/** What the server said. Denied and missing are answers too, and neither is the same as empty. */
export type CiAnswer<T> =
  | { readonly got: 'value'; readonly value: T }
  /** The token may not; `reason` says what would. */
  | { readonly got: 'denied'; readonly reason: string }
  /** It is not there, or hidden from this token. */
  | { readonly got: 'missing'; readonly reason: string };

export interface CiRepo {
  /** Woodpecker's own number; not the forge's. */
  readonly id: number;
  /** owner/name */
  readonly repo: string;
  readonly defaultBranch: string;
}

/** A repository that somebody wants watched. */
export interface WantedRepo {
  /** owner/name, `''` when only the id is known. */
  readonly repo: string;
  /** Woodpecker's own number; null when nobody said one. */
  readonly id: number | null;
}

/** A time is null when it has not come. */
export interface CiPipeline {
  readonly number: number;
  /** One of CI_STATUSES, or a word that a later server made up. */
  readonly status: string;
  readonly event: string;
  readonly author: string;
  readonly sha: string;
  /** The base branch for a pull request. */
  readonly branch: string;
  /** `refs/pull/N/head` for a pull request. */
  readonly ref: string;
  /** `head:base` for a pull request, else `''`. */
  readonly refspec: string;
  readonly fromFork: boolean;
  /** The pipeline it repeats, 0 when none. */
  readonly parent: number;
  /** The pipeline that canceled it, 0 when none. */
  readonly supersededBy: number;
  readonly createdAt: Instant | null;
  readonly updatedAt: Instant | null;
  readonly startedAt: Instant | null;
  readonly finishedAt: Instant | null;
  /** When somebody approved or declined it. */
  readonly reviewedAt: Instant | null;
  /** Null in a list, which does not tell. */
  readonly workflows: readonly CiWorkflow[] | null;
}

export interface CiWorkflow {
  readonly name: string;
  readonly status: string;
  /** 0 until an agent has it. */
  readonly agentId: number;
  readonly steps: readonly CiStep[];
}

export interface CiStep {
  readonly name: string;
  readonly status: string;
  readonly type: string;
  readonly exitCode: number;
}

/** An agent, without the token that the server sends along. */
export interface CiAgent {
  readonly id: number;
  readonly name: string;
  readonly createdAt: Instant | null;
  readonly lastContact: Instant | null;
  readonly noSchedule: boolean;
  readonly version: string;
}

export interface CiTask {
  /** 0 when the server is too old to say. */
  readonly repoId: number;
  readonly number: number;
  /** 0 until an agent has it. */
  readonly agentId: number;
}

export interface CiQueue {
  readonly paused: boolean;
  /** Waiting for an agent, or for other workflows. */
  readonly waiting: readonly CiTask[];
  readonly running: readonly CiTask[];
}

export interface CiPage {
  /** Newest number first, without workflows. */
  readonly pipelines: readonly CiPipeline[];
  readonly isLast: boolean;
}

export interface PageRequest {
  /** From 1 on. */
  readonly page: number;
  readonly perPage?: number;
  readonly status?: string;
  /** Base branch and events go together: the pipelines of pull requests are on their base branch too. */
  readonly branch?: string;
  readonly events?: readonly string[];
}

/** Pipelines of a page when nobody says otherwise, and at most. */
export const CI_PAGE = 50;

/** Something happened, or the line is still open. Order means nothing, and what was missed is not told again. */
export type CiHint =
  | { readonly type: 'alive' }
  | { readonly type: 'pipeline'; readonly repoId: number; readonly number: number; readonly status: string };

/** Every call rejects with a CiError when there is no usable answer, and with anything at all once its signal aborts. */
export interface Ci {
  /** The server's version, once it says that it is healthy. */
  version(signal: AbortSignal): Promise<CiAnswer<string>>;
  repoByName(repo: string, signal: AbortSignal): Promise<CiAnswer<CiRepo>>;
  repoById(id: number, signal: AbortSignal): Promise<CiAnswer<CiRepo>>;
  /** One page; there is no total, a page that is not full is the last. */
  pipelines(repoId: number, request: PageRequest, signal: AbortSignal): Promise<CiAnswer<CiPage>>;
  /** One, with its workflows. */
  pipeline(repoId: number, number: number, signal: AbortSignal): Promise<CiAnswer<CiPipeline>>;
  /** All of them; for admins. */
  agents(signal: AbortSignal): Promise<CiAnswer<readonly CiAgent[]>>;
  /** For admins. */
  queue(signal: AbortSignal): Promise<CiAnswer<CiQueue>>;
  /**
   * Subscribes; resolves once the server answered. One connection: the iterable returns when the server ends it, and throws when it is lost.
   * Repositories that become active later are not on it.
   */
  stream(signal: AbortSignal): Promise<CiAnswer<AsyncIterable<CiHint>>>;
}

/** No usable answer, in one plain sentence that holds no secret. */
export class CiError extends Error {
  /** False: nobody answered at all, and the next request would fare no better. */
  readonly reached: boolean;
  constructor(message: string, reached: boolean, cause?: unknown) {
    super(message, { cause });
    this.name = 'CiError';
    this.reached = reached;
  }
}
