/** A Docker engine behind its port, by dockerode. */

import type {
  Answer,
  ContainersSeen,
  Docker,
  EngineInfo,
  EngineVersion,
  EventsRequest,
  LineBatch,
  ObjectSeen,
  ObjectType,
} from '../ports/docker.ts';
import { inParallel } from '../core/in-parallel.ts';
import { parseDockerAddress } from './docker-address.ts';
import { toContainer, toObject, type InspectJson, type ObjectJson } from './docker-answers.ts';
import { dockerHttp, type DockerHttp } from './docker-http.ts';
import { readLines } from './docker-lines.ts';
import { readLogs } from './docker-logs.ts';

interface VersionJson {
  readonly Version?: string;
  readonly ApiVersion?: string;
  readonly MinAPIVersion?: string;
}

interface InfoJson {
  readonly Driver?: string;
  readonly SystemTime?: string;
}

/** The newest API this was written against; an engine that no longer speaks it is spoken to in its oldest. */
const NEWEST_API = '1.52';
const CAPACITY = 8192;
const INSPECTS_AT_ONCE = 4;

/**
 * What is subscribed to. Positive, so that the three events of every health probe and exec never leave the engine.
 * With `health_status` in the list the engine matches by prefix, and no other wanted name is the prefix of an unwanted one.
 */
const WANTED =
  'create start die oom stop kill destroy pause unpause rename restart health_status pull import load tag untag delete remove';
const FILTERS = JSON.stringify({
  type: ['container', 'image', 'volume', 'network'],
  event: WANTED.split(' '),
});

const LISTS: Readonly<Record<ObjectType, string>> = {
  image: '/images/json',
  volume: '/volumes',
  network: '/networks',
};

/** The engine at `unix:///path` or `tcp://host:port`. Contacts nothing yet; throws when the address makes no sense. */
export function openDocker(url: string): Docker {
  const address = parseDockerAddress(url);
  const http = dockerHttp(address);
  return {
    isLocal: address.isLocal,
    ping: async (signal) => mapAnswer(await http.get('/_ping', {}, signal), () => null),
    version: (signal) => negotiate(http, signal),
    info: (signal) => readInfo(http, address.isLocal, signal),
    events: (request) => subscribe(http, request),
    containers: (signal) => readContainers(http, signal),
    objects: (type, signal) => readObjects(http, type, signal),
    imageId: (reference, signal) => readImageId(http, reference, signal),
    logs: (id, request) => readLogs(http, id, request),
  };
}

async function negotiate(http: DockerHttp, signal: AbortSignal): Promise<Answer<EngineVersion>> {
  http.speak('');
  const answer = await http.get('/version', {}, signal);
  return mapAnswer(answer, (body) => {
    const json = body as VersionJson | null;
    const apiVersion = chooseApi(json?.MinAPIVersion ?? '', json?.ApiVersion ?? '');
    http.speak(apiVersion);
    return { version: json?.Version ?? '', apiVersion };
  });
}

function chooseApi(oldest: string, newest: string): string {
  if (newest === '' || isOlder(newest, NEWEST_API)) return newest;
  return isOlder(NEWEST_API, oldest) ? oldest : NEWEST_API;
}

function isOlder(a: string, b: string): boolean {
  const [aMajor = 0, aMinor = 0] = a.split('.').map(Number);
  const [bMajor = 0, bMinor = 0] = b.split('.').map(Number);
  return aMajor < bMajor || (aMajor === bMajor && aMinor < bMinor);
}

async function readInfo(http: DockerHttp, isLocal: boolean, signal: AbortSignal): Promise<Answer<EngineInfo>> {
  const asked = Date.now();
  const answer = await http.get('/info', {}, signal);
  const ours = (asked + Date.now()) / 2;
  return mapAnswer(answer, (body) => {
    const json = body as InfoJson | null;
    const theirs = Date.parse(json?.SystemTime ?? '');
    const isSameClock = isLocal || Number.isNaN(theirs);
    return { storageDriver: json?.Driver ?? '', aheadMs: isSameClock ? 0 : Math.round(theirs - ours) };
  });
}

async function subscribe(http: DockerHttp, request: EventsRequest): Promise<Answer<AsyncIterable<LineBatch>>> {
  const { since, until, signal } = request;
  const query = { since, filters: FILTERS, ...(until === undefined ? {} : { until }) };
  const answer = await http.open('/events', query, signal);
  return mapAnswer(answer, (stream) => readLines(stream, { capacity: CAPACITY, wrap: http.explain }));
}

async function readContainers(http: DockerHttp, signal: AbortSignal): Promise<Answer<ContainersSeen>> {
  const takenAt = Date.now();
  const list = await http.get('/containers/json', { all: '1' }, signal);
  if (list.denied) return list;
  const ids = ((list.value ?? []) as readonly { readonly Id: string }[]).map((container) => container.Id);
  let denial: Answer<never> | null = null;
  const inspected = await inParallel(ids, INSPECTS_AT_ONCE, async (id) => {
    if (denial !== null) return null;
    const askedAt = Date.now();
    const answer = await http.get(`/containers/${id}/json`, {}, signal);
    if (answer.denied) denial = answer;
    return answer.denied || answer.value === null ? null : toContainer(answer.value as InspectJson, askedAt);
  });
  const containers = inspected.filter((container) => container !== null);
  return denial ?? { denied: false, value: { containers, takenAt } };
}

async function readObjects(
  http: DockerHttp,
  type: ObjectType,
  signal: AbortSignal,
): Promise<Answer<readonly ObjectSeen[]>> {
  const answer = await http.get(LISTS[type], {}, signal);
  return mapAnswer(answer, (body) => listOf(body as ObjectList | null).map((item) => toObject(type, item)));
}

async function readImageId(http: DockerHttp, reference: string, signal: AbortSignal): Promise<Answer<string | null>> {
  const answer = await http.get(`/images/${reference}/json`, {}, signal);
  return mapAnswer(answer, (body) => (body as ObjectJson | null)?.Id ?? null);
}

type ObjectList = readonly ObjectJson[] | { readonly Volumes?: readonly ObjectJson[] | null };

function listOf(json: ObjectList | null): readonly ObjectJson[] {
  if (json === null) return [];
  return 'Volumes' in json ? (json.Volumes ?? []) : (json as readonly ObjectJson[]);
}

function mapAnswer<A, B>(answer: Answer<A>, to: (value: A) => B): Answer<B> {
  return answer.denied ? answer : { denied: false, value: to(answer.value) };
}
