/** The REST half of the fake Woodpecker: what each path answers, to whom. */

export type Json = Readonly<Record<string, unknown>>;

export interface Queue {
  readonly pending: readonly Json[];
  readonly waiting_on_deps: readonly Json[];
  readonly running: readonly Json[];
}

export interface World {
  readonly repos: Map<number, Json>;
  readonly pipelines: Map<number, Map<number, Json>>;
  agents: Json[];
  /** Null: every pipeline that is pending waits, and every one that runs is with agent 2. */
  queue: Queue | null;
  paused: boolean;
  version: string;
}

export interface Reply {
  readonly status: number;
  /** A text is sent as it is: errors of Woodpecker are plain text or empty. */
  readonly body: unknown;
}

export interface Ask {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly role: 'admin' | 'user' | 'nobody' | 'wrong';
}

interface Route {
  readonly pattern: RegExp;
  answer(world: World, ask: Ask, parts: readonly string[]): Reply;
}

const found = (body: unknown): Reply => ({ status: 200, body });
const NOT_FOUND: Reply = { status: 404, body: '' };

const ROUTES: readonly Route[] = [
  { pattern: /^\/healthz$/, answer: () => ({ status: 204, body: '' }) },
  {
    pattern: /^\/version$/,
    answer: (world) => found({ source: 'https://github.com/woodpecker-ci/woodpecker', version: world.version }),
  },
  { pattern: /^\/api\/agents$/, answer: forAdmins((world, { query }) => found(pageOf(world.agents, query))) },
  { pattern: /^\/api\/queue\/info$/, answer: forAdmins((world) => found(queueInfo(world))) },
  {
    pattern: /^\/api\/repos\/lookup\/(.+)$/,
    answer: (world, ask, [name = '']) =>
      ofRepo(
        ask,
        [...world.repos.values()].find((repo) => repo['full_name'] === decodeURIComponent(name)),
        found,
      ),
  },
  {
    pattern: /^\/api\/repos\/(\d+)$/,
    answer: (world, ask, [id]) => ofRepo(ask, world.repos.get(Number(id)), found),
  },
  {
    pattern: /^\/api\/repos\/(\d+)\/pipelines$/,
    answer: (world, ask, [id]) =>
      ofRepo(ask, world.repos.get(Number(id)), () => listPipelines(world.pipelines.get(Number(id)), ask.query)),
  },
  {
    pattern: /^\/api\/repos\/(\d+)\/pipelines\/(\d+)$/,
    answer: (world, ask, [id, number]) =>
      ofRepo(ask, world.repos.get(Number(id)), () => {
        const pipeline = world.pipelines.get(Number(id))?.get(Number(number));
        return pipeline === undefined ? NOT_FOUND : found(pipeline);
      }),
  },
];

/** What the server answers. */
export function answerApi(world: World, ask: Ask): Reply {
  if (ask.role === 'wrong') return { status: 401, body: '' };
  for (const { pattern, answer } of ROUTES) {
    const parts = pattern.exec(ask.path);
    if (parts !== null) return answer(world, ask, parts.slice(1));
  }
  return NOT_FOUND;
}

function forAdmins(answer: (world: World, ask: Ask) => Reply): Route['answer'] {
  return (world, ask) => {
    if (ask.role === 'admin') return answer(world, ask);
    return { status: ask.role === 'nobody' ? 401 : 403, body: 'User not authorized' };
  };
}

/** Private data needs a user. */
function ofRepo(ask: Ask, repo: Json | undefined, answer: (repo: Json) => Reply): Reply {
  if (ask.role === 'nobody' && repo?.['visibility'] !== 'public') return { status: 401, body: '' };
  return repo === undefined ? NOT_FOUND : answer(repo);
}

const LARGEST_PAGE = 50;

function pageOf(items: readonly Json[], query: URLSearchParams): readonly Json[] {
  const page = Math.max(1, Number(query.get('page') ?? 1));
  const asked = Number(query.get('perPage') ?? LARGEST_PAGE);
  const perPage = asked > LARGEST_PAGE || asked < 1 ? LARGEST_PAGE : asked;
  return items.slice((page - 1) * perPage, page * perPage);
}

const STATUSES = 'skipped pending running success failure killed canceled error blocked declined created'.split(' ');

const isListed = ([name]: readonly [string, unknown]): boolean => name !== 'workflows';

function listPipelines(all: ReadonlyMap<number, Json> | undefined, query: URLSearchParams): Reply {
  const status = query.get('status');
  if (status !== null && !STATUSES.includes(status)) return { status: 400, body: `invalid status value: ${status}` };
  const events = query.get('event')?.split(',');
  const branch = query.get('branch');
  const rows = [...(all?.values() ?? [])]
    .filter((one) => status === null || one['status'] === status)
    .filter((one) => events === undefined || events.includes(String(one['event'])))
    .filter((one) => branch === null || one['branch'] === branch)
    .toSorted((a, b) => Number(b['number']) - Number(a['number']));
  return found(pageOf(rows, query).map((row) => Object.fromEntries(Object.entries(row).filter(isListed))));
}

/** Go writes null for an empty list of some types and [] for others; both are in the recordings. */
function queueInfo(world: World): Json {
  const { pending, waiting_on_deps, running } = world.queue ?? queueOf(world.pipelines);
  return {
    pending,
    waiting_on_deps,
    running,
    paused: world.paused,
    stats: {
      worker_count: world.agents.length,
      pending_count: pending.length,
      waiting_on_deps_count: waiting_on_deps.length,
      running_count: running.length,
    },
  };
}

function queueOf(pipelines: World['pipelines']): Queue {
  const tasks = [...pipelines].flatMap(([repoId, all]) => [...all.values()].map((one) => ({ repoId, one })));
  const inStatus = (status: string): readonly Json[] =>
    tasks
      .filter(({ one }) => one['status'] === status)
      .map(({ repoId, one }) => taskOf(repoId, Number(one['number']), status === 'running' ? 2 : 0));
  return { pending: inStatus('pending'), waiting_on_deps: [], running: inStatus('running') };
}

/** A task of a pipeline as the queue shows it, on an agent or, with 0, on none. */
export function taskOf(repoId: number, number: number, agentId: number): Json {
  return {
    id: String(300 + number),
    pid: 1,
    name: 'test',
    labels: { 'org-id': '3', repo: 'acme/widget', platform: '' },
    dependencies: null,
    run_on: null,
    dep_status: {},
    agent_id: agentId,
    pipeline_id: 1_000 + number,
    repo_id: repoId,
    concurrency_limit: 0,
    concurrency_group: '',
    created: 1782900000,
    pipeline_number: number,
    agent_name: agentId === 0 ? '' : `agent-${agentId}`,
  };
}
