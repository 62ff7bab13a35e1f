/** Whether the forges let the reactor see the repositories: an address that answers shows nothing of them without a token. */

import { messageOf } from '../../core/errors.ts';
import { broken, ok, warn, type Check, type Examine, type Patient } from './check.ts';

/** Every repository that is looked at, asked for by name. */
export const examineRepositories: Examine = async (patient) => {
  const { config, forges } = patient;
  if (config.forge === null && forges.length === 0) return [];
  const isTokenless = config.forge?.token === '' && config.forge.supervisorToken === '';
  const tokenless = isTokenless ? [warn('repositories', `no token is set, ${NOT_ASKED}`, 'FORGE_TOKEN=…')] : [];
  const wanted = forges.flatMap(({ forge, repos }) => repos.map((repo) => ({ forge, repo })));
  if (wanted.length === 0) {
    return isTokenless ? tokenless : [warn('repositories', `none is named, ${NOT_ASKED}`, 'FORGE_REPO=johba/harb')];
  }
  const looked = await Promise.all(wanted.map((one) => lookAt(patient, one)));
  const flaws = [...tokenless, ...looked.filter((flaw) => flaw !== null)];
  return flaws.length > 0 ? flaws : [ok('repositories', wanted.map(({ repo }) => repo).join(', '))];
};

const NOT_ASKED = 'and nothing is asked of the forge';

type Wanted = Pick<Patient['forges'][number], 'forge'> & { readonly repo: string };

async function lookAt({ patience }: Patient, { forge, repo }: Wanted): Promise<Check | null> {
  try {
    await forge.fullName(repo, patience());
    return null;
  } catch (error) {
    return broken('repositories', `${repo}: ${messageOf(error)}`, '');
  }
}
