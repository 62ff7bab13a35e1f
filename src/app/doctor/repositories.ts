/** Whether the forges let the reactor see the repositories: an address that answers shows nothing of them without a token. */

import { broken, ok, warn, type Check, type Examine, type Patient } from './check.ts';

/** Every repository that is looked at, asked for by name. */
export const examineRepositories: Examine = async (patient) => {
  const { config, forges } = patient;
  if (config.forge === null && forges.length === 0) return [];
  const isTokenless = config.forge?.token === '' && config.forge.supervisorToken === '';
  if (isTokenless) return [warn('repositories', 'no token is set, and nothing is asked of the forge', 'FORGE_TOKEN=…')];
  const wanted = forges.flatMap(({ forge, repos }) => repos.map((repo) => ({ forge, repo })));
  if (wanted.length === 0) {
    return [warn('repositories', 'none is named, and nothing is asked of the forge', 'FORGE_REPO=johba/harb')];
  }
  const flaws = await Promise.all(wanted.map((one) => lookAt(patient, one)));
  const found = flaws.filter((flaw) => flaw !== null);
  return found.length > 0 ? found : [ok('repositories', wanted.map(({ repo }) => repo).join(', '))];
};

type Wanted = Pick<Patient['forges'][number], 'forge'> & { readonly repo: string };

async function lookAt({ patience }: Patient, { forge, repo }: Wanted): Promise<Check | null> {
  try {
    await forge.fullName(repo, patience());
    return null;
  } catch (error) {
    return broken('repositories', `${repo}: ${error instanceof Error ? error.message : String(error)}`, '');
  }
}
