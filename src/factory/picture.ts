/** The forge as the events so far show it: which branch has which pull request, which issue is open. A fold; ask it, never change it from outside. */

import type { AnyEvent } from '../core/event.ts';

export interface Picture {
  /** Takes an event in. Order matters, repeats do not. */
  apply(event: AnyEvent): void;
  /** The open pull request of a branch, 0 when none is known. */
  pullOfBranch(repo: string, branch: string): number;
  /** The open pull request with this head commit, 0 when none is known. */
  pullOfSha(repo: string, sha: string): number;
  /** `''` when the issue was never heard of. */
  issueState(repo: string, issue: number): 'open' | 'closed' | '';
}

interface Pull {
  readonly number: number;
  readonly branch: string;
  readonly sha: string;
}

/** An empty picture. */
export function createPicture(): Picture {
  const pulls = new Map<string, Map<number, Pull>>();
  const issues = new Map<string, 'open' | 'closed'>();
  const find = (repo: string, matches: (pull: Pull) => boolean): number =>
    [...(pulls.get(repo)?.values() ?? [])].find(matches)?.number ?? 0;
  return {
    apply(event) {
      if (event.kind === 'forge.pull') applyPull(pulls, event.data);
      if (event.kind === 'forge.issue') applyIssue(issues, event.data);
    },
    pullOfBranch: (repo, branch) => (branch === '' ? 0 : find(repo, (pull) => pull.branch === branch)),
    pullOfSha: (repo, sha) => (sha === '' ? 0 : find(repo, (pull) => pull.sha === sha)),
    issueState: (repo, issue) => issues.get(`${repo}#${issue}`) ?? '',
  };
}

interface PullData extends Pull {
  readonly repo: string;
  readonly state: string;
}

function applyPull(pulls: Map<string, Map<number, Pull>>, data: PullData): void {
  const ofRepo = pulls.get(data.repo) ?? new Map<number, Pull>();
  pulls.set(data.repo, ofRepo);
  if (data.state === 'open') ofRepo.set(data.number, { number: data.number, branch: data.branch, sha: data.sha });
  else ofRepo.delete(data.number);
}

function applyIssue(
  issues: Map<string, 'open' | 'closed'>,
  data: { repo: string; number: number; state: string },
): void {
  if (data.state === 'open' || data.state === 'closed') issues.set(`${data.repo}#${data.number}`, data.state);
}
