/** Woodpecker: does it answer, does its token show everything, does it know the repositories. */

import { CiError, type CiAnswer } from '../../ports/ci.ts';
import { ciRepos } from '../ci.ts';
import { broken, ok, warn, type Check, type Examine, type Patient } from './check.ts';

const ADDRESS = 'WOODPECKER_SERVER=http://woodpecker:8000';
const TOKEN = 'WOODPECKER_TOKEN=…';

/** Whether CI can be asked. */
export const examineCi: Examine = async (patient) => {
  const { config, ci, patience } = patient;
  if (config.ci === null || ci === null) {
    const said = 'not set: of pipelines only what a step of them tells is known';
    return [warn('ci', said, `${ADDRESS} ${TOKEN}`)];
  }
  try {
    const version = await ci.version(patience());
    if (version.got !== 'value') return [broken('ci', version.reason, TOKEN)];
    const checks = await Promise.all([examineToken(patient, ci), ...ciRepos(config).map(askFor(patient, ci))]);
    const flaws = checks.filter((check) => check !== null);
    const named = version.value === '' ? '' : `: version ${version.value}`;
    return flaws.length > 0 ? flaws : [ok('ci', `${config.ci.server}${named}`)];
  } catch (error) {
    if (!(error instanceof CiError)) throw error;
    return [broken('ci', error.message, ADDRESS)];
  }
};

type AskedCi = NonNullable<Patient['ci']>;

/** Agents and queue are shown to admins alone. */
async function examineToken({ patience }: Patient, ci: AskedCi): Promise<Check | null> {
  const agents = await ci.agents(patience());
  return agents.got === 'value' ? null : warn('ci', `agents and queue are not seen: ${agents.reason}`, TOKEN);
}

const askFor =
  ({ patience }: Patient, ci: AskedCi) =>
  async ({ repo, id }: { readonly repo: string; readonly id: number | null }): Promise<Check | null> => {
    const answer: CiAnswer<unknown> =
      id === null ? await ci.repoByName(repo, patience()) : await ci.repoById(id, patience());
    const name = [repo, ...(id === null ? [] : [`repo_id ${id}`])].filter((word) => word !== '').join(', ');
    return answer.got === 'value' ? null : warn('ci', `${name}: ${answer.reason}`, '');
  };
