/** Which forge each project is at: that of FORGE_URL, or another one. */

import { nameOfForge, repoAt } from '../core/repo-name.ts';
import type { ForgeConfig, OtherForge, Project } from './config.ts';

/** A project as its file tells it. */
export interface WrittenProject extends Omit<Project, 'forge'> {
  /** `''` when the file does not say: it is at the forge of FORGE_URL. */
  readonly forgeUrl: string;
}

export interface Forges {
  readonly main: ForgeConfig | null;
  /** Other addresses of the forge of FORGE_URL. */
  readonly aliases: readonly string[];
  /** What `[[forges]]` tells of. */
  readonly declared: readonly OtherForge[];
}

/**
 * The name of the forge at an address as a project writes it; `''` for that of FORGE_URL. Project files tell of the box they were written on:
 * what is "localhost" there is the forge of the factory, which FORGE_URL names as it is seen from here.
 */
function forgeAt(url: string, { main, aliases, declared }: Forges): string {
  if (url === '') return '';
  const name = nameOfForge(url);
  if (declared.some((forge) => isAt(url, forge))) return name;
  if (main === null || isOwnView(url, main.url)) return '';
  return [main.url, ...aliases].some((one) => nameOfForge(one) === name) ? '' : name;
}

/** True when a project with that forge_url is at the forge. */
export function isAt(forgeUrl: string, { name }: Pick<OtherForge, 'name'>): boolean {
  return forgeUrl !== '' && nameOfForge(forgeUrl) === name;
}

function isOwnView(url: string, main: string): boolean {
  const [one, other] = [new URL(url), new URL(main)];
  return isLocal(one) && (!isLocal(other) || one.port === other.port);
}

const isLocal = ({ hostname }: URL): boolean => /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);

/** Those that are told of, and those that projects are at and nobody told of: they have no token, and none of another forge is theirs. */
export function allForges(forges: Forges, projects: readonly WrittenProject[]): readonly OtherForge[] {
  const found = projects.flatMap(({ forgeUrl }) => {
    const name = forgeAt(forgeUrl, forges);
    return name === '' ? [] : [{ name, url: forgeUrl, token: '', webhookSecrets: [] }];
  });
  return [...new Map([...found, ...forges.declared].map((forge) => [forge.name, forge])).values()];
}

/** The project with its repositories named by where they are. */
export function settle({ forgeUrl, ...project }: WrittenProject, forges: Forges): Project {
  const forge = forgeAt(forgeUrl, forges);
  return { ...project, forge, repo: repoAt(forge, project.repo), opsRepo: repoAt(forge, project.opsRepo) };
}
