/** The forges as configured. */

import { forgejoForge } from '../adapters/forgejo.ts';
import type { Config } from '../config/config.ts';
import { forgeOf } from '../core/repo-name.ts';
import type { SourceParts } from '../sources/index.ts';

type ForgePlace = SourceParts['forges'][number];

/** Those with an address, a token of their own and a repository; of the others webhooks alone tell. Nothing is contacted. */
export function openForges(config: Pick<Config, 'forge' | 'forges' | 'projects'>): readonly ForgePlace[] {
  const { forge, forges, projects } = config;
  const known = new Set([forge?.repo ?? '', ...projects.map((project) => project.repo)]);
  known.delete('');
  const main = forge === null ? [] : [{ name: '', url: forge.url, token: forge.supervisorToken || forge.token }];
  return [...main, ...forges].flatMap(({ name, url, token }) => {
    const repos = [...known].filter((repo) => forgeOf(repo) === name);
    return token === '' || repos.length === 0 ? [] : [{ name, forge: forgejoForge({ url, token }), repos }];
  });
}
