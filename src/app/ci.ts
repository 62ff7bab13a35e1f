/** CI as configured: the server, and the repositories that are watched there. */

import { openWoodpecker } from '../adapters/woodpecker.ts';
import type { Config } from '../config/config.ts';
import type { WantedRepo } from '../ports/ci.ts';
import type { SourceParts } from '../sources/index.ts';

/** The server behind its port; null when none is configured. Contacts nothing yet. */
export function openCi(config: Config): SourceParts['ci'] {
  if (config.ci === null) return null;
  return { ci: openWoodpecker(config.ci), server: config.ci.server, repos: ciRepos(config) };
}

/**
 * Those of all projects, but for the ones that say they have no CI; without a project, the one that WOODPECKER_REPO_ID names. A server knows
 * repositories by the names of its own forge: one of another forge is watched only when its number there was said.
 */
export function ciRepos({ projects, ci }: Pick<Config, 'projects' | 'ci'>): readonly WantedRepo[] {
  const wanted = projects
    .filter(({ repo, ciRepoId }) => ciRepoId !== 0 && (repo !== '' || ciRepoId !== null))
    .filter(({ forge, ciRepoId }) => forge === '' || ciRepoId !== null)
    .map(({ repo, ciRepoId }) => ({ repo, id: ciRepoId }));
  const alone = ci?.repoId ?? null;
  const all = projects.length === 0 && alone !== null ? [{ repo: '', id: alone }] : wanted;
  return all.filter(
    ({ repo, id }, i) => all.findIndex((one) => (repo === '' ? one.id === id : one.repo === repo)) === i,
  );
}
