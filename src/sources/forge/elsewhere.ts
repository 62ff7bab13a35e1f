/** Another forge than that of FORGE_URL: the same questions and answers, with the forge in front of the name of each repository. */

import { forgeOf, fullNameOf, repoAt } from '../../core/repo-name.ts';
import type { Picture } from '../../factory/picture.ts';
import type { Forge } from '../../ports/forge.ts';

/** A forge that is asked by the reactor's own names of its repositories. */
export function forgeElsewhere(forge: Forge): Forge {
  return {
    host: forge.host,
    fullName: async (repo, signal) => repoAt(forgeOf(repo), await forge.fullName(fullNameOf(repo), signal)),
    openPulls: (repo, signal) => forge.openPulls(fullNameOf(repo), signal),
    pull: (repo, number, signal) => forge.pull(fullNameOf(repo), number, signal),
    reviews: (repo, pull, signal) => forge.reviews(fullNameOf(repo), pull, signal),
    statuses: (repo, sha, signal) => forge.statuses(fullNameOf(repo), sha, signal),
    commit: (repo, sha, signal) => forge.commit(fullNameOf(repo), sha, signal),
    newestCommit: (repo, signal) => forge.newestCommit(fullNameOf(repo), signal),
    folder: (repo, path, signal) => forge.folder(fullNameOf(repo), path, signal),
    issues: (repo, query, signal) => forge.issues(fullNameOf(repo), query, signal),
    issue: (repo, number, signal) => forge.issue(fullNameOf(repo), number, signal),
    dependencies: (repo, issue, signal) => forge.dependencies(fullNameOf(repo), issue, signal),
  };
}

/** What is known of one forge's pull requests and issues, asked by the names that it gives its repositories itself. */
export function pictureOf(forge: string, picture: Picture): Picture {
  const at = (repo: string): string => repoAt(forge, repo);
  return {
    apply: (event) => picture.apply(event),
    pullOfBranch: (repo, branch) => picture.pullOfBranch(at(repo), branch),
    pullOfSha: (repo, sha) => picture.pullOfSha(at(repo), sha),
    pullState: (repo, pull) => picture.pullState(at(repo), pull),
    pull: (repo, number) => picture.pull(at(repo), number),
    issueState: (repo, issue) => picture.issueState(at(repo), issue),
    issue: (repo, number) => picture.issue(at(repo), number),
  };
}

/** The address of a repository in events: `forge://forgejo:3000/owner/name`, `forge://codeberg.org/owner/name`. */
export function addressOf(repo: string, host: string): string {
  return forgeOf(repo) === '' ? `forge://${host}/${repo}` : `forge://${repo}`;
}
