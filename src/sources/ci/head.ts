/** What a pipeline is for: which branch, which pull request, which issue. */

import { branchOfRef, issueOfBranch } from '../../factory/names.ts';
import type { Picture } from '../../factory/picture.ts';
import type { CiPipeline, CiRepo } from '../../ports/ci.ts';

export interface Head {
  /** Head branch; `fork:<branch>` when it is that of a fork, so that a stranger's `fix/issue-7` is not taken for ours. */
  readonly branch: string;
  /** Where a pull request goes, `''` for anything else. */
  readonly base: string;
  readonly pr: number;
  readonly issue: number;
}

/** Reads the head off a pipeline; the picture knows the pull request of a branch that was only pushed. */
export function headOf(pipeline: CiPipeline, repo: CiRepo, picture: Picture): Head {
  const pull = Number(/^refs\/pull\/(\d{1,9})\//.exec(pipeline.ref)?.[1] ?? 0);
  if (pull > 0 || pipeline.event.startsWith('pull_request')) return pullHead(pipeline, pull);
  if (NO_BRANCH.includes(pipeline.event)) return { branch: '', base: '', pr: 0, issue: 0 };
  const branch = branchOfRef(pipeline.ref) === '' ? pipeline.branch : branchOfRef(pipeline.ref);
  return { branch, base: '', pr: pullOf(branch, pipeline.sha, repo, picture), issue: issueOfBranch(branch) };
}

/** Woodpecker writes the tag where the branch stands. */
const NO_BRANCH: readonly string[] = ['tag', 'release'];

/** The branch of the pipeline is the base; the head stands in the refspec alone. */
function pullHead({ refspec, branch: base, fromFork }: CiPipeline, pr: number): Head {
  const head = refspec.includes(':') ? refspec.slice(0, refspec.indexOf(':')) : '';
  const branch = head !== '' && fromFork ? `fork:${head}` : head;
  return { branch, base, pr, issue: issueOfBranch(branch) };
}

/** A pull request that goes out from the default branch would make every push there one of its own. */
function pullOf(branch: string, sha: string, repo: CiRepo, picture: Picture): number {
  if (branch === '' || branch === repo.defaultBranch) return 0;
  return picture.pullOfBranch(repo.repo, branch) || picture.pullOfSha(repo.repo, sha);
}
