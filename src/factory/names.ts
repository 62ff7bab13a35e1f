/** What the factory's names say: branches, sessions, slugs. Numbers are compared whole: `issue-12` is not `issue-123`. */

/** The issue a branch works on: `fix/issue-7`, `fix/issue-7-2`, `action/issue-7`; 0 when it names none. */
export function issueOfBranch(branch: string): number {
  const match = /^(?:fix|action)\/issue-(\d+)(?:-\d+)?$/.exec(branch);
  return match === null ? 0 : Number(match[1]);
}

/** The last part of `owner/name`. */
export function slugOfRepo(repo: string): string {
  return repo.slice(repo.lastIndexOf('/') + 1);
}

/** The branch a full ref names, `''` when it is not a branch. */
export function branchOfRef(ref: string): string {
  return ref.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : '';
}
