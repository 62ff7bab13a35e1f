/** Where agents work and what they leave, as configured: on this machine, and in their containers. */

import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { openPlaces } from '../adapters/docker-places.ts';
import { diskFiles } from '../adapters/files.ts';
import { localPlace } from '../adapters/local-place.ts';
import { tmuxTerminal } from '../adapters/tmux.ts';
import type { Config, Project } from '../config/config.ts';
import { AGENTS_CONTAINER } from '../factory/agents-container.ts';
import type { Host } from '../ports/host.ts';
import type { PlaceFinder } from '../ports/place.ts';
import type { Terminal } from '../ports/terminal.ts';
import type { AgentParts } from '../sources/index.ts';

/** Everything the sources of sessions and work need; nothing is contacted. */
export function openAgents(config: Config, machine: Host): Omit<AgentParts, 'agents'> {
  const { factoryTmp: tmp, factoryRoot, logDir, projects, opsRepoRoot } = config;
  const isTmpGiven = (config.origins['factory.tmp'] ?? '') !== 'default';
  const isWorkGiven = isTmpGiven || factoryRoot !== null || logDir !== null;
  const isContained = async (): Promise<boolean> => !(await machine.pidView()).initial;
  const roots = factoryRoot === null ? [] : [factoryRoot];
  const logs = logDir === null ? roots : [logDir];
  const here = {
    tmp,
    logFolders: logs,
    namedBy: new Map(logs.map((folder) => [folder, logDir === null ? 'FACTORY_ROOT' : 'DISINTO_LOG_DIR'])),
    stateFolders: roots.map((root) => join(root, 'state')),
    lockFolders: [...(logDir === null ? [] : [join(dirname(logDir), 'locks')]), join(homedir(), 'data/locks')],
    repos: reposOf(config),
    cloneFolders: [],
    evidenceFolders: present([opsRepoRoot, ...projects.map((project) => project.opsRepoRoot)]),
    claudeFolders: [join(homedir(), '.claude')],
    resultFolders: [...logs, tmp],
  };
  const isOpsGiven = (config.origins['factory.ops_repo_root'] ?? '') !== 'default';
  return {
    local: localPlace(machine),
    finders: findersOf(config),
    isBare: {
      tmp: async () => !isTmpGiven && (await isContained()),
      work: async () => !isWorkGiven && (await isContained()),
    },
    here,
    there: containerFolders(projects, isOpsGiven),
    tmuxSocket: config.tmuxSocket,
    ops: {
      root: opsRepoRoot,
      formulaFolder: factoryRoot === null ? null : join(factoryRoot, 'formulas'),
      isOwn: async () => (await isContained()) && !(await isClone(opsRepoRoot)),
    },
    isWholeMachine: async () => !(await isContained()),
  };
}

/** Sessions on this machine and in the containers of agents; nothing is contacted. */
export function openTerminal(config: Config, eyes: ReturnType<typeof openAgents>): Terminal {
  const { local, isBare } = eyes;
  // Finders of its own: what is asked before something is typed does not wait behind what the sources ask.
  return tmuxTerminal({ socket: config.tmuxSocket, local, finders: findersOf(config), isBare: isBare.tmp });
}

function findersOf({ docker, agentsContainer, ownStacks, siblings }: Config): readonly PlaceFinder[] {
  if (agentsContainer === 'none') return [];
  return docker.map(({ host, url }) =>
    openPlaces({ host, url, ownership: { ownStacks, siblings }, container: agentsContainer ?? '' }),
  );
}

/** The evidence in the container's clone counts when none was given here. */
function containerFolders(projects: readonly Project[], isOpsGiven: boolean): AgentParts['there'] {
  const { tmp, logs, roots, locks, clones, claude } = AGENTS_CONTAINER;
  return {
    tmp,
    logFolders: logs,
    stateFolders: roots.map((root) => join(root, 'state')),
    lockFolders: locks,
    repos: [],
    cloneFolders: [clones],
    evidenceFolders: isOpsGiven ? [] : projects.map((project) => join(clones, `${project.name}-ops`)),
    claudeFolders: claude,
    resultFolders: [...logs, tmp],
  };
}

function reposOf({ projects, opsRepoRoot, factoryRoot, forge }: Config): AgentParts['here']['repos'] {
  const ofProjects = projects.flatMap(
    (project) =>
      [
        {
          path: project.repoRoot,
          what: 'project',
          project: project.name,
          repo: project.repo,
          primary: project.primaryBranch,
        },
        { path: project.opsRepoRoot, what: 'ops', project: project.name, repo: project.opsRepo, primary: '' },
      ] as const,
  );
  const others = [
    { path: opsRepoRoot, what: 'ops', project: '', repo: forge?.opsRepo ?? '', primary: '' },
    { path: factoryRoot ?? '', what: 'factory', project: '', repo: '', primary: '' },
  ] as const;
  const all = [...ofProjects, ...others].filter((repo) => repo.path !== '');
  return all.filter((repo, i) => all.findIndex((one) => one.path === repo.path) === i);
}

async function isClone(folder: string): Promise<boolean> {
  const listing = await diskFiles.list(folder, (name) => name === '.git');
  return listing.seen && listing.files.length > 0;
}

const present = (paths: readonly string[]): readonly string[] => [...new Set(paths.filter((path) => path !== ''))];
