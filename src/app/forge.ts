/** The forge as configured. */

import { forgejoForge } from '../adapters/forgejo.ts';
import type { Config } from '../config/config.ts';
import type { Forge } from '../ports/forge.ts';

export interface ForgePlace {
  readonly forge: Forge;
  /** Repositories with code, owner/name each. */
  readonly repos: readonly string[];
}

/** Null when its address, a token or every repository was not set: then webhooks alone tell of it. */
export function openForge({ forge, projects }: Config): ForgePlace | null {
  if (forge === null) return null;
  const token = forge.supervisorToken === '' ? forge.token : forge.supervisorToken;
  const repos = new Set([forge.repo, ...projects.map((project) => project.repo)]);
  repos.delete('');
  if (token === '' || repos.size === 0) return null;
  return { forge: forgejoForge({ url: forge.url, token }), repos: [...repos] };
}
