/** Settings that only mean something together: Matrix, the forge, CI, Docker, the project at hand. */

import type { CiConfig, DockerHost, ForgeConfig, MatrixConfig } from './config.ts';
import { isAt, type Forges, type WrittenProject } from './forges.ts';
import type { Reader } from './reader.ts';
import { SETTINGS } from './settings.ts';

const DEFAULT_DOCKER = 'unix:///var/run/docker.sock';

/** The engines to watch: the one of DOCKER_HOST, else those of the file, else the one on this box. */
export function toDocker(reader: Reader, listed: readonly DockerHost[] | null, host: string): readonly DockerHost[] {
  const url = reader.take(SETTINGS.dockerHost);
  return url === null ? (listed ?? [{ host, url: DEFAULT_DOCKER }]) : [{ host, url }];
}

/** Matrix, once homeserver, token and the ops room are all there; null when any is missing. */
export function toMatrix(reader: Reader, rooms: Readonly<Record<string, string>>): MatrixConfig | null {
  const homeserver = reader.take(SETTINGS.matrixHomeserver);
  const token = reader.take(SETTINGS.matrixToken);
  const ops = reader.take(SETTINGS.matrixRoom);
  return homeserver === null || token === null || ops === null ? null : { homeserver, token, rooms: { ...rooms, ops } };
}

/** The forge's API, once its address is there. */
export function toForge(reader: Reader): ForgeConfig | null {
  const url = reader.take(SETTINGS.forgeUrl);
  const forge = {
    token: reader.takeOr(SETTINGS.forgeToken, ''),
    supervisorToken: reader.takeOr(SETTINGS.supervisorToken, ''),
    repo: reader.takeOr(SETTINGS.forgeRepo, ''),
    opsRepo: reader.takeOr(SETTINGS.opsRepo, ''),
    adminUsers: reader.takeOr(SETTINGS.adminUsers, []),
  };
  return url === null ? null : { url, ...forge };
}

/** Woodpecker's API, once its address is there. */
export function toCi(reader: Reader): CiConfig | null {
  const server = reader.take(SETTINGS.ciServer);
  const token = reader.takeOr(SETTINGS.ciToken, '');
  const repoId = reader.take(SETTINGS.ciRepoId);
  return server === null ? null : { server, token, repoId: repoId === 0 ? null : repoId };
}

/**
 * The projects of the factory, with what the environment says about the one at hand. Inside a container the environment is right
 * and the file is not: its paths are those of the host.
 */
export function withCurrent(
  projects: readonly WrittenProject[],
  reader: Reader,
  forges: Forges,
): readonly WrittenProject[] {
  const repo = reader.takeOr(SETTINGS.forgeRepo, '');
  const given = reader.take(SETTINGS.projectName);
  const name = given ?? repo.split('/')[1] ?? '';
  // FORGE_REPO is at the forge of FORGE_URL: a repository of the same name at a forge that is told of is another one.
  const isElsewhere = ({ forgeUrl }: WrittenProject): boolean => forges.declared.some((forge) => isAt(forgeUrl, forge));
  const isMeant = (project: WrittenProject): boolean =>
    (project.name === name || (repo !== '' && project.repo === repo)) && !isElsewhere(project);
  const known = projects.find((project) => project.name === given) ?? projects.find(isMeant);
  if (name === '' && known === undefined) return projects;
  const said = {
    forgeUrl: repo === '' ? null : '',
    repo: reader.take(SETTINGS.forgeRepo),
    repoRoot: reader.take(SETTINGS.projectRoot),
    primaryBranch: reader.take(SETTINGS.primaryBranch),
    opsRepo: reader.take(SETTINGS.opsRepo),
    opsRepoRoot: reader.take(SETTINGS.opsRepoRoot),
    ciRepoId: reader.take(SETTINGS.ciRepoId),
  };
  const current: WrittenProject = { ...(known ?? { ...NOTHING, name }), ...withoutNulls(said) };
  return known === undefined
    ? [current, ...projects]
    : projects.map((project) => (project === known ? current : project));
}

const NOTHING: WrittenProject = {
  name: '',
  forgeUrl: '',
  repo: '',
  repoRoot: '',
  primaryBranch: 'main',
  opsRepo: '',
  opsRepoRoot: '',
  ciRepoId: null,
};

function withoutNulls(said: Readonly<Record<string, string | number | null>>): Partial<WrittenProject> {
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== null));
}
