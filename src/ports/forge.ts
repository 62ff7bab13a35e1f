/**
 * What the reactor asks of a forge. It only reads.
 *
 * Answers are the forge's own objects, unread: they are read by the same functions as the objects in its webhooks, so that
 * both become the same events. Lists are whole, whatever number of pages they take. Every call rejects with an Error in
 * plain words when the forge could not be asked or refuses: that is never the same as an empty answer.
 */

import type { Instant } from '../core/time.ts';

export interface IssueQuery {
  readonly state: 'open' | 'closed';
  /** Only those that changed since then; null for all. */
  readonly since: Instant | null;
}

export interface Forge {
  /** Host and port, as it stands in the address of every event. */
  readonly host: string;
  /** `owner/name` as the forge itself writes it. */
  fullName(repo: string, signal: AbortSignal): Promise<string>;
  openPulls(repo: string, signal: AbortSignal): Promise<readonly unknown[]>;
  /** Null when the forge does not have it. */
  pull(repo: string, number: number, signal: AbortSignal): Promise<unknown>;
  /** All reviews and requests for reviews, oldest first. */
  reviews(repo: string, pull: number, signal: AbortSignal): Promise<readonly unknown[]>;
  /** The newest status of every check of a commit. */
  statuses(repo: string, sha: string, signal: AbortSignal): Promise<readonly unknown[]>;
  /** Null when the forge does not have it. */
  commit(repo: string, sha: string, signal: AbortSignal): Promise<unknown>;
  /** The newest commit of the default branch; null in a repository without one. */
  newestCommit(repo: string, signal: AbortSignal): Promise<unknown>;
  /** What is in a folder of the default branch; null when the repository has no such folder. Rejects when it does not have the repository. */
  folder(repo: string, path: string, signal: AbortSignal): Promise<readonly unknown[] | null>;
  /** Issues without pull requests. */
  issues(repo: string, query: IssueQuery, signal: AbortSignal): Promise<readonly unknown[]>;
  /** An issue or pull request, which share their numbers; null when the forge does not have it. */
  issue(repo: string, number: number, signal: AbortSignal): Promise<unknown>;
  /** What an issue is linked to as its dependencies; null when the repository has no such links. */
  dependencies(repo: string, issue: number, signal: AbortSignal): Promise<readonly unknown[] | null>;
}
