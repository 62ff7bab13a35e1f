/**
 * How the reactor writes the name of a repository: `owner/name` at the forge of FORGE_URL, and with the name of another forge in front when it
 * is there: `codeberg.org/owner/name`. Two forges may hold a repository of one name, and everything is keyed by it.
 */

/** The name that the reactor gives a repository of a forge; `forge` is `''` for that of FORGE_URL. A name of `''` stays so. */
export function repoAt(forge: string, fullName: string): string {
  return forge === '' || fullName === '' ? fullName : `${forge}/${fullName}`;
}

/** `owner/name`, as the forge itself calls it. */
export function fullNameOf(repo: string): string {
  return repo.split('/').slice(-2).join('/');
}

/** The forge of a repository, `''` for that of FORGE_URL. */
export function forgeOf(repo: string): string {
  return repo.split('/').slice(0, -2).join('/');
}

/** The name of a forge by its address: host and port, and the path when it has one. Throws when it is no address. */
export function nameOfForge(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname.replace(/\/+$/, '')}`;
}
