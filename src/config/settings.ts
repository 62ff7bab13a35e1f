/** Every single setting there is: its key in `reactor.toml`, its name in the environment, how it is read. One line a setting. */

import {
  parseCount,
  parseDockerUrl,
  parseList,
  parseSome,
  parseName,
  parseListen,
  parsePath,
  parsePaths,
  parseRepo,
  parseRoom,
  parseSpan,
  parseText,
  parseUrl,
  parseUrlLike,
  parseUrls,
  parseWord,
  type Parse,
} from './parsed.ts';

export interface Setting<T> {
  /** Dotted path in `reactor.toml`; the name of the setting, in any case. */
  readonly key: string;
  /** False: in `reactor.toml` the key is an open table, and read as one. */
  readonly inFile: boolean;
  /** Name in the environment; null when the file alone can set it. */
  readonly env: string | null;
  readonly parse: Parse<T>;
  /** A secret may also be given as the path of a file that holds it, by `key_file` or `ENV_FILE`, and is never shown. */
  readonly secret: boolean;
}

export const SETTINGS = {
  home: plain('home', 'REACTOR_HOME', parsePath),
  host: plain('host', 'REACTOR_HOST', parseName),
  listen: plain('listen', 'REACTOR_LISTEN', parseListen),
  logLevel: plain(
    'log_level',
    'REACTOR_LOG_LEVEL',
    parseWord(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
  ),
  retentionDays: plain('retention_days', 'REACTOR_RETENTION_DAYS', parseCount(1, 7)),
  ownStacks: plain('own_stacks', 'REACTOR_OWN_STACKS', parseList),
  tmuxSocket: plain('tmux_socket', 'REACTOR_TMUX_SOCKET', parseText),
  factoryRoot: plain('factory.root', 'FACTORY_ROOT', parsePath),
  factoryTmp: plain('factory.tmp', 'FACTORY_TMP', parsePath),
  pidNamespace: plain('factory.pid_namespace', 'FACTORY_PID_NAMESPACE', parseWord(['same', 'unknown'])),
  agentsContainer: plain('factory.agents_container', 'FACTORY_AGENTS_CONTAINER', parseName),
  logDir: plain('factory.log_dir', 'DISINTO_LOG_DIR', parsePath),
  opsRepoRoot: plain('factory.ops_repo_root', 'OPS_REPO_ROOT', parsePath),
  projectName: plain('project.name', 'PROJECT_NAME', parseText),
  projectRoot: plain('project.repo_root', 'PROJECT_REPO_ROOT', parsePath),
  primaryBranch: plain('project.primary_branch', 'PRIMARY_BRANCH', parseText),
  webhookSecrets: secret('webhook.secret', 'FORGEJO_WEBHOOK_SECRET', parseSome),
  apiToken: secret('api.token', 'REACTOR_API_TOKEN', parseText),
  forgeUrl: plain('forge.url', 'FORGE_URL', parseUrl),
  forgeAliases: plain('forge.aliases', null, parseUrls),
  forgeToken: secret('forge.token', 'FORGE_TOKEN', parseText),
  supervisorToken: secret('forge.supervisor_token', 'FORGE_SUPERVISOR_TOKEN', parseText),
  forgeRepo: plain('forge.repo', 'FORGE_REPO', parseRepo),
  opsRepo: plain('forge.ops_repo', 'FORGE_OPS_REPO', parseRepo),
  adminUsers: plain('forge.admin_users', 'FORGE_ADMIN_USERS', parseList),
  ciServer: plain('ci.server', 'WOODPECKER_SERVER', parseUrlLike('http://woodpecker:8000')),
  ciToken: secret('ci.token', 'WOODPECKER_TOKEN', parseText),
  ciRepoId: plain('ci.repo_id', 'WOODPECKER_REPO_ID', parseCount(0, 1)),
  ciWebhookSecrets: secret('ci.webhook_secret', 'WOODPECKER_WEBHOOK_SECRET', parseSome),
  matrixHomeserver: plain('matrix.homeserver', 'MATRIX_HOMESERVER', parseUrlLike('https://matrix.example')),
  matrixToken: secret('matrix.token', 'MATRIX_TOKEN', parseText),
  matrixRoom: plain('matrix.rooms.ops', 'MATRIX_ROOM_ID', parseRoom),
  dockerHost: envOnly('docker', 'DOCKER_HOST', parseDockerUrl),
  nudgeQuiet: plain('nudge.quiet', null, parseSpan),
  nudgeUnattended: plain('nudge.unattended', null, parseSpan),
  ruleFolders: plain('rules.folders', null, parsePaths),
} as const;

/** Tables whose keys the operator makes up; what is in them is checked where they are read. */
export const OPEN_TABLES: readonly string[] = ['siblings', 'vars', 'matrix.rooms', 'docker', 'forges'];

/** Every key that `reactor.toml` may have outside the open tables. */
export const KNOWN_KEYS: readonly string[] = Object.values(SETTINGS).flatMap((setting) =>
  setting.secret ? [setting.key, `${setting.key}_file`] : [setting.key],
);

function plain<T>(key: string, env: string | null, parse: Parse<T>): Setting<T> {
  return { key, inFile: true, env, parse, secret: false };
}

function secret<T>(key: string, env: string, parse: Parse<T>): Setting<T> {
  return { key, inFile: true, env, parse, secret: true };
}

function envOnly<T>(key: string, env: string, parse: Parse<T>): Setting<T> {
  return { key, inFile: false, env, parse, secret: false };
}
