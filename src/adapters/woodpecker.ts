/** A Woodpecker server behind its port. */

import {
  CI_PAGE,
  CiError,
  type Ci,
  type CiAgent,
  type CiAnswer,
  type CiHint,
  type CiPage,
  type PageRequest,
} from '../ports/ci.ts';
import {
  toAgents,
  toHint,
  toPipeline,
  toPipelines,
  toQueue,
  toRepo,
  toVersion,
  type Listed,
} from './woodpecker-answers.ts';
import { woodpeckerHttp, type Query, type WoodpeckerHttp, type WoodpeckerServer } from './woodpecker-http.ts';
import { readFrames } from './woodpecker-stream.ts';

/** More pages of agents than this are not asked for. */
const MOST_PAGES = 20;

/** The server at an address. Contacts nothing yet. */
export function openWoodpecker(options: WoodpeckerServer): Ci {
  const http = woodpeckerHttp(options);
  const get = async <T>(
    path: string,
    to: (json: unknown) => T | null,
    signal: AbortSignal,
    query: Query = {},
  ): Promise<CiAnswer<T>> => {
    const answer = await http.json(path, query, signal);
    if (answer.got !== 'value') return answer;
    const value = to(answer.value);
    if (value !== null) return { got: 'value', value };
    throw new CiError(`${http.base} answered ${path} with something else than was asked`, true);
  };
  return {
    version: (signal) => readVersion(http, signal),
    repoByName: (repo, signal) => get(`/api/repos/lookup/${pathOf(repo)}`, toRepo, signal),
    repoById: (id, signal) => get(`/api/repos/${id}`, toRepo, signal),
    pipelines: (repoId, request, signal) =>
      get(`/api/repos/${repoId}/pipelines`, (json) => toPage(json, request), signal, queryOf(request)),
    pipeline: (repoId, number, signal) => get(`/api/repos/${repoId}/pipelines/${number}`, toPipeline, signal),
    agents: (signal) => readAgents((page) => get('/api/agents', toAgents, signal, { page, perPage: CI_PAGE })),
    queue: (signal) => get('/api/queue/info', toQueue, signal),
    async stream(signal) {
      const answer = await http.open('/api/stream/events', signal);
      return answer.got === 'value' ? { got: 'value', value: hints(answer.value, http) } : answer;
    },
  };
}

/** A proxy may pass on `/api` alone: then nobody says how the server feels, and that is no fault of it. */
async function readVersion(http: WoodpeckerHttp, signal: AbortSignal): Promise<CiAnswer<string>> {
  const health = await http.text('/healthz', signal);
  const answer = await http.text('/version', signal);
  if (answer.got !== 'value' || health.got !== 'value') return { got: 'value', value: '' };
  try {
    return { got: 'value', value: toVersion(JSON.parse(answer.value)) };
  } catch (error) {
    if (error instanceof SyntaxError) return { got: 'value', value: '' };
    throw error;
  }
}

async function readAgents(
  readPage: (page: number) => Promise<CiAnswer<Listed<CiAgent>>>,
): Promise<CiAnswer<readonly CiAgent[]>> {
  const agents = new Map<number, CiAgent>();
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const answer = await readPage(page);
    if (answer.got !== 'value') return answer;
    const before = agents.size;
    for (const agent of answer.value.values) agents.set(agent.id, agent);
    if (answer.value.count < CI_PAGE || agents.size === before) break;
  }
  return { got: 'value', value: [...agents.values()] };
}

function toPage(json: unknown, request: PageRequest): CiPage | null {
  const list = toPipelines(json);
  return list === null ? null : { pipelines: list.values, isLast: list.count < (request.perPage ?? CI_PAGE) };
}

const pathOf = (repo: string): string => repo.split('/').map(encodeURIComponent).join('/');

function queryOf({ page, perPage, status, branch, events }: PageRequest): Query {
  return {
    page,
    perPage: perPage ?? CI_PAGE,
    ...(status === undefined ? {} : { status }),
    ...(branch === undefined ? {} : { branch }),
    ...(events === undefined ? {} : { event: events.join(',') }),
  };
}

async function* hints(body: ReadableStream<Uint8Array>, http: WoodpeckerHttp): AsyncGenerator<CiHint> {
  try {
    for await (const frame of readFrames(body)) {
      const hint = frame === null ? null : toHint(jsonOf(frame));
      yield hint ?? { type: 'alive' };
    }
  } catch (error) {
    throw http.explain(error);
  }
}

function jsonOf(frame: string): unknown {
  try {
    return JSON.parse(frame) as unknown;
  } catch {
    return null;
  }
}
