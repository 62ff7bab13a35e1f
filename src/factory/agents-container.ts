/** Where things are inside the agents' container, by the factory's own convention. A folder that is not there is simply not there. */

const HOME = '/home/agent';

export const AGENTS_CONTAINER = {
  tmp: '/tmp',
  logs: [`${HOME}/data/logs`],
  /** Checkouts of the factory that may run there; the first that is there is the one that runs. */
  roots: [`${HOME}/repos/_factory`, `${HOME}/disinto`],
  locks: [`${HOME}/data/locks`],
  clones: `${HOME}/repos`,
  claude: [`${HOME}/.claude`, '/root/.claude', '/var/lib/disinto/claude-shared/config'],
} as const;
