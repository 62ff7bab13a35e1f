/** What talks to the reactor and to whom it talks: webhooks, posted events, Matrix, the forge. */

import { formatDuration } from '../../core/duration.ts';
import type { OtherForge } from '../../config/config.ts';
import type { WebAnswer } from '../../ports/probe.ts';
import { broken, ok, warn, type Check, type Examine, type Patient } from './check.ts';

const NEW_SECRET = 'FORGEJO_WEBHOOK_SECRET=$(openssl rand -hex 32)';
const NEW_TOKEN = 'REACTOR_API_TOKEN=$(openssl rand -hex 32)';

/** Whether webhooks and posted events are taken from where they come. */
export const examineIntake: Examine = async ({ config }) => {
  const { apiToken, listen } = config;
  const address = `${listen.host}:${listen.port}`;
  const webhooks = judgeWebhooks(config, address);
  if (isLoopback(listen.host)) return [webhooks, ok('posted events', 'from this box alone')];
  return [
    webhooks,
    apiToken === null
      ? warn('posted events', 'from this box alone: no token is set', NEW_TOKEN)
      : ok('posted events', `with the token at ${address}`),
  ];
};

/** A secret of one forge does for nobody else: as soon as there is one, whatever is not signed is refused. */
function judgeWebhooks({ webhookSecrets, forges, listen }: Patient['config'], address: string): Check {
  const isHere = isLoopback(listen.host);
  const where = isHere ? `, from this box alone (${address})` : ` at ${address}`;
  if (webhookSecrets.length > 0) return ok('webhooks', `signed ones${where}`);
  const signing = forges.filter((forge) => forge.webhookSecrets.length > 0).map(({ name }) => name);
  if (signing.length > 0) {
    const said = `signed ones of ${signing.join(', ')}${where}; those of any other forge are refused, as there is no secret for them`;
    return warn('webhooks', said, NEW_SECRET);
  }
  if (isHere) return ok('webhooks', `unsigned ones${where}`);
  const said = `${address} is open to other boxes, and without a secret every webhook of theirs is refused`;
  return broken('webhooks', said, NEW_SECRET);
}

/** Whether alerts would arrive. */
export const examineChat: Examine = async ({ config, chat, patience }) => {
  if (chat === null || config.matrix === null) {
    const fix = 'MATRIX_HOMESERVER=https://matrix.example MATRIX_TOKEN=… MATRIX_ROOM_ID=!abc123:matrix.example';
    return [warn('matrix', 'not set: alerts go to the console', fix)];
  }
  const { ok: fine, said } = await chat.check(patience());
  return [fine ? ok('matrix', said) : broken('matrix', said, '')];
};

/** Whether each forge can be asked, and whether webhooks arrive. */
export const examineForge: Examine = async (patient) => {
  const [main, ...others] = await Promise.all([
    examineMain(patient),
    ...patient.config.forges.map((forge) => examineOther(patient, forge)),
  ]);
  return [...main, ...others.flat()];
};

async function examineMain(patient: Patient): Promise<readonly Check[]> {
  const { config, probe, patience } = patient;
  if (config.forge === null) {
    const said = 'not set: webhooks are read, and nothing is asked';
    return [warn('forge', said, 'FORGE_URL=http://forgejo:3000 FORGE_TOKEN=…')];
  }
  const { url } = config.forge;
  const [answer, hooks] = await Promise.all([
    probe.web(`${url}/api/v1/version`, patience()),
    examineDeliveries(patient),
  ]);
  return [judgeForge('forge', { url, fixes: { address: ELSEWHERE, token: 'FORGE_TOKEN=…' } }, answer), hooks];
}

/** Nobody is asked with the token of another forge, so that one without a token is not asked at all. */
async function examineOther(
  { config, probe, patience }: Patient,
  { name, url, token }: OtherForge,
): Promise<readonly Check[]> {
  const fix = `[[forges]]\nurl = "${url}"\ntoken_file = "/run/secrets/${name.replaceAll(/[^a-z0-9]+/gi, '_')}"`;
  if (token === '') {
    const who = config.projects.filter(({ forge }) => forge === name).map((project) => project.name);
    const said = `${who.join(', ')}: at ${url}, of which no token is set, so that it is not looked at. If it is the forge of FORGE_URL, write [forge] aliases = ["${url}"]; else:`;
    return [warn(`forge ${name}`, said, fix)];
  }
  const answer = await probe.web(`${url}/api/v1/version`, patience());
  return [judgeForge(`forge ${name}`, { url, fixes: { address: '[[forges]] url = "https://…"', token: fix } }, answer)];
}

interface ForgeAt {
  readonly url: string;
  readonly fixes: { readonly address: string; readonly token: string };
}

function judgeForge(name: string, { url, fixes }: ForgeAt, answer: WebAnswer): Check {
  if (!answer.reached) return broken(name, `${url} does not answer: ${answer.reason}`, fixes.address);
  const version = versionIn(answer.body);
  if (answer.status === 200 && version !== '') return ok(name, `${url}: version ${version}`);
  if (answer.status === 401 || answer.status === 403) {
    return warn(name, `${url} tells nobody anything who does not sign in`, fixes.token);
  }
  return broken(name, `${url} answers ${answer.status}, and no Forgejo is there`, fixes.address);
}

const ELSEWHERE = 'FORGE_URL=http://forgejo:3000';

async function examineDeliveries({ config, remembered, now }: Patient): Promise<Check> {
  const past = await remembered();
  const last = past.state === 'read' ? past.forge : null;
  if (last !== null) return ok('forge webhooks', `the last one ${formatDuration(now() - last)} ago`);
  return warn('forge webhooks', `none has arrived yet. ${REMINDER}`, hostListFor(config.listen.host));
}

const REMINDER = 'Forgejo calls no private address unless it is told to, by its environment:';

/** What Forgejo has to be told so that it calls a reactor that listens there. */
function hostListFor(host: string): string {
  return `FORGEJO__webhook__ALLOWED_HOST_LIST=external,${nameFor(host)}`;
}

function nameFor(host: string): string {
  if (isLoopback(host)) return 'loopback';
  const isPrivate = /^(?:0\.0\.0\.0|::|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|f[cd])/i.test(host);
  return isPrivate ? 'private' : host;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function versionIn(body: unknown): string {
  if (typeof body !== 'object' || body === null || !('version' in body)) return '';
  return typeof body.version === 'string' ? body.version : '';
}
