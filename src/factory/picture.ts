/** The forge as the events so far show it: which branch has which pull request, which issue is open. A fold; ask it, never change it from outside. */

import type { EventData } from '../core/catalog/catalog.ts';
import type { AnyEvent } from '../core/event.ts';

export interface Picture {
  /** Takes an event in. Order matters, repeats do not. */
  apply(event: AnyEvent): void;
  /** The open pull request of a branch, 0 when none is known. */
  pullOfBranch(repo: string, branch: string): number;
  /** The open pull request with this head commit, 0 when none is known. */
  pullOfSha(repo: string, sha: string): number;
  /** `''` when the pull request was never heard of. */
  pullState(repo: string, pull: number): State;
  /** What was last said of an open pull request, null when none is known. */
  pull(repo: string, number: number): PullView | null;
  /** `''` when the issue was never heard of. */
  issueState(repo: string, issue: number): State;
  /** What was last said of an issue, null when it was never heard of. */
  issue(repo: string, number: number): IssueView | null;
}

export type State = 'open' | 'closed' | '';

/** What can be asked of a pull request; a webhook says only a part of it. */
export type PullView = Pick<EventData<'forge.pull'>, (typeof PULL_FIELDS)[number]>;

/** What can be asked of an issue; a webhook says only a part of it. */
export type IssueView = Pick<EventData<'forge.issue'>, (typeof ISSUE_FIELDS)[number]>;

const PULL_FIELDS = [
  'number',
  'branch',
  'sha',
  'last_push_at',
  'ci_state',
  'ci_since',
  'ci_finished_at',
  'reviewed',
  'reviewed_at',
  'approved',
  'changes_requested',
  'changes_requested_stale',
  'conflict_since',
] as const satisfies readonly (keyof EventData<'forge.pull'>)[];

const ISSUE_FIELDS = [
  'state',
  'closed_at',
  'linked_dependencies',
  'open_dependencies',
  'unknown_dependencies',
  'oldest_open_dependency_at',
  'dependencies_closed_at',
  'in_cycle',
  'cycle',
  'children',
  'children_open',
  'children_closed_at',
] as const satisfies readonly (keyof EventData<'forge.issue'>)[];

/** An empty picture. */
export function createPicture(): Picture {
  const pulls = new Map<string, Map<number, PullView>>();
  const closed = new Set<string>();
  const issues = new Map<string, IssueView>();
  const find = (repo: string, matches: (pull: PullView) => boolean): number =>
    [...(pulls.get(repo)?.values() ?? [])].find(matches)?.number ?? 0;
  const applyPull = (data: EventData<'forge.pull'>): void => {
    const ofRepo = pulls.get(data.repo) ?? new Map<number, PullView>();
    pulls.set(data.repo, ofRepo);
    if (data.state === 'open') {
      ofRepo.set(data.number, pick(data, PULL_FIELDS));
      closed.delete(`${data.repo}#${data.number}`);
    } else {
      ofRepo.delete(data.number);
      closed.add(`${data.repo}#${data.number}`);
    }
  };
  return {
    apply(event) {
      if (event.kind === 'forge.pull') applyPull(event.data);
      if (event.kind === 'forge.issue' && isState(event.data.state)) {
        issues.set(`${event.data.repo}#${event.data.number}`, pick(event.data, ISSUE_FIELDS));
      }
    },
    pullOfBranch: (repo, branch) => (branch === '' ? 0 : find(repo, (pull) => pull.branch === branch)),
    pullOfSha: (repo, sha) => (sha === '' ? 0 : find(repo, (pull) => pull.sha === sha)),
    pull: (repo, number) => pulls.get(repo)?.get(number) ?? null,
    pullState(repo, number) {
      if (pulls.get(repo)?.has(number) === true) return 'open';
      return closed.has(`${repo}#${number}`) ? 'closed' : '';
    },
    issueState: (repo, issue) => stateOf(issues.get(`${repo}#${issue}`)),
    issue: (repo, number) => issues.get(`${repo}#${number}`) ?? null,
  };
}

const isState = (state: string): boolean => state === 'open' || state === 'closed';

function stateOf(issue: IssueView | undefined): State {
  if (issue === undefined) return '';
  return issue.state === 'open' ? 'open' : 'closed';
}

function pick<T extends object, K extends keyof T>(data: T, fields: readonly K[]): Pick<T, K> {
  return Object.fromEntries(fields.map((field) => [field, data[field]])) as Pick<T, K>;
}
