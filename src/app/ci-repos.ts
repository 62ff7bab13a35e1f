/** Which repositories CI is watched for. */

import type { Config } from '../config/config.ts';
import type { WantedRepo } from '../ports/ci.ts';

/** Those of all projects, but for the ones that say they have no CI; without a project, the one that WOODPECKER_REPO_ID names. */
export function ciRepos({ projects, ci }: Pick<Config, 'projects' | 'ci'>): readonly WantedRepo[] {
  const wanted = projects
    .filter(({ repo, ciRepoId }) => ciRepoId !== 0 && (repo !== '' || ciRepoId !== null))
    .map(({ repo, ciRepoId }) => ({ repo, id: ciRepoId }));
  const alone = ci?.repoId ?? null;
  const all = projects.length === 0 && alone !== null ? [{ repo: '', id: alone }] : wanted;
  return all.filter(
    ({ repo, id }, i) => all.findIndex((one) => (repo === '' ? one.id === id : one.repo === repo)) === i,
  );
}
