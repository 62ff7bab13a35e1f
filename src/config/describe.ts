/** What is set and from where, for the banner and `doctor`. No secret is in it. */

import type { Config, Origin } from './config.ts';
import { withoutCredentials } from './parsed.ts';

export interface ConfigLine {
  readonly name: string;
  /** For people; of a secret only whether it is there. */
  readonly value: string;
  readonly origin: Origin;
  /** What to set to have what is missing, `''` when nothing is. */
  readonly add: string;
}

/** One line for each part of the configuration, in a fixed order. */
export function describeConfig(config: Config): readonly ConfigLine[] {
  const line = (name: string, key: string, value: string, add = ''): ConfigLine => ({
    name,
    value: withoutCredentials(value),
    origin: config.origins[key] ?? 'default',
    add,
  });
  return [
    line('state', 'home', config.home),
    line('host', 'host', config.host),
    line('listen', 'listen', addressOf(config)),
    line('webhooks', 'webhook.secret', ...secretsOf(config)),
    line('api', 'api.token', ...tokenOf(config)),
    line('docker', 'docker', config.docker.map(({ host, url }) => `${url} (${host})`).join(', ') || 'none'),
    line('matrix', 'matrix.homeserver', ...matrixOf(config)),
    line('forge', 'forge.url', ...forgeOf(config)),
    ...otherForges(config).map((said) => line('another forge', 'forges', ...said)),
    line(
      'ci',
      'ci.server',
      config.ci?.server ?? 'not set',
      config.ci === null ? 'WOODPECKER_SERVER, WOODPECKER_TOKEN' : '',
    ),
    line('pipeline notices', 'ci.webhook_secret', ...noticesOf(config)),
    line('phase and lock files', 'factory.tmp', config.factoryTmp),
    line('factory', 'factory.root', config.factoryRoot ?? 'not set', config.factoryRoot === null ? 'FACTORY_ROOT' : ''),
    line('logs', 'factory.log_dir', config.logDir ?? 'not set', config.logDir === null ? 'DISINTO_LOG_DIR' : ''),
    line('ops repo', 'factory.ops_repo_root', config.opsRepoRoot),
    line('projects', 'projects', ...projectsOf(config)),
    line('own stacks', 'own_stacks', config.ownStacks.join(', ')),
    line('siblings', 'siblings', ...siblingsOf(config)),
    line('rules', 'rules.folders', config.rules.folders.join(', ')),
    line('log of events', 'retention_days', `kept ${config.retentionDays} days`),
  ];
}

const addressOf = ({ listen }: Config): string =>
  `${listen.host.includes(':') ? `[${listen.host}]` : listen.host}:${listen.port}`;

type Said = readonly [value: string, add?: string];

function secretsOf({ webhookSecrets, forges }: Config): Said {
  const count = webhookSecrets.length;
  const signing = forges.filter((forge) => forge.webhookSecrets.length > 0).map(({ name }) => name);
  if (count === 0 && signing.length > 0) return [`signed by ${signing.join(', ')} alone`, 'FORGEJO_WEBHOOK_SECRET'];
  if (count === 0) return ['no secret: accepted from this box alone', 'FORGEJO_WEBHOOK_SECRET'];
  return [count === 1 ? 'signed, one secret' : `signed, ${count} secrets`];
}

const noticesOf = ({ ciWebhookSecrets }: Config): Said =>
  ciWebhookSecrets.length === 0
    ? ['no secret: accepted from this box alone', 'WOODPECKER_WEBHOOK_SECRET']
    : ['secret set'];

const tokenOf = ({ apiToken }: Config): Said =>
  apiToken === null ? ['no token: POST /events is open to this box alone', 'REACTOR_API_TOKEN'] : ['token set'];

const matrixOf = ({ matrix }: Config): Said =>
  matrix === null
    ? ['not set: alerts go to the console', 'MATRIX_HOMESERVER, MATRIX_TOKEN, MATRIX_ROOM_ID']
    : [`${matrix.homeserver}, rooms ${Object.keys(matrix.rooms).join(', ')}`];

function forgeOf({ forge, projects }: Config): Said {
  if (forge === null) return ['not set', 'FORGE_URL, FORGE_TOKEN'];
  if (forge.token === '' && forge.supervisorToken === '') return [`${forge.url}, no token`, 'FORGE_TOKEN'];
  const hasRepo = [forge, ...projects].some(({ repo }) => repo !== '');
  return hasRepo ? [forge.url] : [`${forge.url}, no repository`, 'FORGE_REPO'];
}

const otherForges = ({ forges }: Config): readonly Said[] =>
  forges.map(({ url, token }) =>
    token === '' ? [`${url}, no token`, `[[forges]] url = "${url}", token_file`] : [url],
  );

const projectsOf = ({ projects }: Config): Said =>
  projects.length === 0
    ? ['none', 'FACTORY_ROOT with projects/*.toml, or PROJECT_NAME and FORGE_REPO']
    : [projects.map(({ name }) => name).join(', ')];

const siblingsOf = ({ siblings }: Config): Said =>
  siblings.size === 0
    ? ['none: foreign stacks have no owner to name', '[siblings.<stack>] owner = "@name"']
    : [[...siblings].map(([stack, { owner }]) => `${stack} (${owner})`).join(', ')];
