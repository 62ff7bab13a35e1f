/** Every configured Docker Engine: can it be reached, what does a proxy before it deny, whose are the stacks on it. */

import type { DockerHost } from '../../config/config.ts';
import { ownerOf } from '../../core/owner.ts';
import type { WebAnswer } from '../../ports/probe.ts';
import { broken, isContained, ok, warn, type Check, type Examine, type Patient } from './check.ts';

interface Endpoint {
  readonly path: string;
  /** What switches it on in the environment of a socket proxy. */
  readonly setting: string;
  /** Without it the source sees nothing. */
  readonly needed: boolean;
}

const ENDPOINTS: readonly Endpoint[] = [
  { path: '/_ping', setting: 'PING=1', needed: true },
  { path: '/version', setting: 'VERSION=1', needed: true },
  { path: '/events?since=0&until=1', setting: 'EVENTS=1', needed: true },
  { path: '/containers/json?all=1', setting: 'CONTAINERS=1', needed: true },
  { path: '/images/json', setting: 'IMAGES=1', needed: false },
  { path: '/volumes', setting: 'VOLUMES=1', needed: false },
  { path: '/networks', setting: 'NETWORKS=1', needed: false },
  { path: '/info', setting: 'INFO=1', needed: false },
];

const DENIALS: readonly number[] = [401, 403, 405];

interface Asked extends Endpoint {
  readonly answer: WebAnswer;
}

/** Each engine by itself, and the owners that are missing for what runs on it. */
export const examineDocker: Examine = async (patient) => {
  const checks = await Promise.all(patient.config.docker.map((engine) => examineEngine(patient, engine)));
  return checks.flat();
};

async function examineEngine(patient: Patient, engine: DockerHost): Promise<readonly Check[]> {
  const name = `docker ${engine.host}`;
  const asked = await Promise.all(
    ENDPOINTS.map(async (endpoint): Promise<Asked> => {
      const answer = await patient.probe.docker(engine.url, endpoint.path, patient.patience());
      return { ...endpoint, answer };
    }),
  );
  const lost = asked.find(({ answer }) => !answer.reached);
  if (lost !== undefined && !lost.answer.reached) return [await unreached(patient, engine, lost.answer)];
  const stranger = asked.find(({ answer }) => answer.reached && answer.status === 200);
  const version = bodyOf(asked, '/version');
  if (stranger === undefined || (version !== null && textIn(version, 'ApiVersion') === '')) {
    return [
      broken(name, `what answers at ${engine.url} is no Docker Engine`, 'DOCKER_HOST=unix:///var/run/docker.sock'),
    ];
  }
  return [judge(name, engine, asked), ...missingSiblings(patient, asked)];
}

function judge(name: string, { url }: DockerHost, asked: readonly Asked[]): Check {
  const denied = asked.filter(({ answer }) => answer.reached && DENIALS.includes(answer.status));
  if (denied.length > 0) {
    const paths = denied.map(({ path }) => path.replace(/\?.*/, '')).join(', ');
    const said = `the proxy at ${url} denies GET ${paths}; set in its environment:`;
    const fix = denied.map(({ setting }) => setting).join(' ');
    return denied.some(({ needed }) => needed) ? broken(name, said, fix) : warn(name, said, fix);
  }
  const failed = asked.find(({ answer }) => answer.reached && answer.status !== 200);
  if (failed?.answer.reached === true) {
    return broken(name, `GET ${failed.path} answers ${failed.answer.status}: ${messageIn(failed.answer.body)}`, '');
  }
  const version = bodyOf(asked, '/version');
  const count = containersIn(asked).length;
  const containers = `${count} container${count === 1 ? '' : 's'}`;
  return ok(name, `${url}: ${textIn(version, 'Version')}, API ${textIn(version, 'ApiVersion')}, ${containers}`);
}

async function unreached(
  patient: Patient,
  { host, url }: DockerHost,
  { code, reason }: Extract<WebAnswer, { reached: false }>,
): Promise<Check> {
  const say = patient.config.origins['docker'] === 'default' ? warn : broken;
  const name = `docker ${host}`;
  const path = url.replace('unix://', '');
  const isSocket = path !== url;
  const inside = await isContained(patient);
  if (!isSocket) return say(name, `${url} cannot be reached: ${reason}`, 'DOCKER_HOST=tcp://docker-proxy:2375');
  if (code === 'EACCES') {
    const { gid } = await patient.probe.place(path);
    const fix = inside ? `group_add: ["${gid}"]` : `sudo usermod -aG docker ${patient.me.user} && newgrp docker`;
    return broken(name, `the user ${patient.me.user} may not open ${path}`, fix);
  }
  if (code === 'ENOENT') {
    const fix = inside ? `volumes: ["${path}:${path}:ro"]` : 'sudo systemctl start docker';
    return say(name, `there is no socket ${path}; it is looked for all the time`, fix);
  }
  return say(name, `nobody answers at ${path}: ${reason}`, 'sudo systemctl restart docker');
}

/** Foreign stacks that nobody answers for. */
function missingSiblings({ config }: Patient, asked: readonly Asked[]): readonly Check[] {
  const foreign = containersIn(asked)
    .map((container) => toOwned(container))
    .filter((owned) => owned.stack !== '' && ownerOf(owned, config).owner === 'unknown');
  const stacks = [...new Set(foreign.map(({ stack }) => stack))].toSorted();
  if (stacks.length === 0) return [ok('owners', 'every stack has one')];
  const fix = stacks.map((stack) => `[siblings.${keyOf(stack)}]\nowner = "@name"`).join('\n\n');
  return [warn('owners', `nobody is known to answer for ${stacks.join(', ')}; write in reactor.toml:`, fix)];
}

const keyOf = (stack: string): string => (/^[\w-]+$/.test(stack) ? stack : JSON.stringify(stack));

function toOwned(container: unknown): Parameters<typeof ownerOf>[0] {
  const labels = fieldIn(container, 'Labels');
  const names = fieldIn(container, 'Names');
  const known: Readonly<Record<string, string>> = isRecord(labels)
    ? Object.fromEntries(Object.entries(labels).map(([label, value]) => [label, String(value)]))
    : {};
  return {
    name: Array.isArray(names) ? String(names[0]).replace(/^\//, '') : '',
    stack: known['com.docker.compose.project'] ?? '',
    labels: known,
  };
}

function containersIn(asked: readonly Asked[]): readonly unknown[] {
  const body = bodyOf(asked, '/containers/json?all=1');
  return Array.isArray(body) ? body : [];
}

/** What an endpoint said with status 200; null when it said something else. */
function bodyOf(asked: readonly Asked[], path: string): unknown {
  const answer = asked.find((one) => one.path === path)?.answer;
  return answer?.reached === true && answer.status === 200 ? answer.body : null;
}

function textIn(value: unknown, name: string): string {
  const text = fieldIn(value, name);
  return typeof text === 'string' ? text : '';
}

function messageIn(body: unknown): string {
  const text = textIn(body, 'message');
  return (text === '' ? String(body) : text).slice(0, 200);
}

function fieldIn(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
