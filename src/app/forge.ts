/** The forges as configured, and what is looked at there. */

import { forgejoForge } from '../adapters/forgejo.ts';
import type { Config } from '../config/config.ts';
import { forgeOf } from '../core/repo-name.ts';
import type { Forge } from '../ports/forge.ts';
import type { SourceParts } from '../sources/index.ts';

type Forges = Pick<SourceParts, 'forges' | 'opsRepos'>;
type Configured = Pick<Config, 'forge' | 'forges' | 'projects' | 'opsRepoRoot'>;

/** Those with an address, a token of their own and a repository; of the others webhooks alone tell. Nothing is contacted. */
export function openForges(config: Configured): Forges {
  const { forge, forges, projects } = config;
  const main = forge === null ? [] : [{ name: '', url: forge.url, token: forge.supervisorToken || forge.token }];
  const opened = [...main, ...forges].flatMap(({ name, url, token }) =>
    token === '' ? [] : [{ name, forge: forgejoForge({ url, token, ...(name === '' ? {} : { settings: TOLD }) }) }],
  );
  const repos = [...new Set([forge?.repo ?? '', ...projects.map((project) => project.repo)])].filter(isNamed);
  return {
    forges: opened
      .map(({ name, forge: at }) => ({ name, forge: at, repos: repos.filter((repo) => forgeOf(repo) === name) }))
      .filter((at) => at.repos.length > 0),
    opsRepos: opsRepos(config, (name) => opened.find((one) => one.name === name)?.forge ?? null),
  };
}

/** Where the address and the token of another forge are set. */
const TOLD = { url: 'url in [[forges]]', token: 'token in [[forges]]' };

const isNamed = (repo: string): boolean => repo !== '';

/** The main one is that of FORGE_OPS_REPO; without it, the one whose folder is the one of OPS_REPO_ROOT, or the only one. */
function opsRepos(
  { forge, projects, opsRepoRoot }: Configured,
  at: (name: string) => Forge | null,
): Forges['opsRepos'] {
  const given = forge?.opsRepo ?? '';
  const found = projects.map(({ opsRepo, name, opsRepoRoot: root }) => ({ repo: opsRepo, project: name, root }));
  const all = [...found, { repo: given, project: '', root: opsRepoRoot }].filter(({ repo }) => isNamed(repo));
  const known = all.filter(({ repo }, i) => all.findIndex((one) => one.repo === repo) === i);
  const ofFolder = known.find(({ root }) => root === opsRepoRoot) ?? (known.length === 1 ? known[0] : undefined);
  const main = given === '' ? ofFolder?.repo : given;
  return known.flatMap(({ repo, project }) => {
    const asked = at(forgeOf(repo));
    return asked === null ? [] : [{ repo, project, isMain: repo === main, forge: asked }];
  });
}
