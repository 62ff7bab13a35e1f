import { describe, expect, test } from 'vitest';
import { openWoodpecker } from '../../../src/adapters/woodpecker.ts';
import { CiError, type Ci } from '../../../src/ports/ci.ts';
import { ADMIN, fakeWoodpecker, USER, type Fault, type FakeWoodpecker } from '../../support/fake-woodpecker.ts';
import { recording } from '../../support/woodpecker-recordings.ts';

const { signal } = new AbortController();

const open = (fake: FakeWoodpecker, token = ADMIN): Ci =>
  openWoodpecker({ server: 'http://ci/', token, fetch: fake.fetch });

/** Answers every path with one body. */
function says(body: unknown): Ci {
  const fake = fakeWoodpecker();
  fake.fail(() => ({ status: 200, body }));
  return open(fake);
}

const pipelineOf = async (body: unknown) => {
  const answer = await says(body).pipeline(7, 56, signal);
  return answer.got === 'value' ? answer.value : null;
};

test('an answer without an end is given up, and is no shorter answer', async () => {
  const much = new Uint8Array(1024 * 1024).fill(32);
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(to) {
      sent += 1;
      if (sent <= 40) to.enqueue(much);
      else to.close();
    },
  });
  const ci = openWoodpecker({ server: 'http://ci/', token: ADMIN, fetch: async () => new Response(body) });
  await expect(ci.queue(signal)).rejects.toThrow('answered with more than 32 MB');
  expect(sent).toBeLessThan(40);
});

describe('a pipeline', () => {
  test('is read with times in milliseconds, null for what has not come, and its workflows', async () => {
    expect(await pipelineOf(recording('constructed-v3.17-sse-event-failure.json').pipeline)).toEqual({
      number: 56,
      status: 'failure',
      event: 'pull_request',
      author: 'ci-bot',
      sha: '0f9e8d7c6b5a49382716054f3e2d1c0b9a897867',
      branch: 'main',
      ref: 'refs/pull/12/head',
      refspec: 'fix/crash:main',
      fromFork: false,
      parent: 0,
      supersededBy: 0,
      createdAt: 1782900000_000,
      updatedAt: 1782900100_000,
      startedAt: 1782900010_000,
      finishedAt: 1782900100_000,
      reviewedAt: null,
      workflows: [
        {
          name: 'lint',
          status: 'success',
          agentId: 2,
          steps: [
            { name: 'clone', status: 'success', type: 'clone', exitCode: 0 },
            { name: 'eslint', status: 'success', type: 'commands', exitCode: 0 },
          ],
        },
        {
          name: 'test',
          status: 'failure',
          agentId: 2,
          steps: [
            { name: 'clone', status: 'success', type: 'clone', exitCode: 0 },
            { name: 'vitest', status: 'failure', type: 'commands', exitCode: 1 },
          ],
        },
      ],
    });
  });

  test.each([
    'created-pending',
    'blocked',
    'running',
    'canceled-superseded',
    'error-config',
    'killed-by-user',
    'success-push',
  ])('that is %s keeps its status', async (file) => {
    const { pipeline } = recording(`constructed-v3.17-sse-event-${file}.json`);
    expect((await pipelineOf(pipeline))?.status).toBe(pipeline.status);
  });

  test('that another one canceled names it', async () => {
    const { pipeline } = recording('constructed-v3.17-sse-event-canceled-superseded.json');
    expect((await pipelineOf(pipeline))?.supersededBy).toBe(58);
  });

  test('of Woodpecker 2 has its times under other names', async () => {
    const old = { number: 1, status: 'running', created_at: 100, started_at: 110, finished_at: 0 };
    expect(await pipelineOf(old)).toMatchObject({ createdAt: 100_000, startedAt: 110_000, finishedAt: null });
  });

  test('with next to nothing in it, or with what nobody knows, is read as far as it goes', async () => {
    const bare = recording('fixture-woodpecker-go-pipeline-v3.17.json');
    expect(await pipelineOf(bare)).toMatchObject({
      number: 1,
      status: 'success',
      branch: 'main',
      sha: '',
      workflows: [],
    });
    const odd = { number: 2, status: 'dreaming', created: 'yesterday', commit: '$(rm -rf /)', novel: [{}] };
    expect(await pipelineOf(odd)).toMatchObject({ status: 'dreaming', createdAt: null, sha: '' });
  });

  test('without a number is none', async () => {
    await expect(pipelineOf({ status: 'running' })).rejects.toThrow('with something else than was asked');
  });
});

describe('a list', () => {
  test('leaves out what makes no sense, and still knows when a page was full', async () => {
    const rows = Array.from({ length: 50 }, (_, i) => (i === 3 ? { broken: true } : { number: i + 1 }));
    const answer = await says(rows).pipelines(7, { page: 1 }, signal);
    expect(answer.got === 'value' && [answer.value.pipelines.length, answer.value.isLast]).toEqual([49, false]);
  });

  test('is asked for by page, state, branch and events', async () => {
    const fake = fakeWoodpecker();
    fake.addRepo('acme/widget');
    const request = { page: 2, perPage: 5, status: 'running', branch: 'main', events: ['push', 'cron'] };
    await open(fake).pipelines(7, request, signal);
    expect(fake.asked).toEqual([
      '/api/repos/7/pipelines?page=2&perPage=5&status=running&branch=main&event=push%2Ccron',
    ]);
  });

  test('of agents is read to its end, and no token is in it', async () => {
    const fake = fakeWoodpecker();
    const [agent] = recording('constructed-v3.17-api-agents.json');
    for (let id = 1; id <= 120; id += 1) fake.world.agents.push({ ...agent, id, name: `agent-${id}`, token: 's3cr3t' });
    const answer = await open(fake).agents(signal);
    expect(answer.got === 'value' && answer.value.length).toBe(120);
    expect(JSON.stringify(answer)).not.toContain('s3cr3t');
    expect(fake.asked).toHaveLength(3);
  });

  test.each(['thirdparty-mock-3.9-agents.json', 'constructed-v3.17-api-agents.json'])('%s is read', async (file) => {
    const [agent] = recording(file);
    const answer = await says([agent]).agents(signal);
    expect(answer).toEqual({
      got: 'value',
      value: [
        {
          id: agent.id,
          name: agent.name,
          createdAt: agent.created * 1_000,
          lastContact: agent.last_contact * 1_000,
          noSchedule: false,
          version: agent.version,
        },
      ],
    });
  });
});

test.each([
  ['constructed-v3.17-api-queue-info.json', 1, 1, 7],
  ['fixture-queue-info-redacted-older.json', 1, 0, 0],
  ['fixture-woodpecker-go-queue-info-v3.17.json', 0, 1, 0],
  ['thirdparty-mock-3.9-queue-info.json', 1, 0, 101],
])('%s is a queue, whatever is null in it', async (file, waiting, running, repoId) => {
  const answer = await says(recording(file)).queue(signal);
  if (answer.got !== 'value') throw new Error(answer.reason);
  expect([answer.value.waiting.length, answer.value.running.length]).toEqual([waiting, running]);
  expect([...answer.value.waiting, ...answer.value.running][0]?.repoId).toBe(repoId);
});

test.each(['constructed-v3.17-api-repo-lookup.json', 'thirdparty-mock-3.9-repo.json'])(
  '%s is a repository',
  async (file) => {
    const repo = recording(file);
    const answer = await says(repo).repoById(1, signal);
    expect(answer).toEqual({ got: 'value', value: { id: repo.id, repo: repo.full_name, defaultBranch: 'main' } });
  },
);

test('a name is put into the path so that it stays one', async () => {
  const fake = fakeWoodpecker();
  await open(fake).repoByName('ac me/x?y', signal);
  expect(fake.asked).toEqual(['/api/repos/lookup/ac%20me/x%3Fy']);
});

describe('the version', () => {
  test('is told', async () => {
    const answer = await says(recording('fixture-api-version.json')).version(signal);
    expect(answer).toEqual({ got: 'value', value: 'next-42e7d71680' });
  });

  test('is not known behind a proxy that passes on /api alone, and that is no fault', async () => {
    const fake = fakeWoodpecker();
    fake.fail((path) => (path.startsWith('/api') ? null : { status: 404, body: 'not found' }));
    expect(await open(fake).version(signal)).toEqual({ got: 'value', value: '' });
  });

  test('is not asked of a server that is not healthy', async () => {
    const fake = fakeWoodpecker();
    fake.fail((path) => (path === '/healthz' ? { status: 500, body: 'pq: connection refused' } : null));
    await expect(open(fake).version(signal)).rejects.toThrow(
      'http://ci answered /healthz with 500 pq: connection refused',
    );
  });
});

describe('a refusal says what to do', () => {
  test.each([
    ['no token', '', '/api/repos/7 needs a token (401): set WOODPECKER_TOKEN'],
    ['a wrong token', 'wr0ng', 'the token is refused at /api/repos/7 (401): set WOODPECKER_TOKEN to a new one'],
  ])('with %s', async (_, token, reason) => {
    const fake = fakeWoodpecker();
    fake.addRepo('acme/widget');
    expect(await open(fake, token).repoById(7, signal)).toEqual({ got: 'denied', reason });
  });

  test('to who is no admin', async () => {
    const reason = '/api/agents is for admins (403 User not authorized): use the token of a Woodpecker admin';
    expect(await open(fakeWoodpecker(), USER).agents(signal)).toEqual({ got: 'denied', reason });
  });

  test('where there is nothing', async () => {
    const reason = '/api/repos/9 is not there, or not for this token (404)';
    expect(await open(fakeWoodpecker()).repoById(9, signal)).toEqual({ got: 'missing', reason });
  });
});

describe('a server that cannot be asked', () => {
  const failing = async (fault: Fault, server = 'http://ci'): Promise<CiError> => {
    const fake = fakeWoodpecker();
    fake.fail(() => fault);
    const ci = openWoodpecker({ server, token: 's3cr3t', timeout: 5, fetch: fake.fetch });
    return ci.repoById(7, signal).then(
      () => {
        throw new Error('it answered');
      },
      (error: unknown) => error as CiError,
    );
  };

  test.each<readonly [string, Fault, string, boolean]>([
    ['breaks', { status: 500, body: '' }, 'http://ci answered /api/repos/7 with 500', true],
    ['hides behind a page', { status: 502, body: '<html><h1>Bad\n Gateway</h1>' }, 'with 502 Bad Gateway', true],
    ['wants less', { status: 429, body: 'slow down' }, 'with 429 slow down', true],
    [
      'is none',
      { status: 200, body: '<html>Welcome' },
      'with no JSON: is WOODPECKER_SERVER the address of Woodpecker?',
      true,
    ],
    ['answers something else', { status: 200, body: [] }, 'with something else than was asked', true],
    ['never answers', 'silent', 'http://ci did not answer within 5ms', false],
    ['breaks the connection', 'reset', 'cannot reach http://ci: read ECONNRESET', false],
  ])('because it %s', async (_, fault, said, reached) => {
    const error = await failing(fault);
    expect(error).toBeInstanceOf(CiError);
    expect(error.message).toContain(said);
    expect(error.reached).toBe(reached);
    expect(`${error.message} ${error.stack} ${String(error.cause)}`).not.toContain('s3cr3t');
  });

  test('and has a password in its address, which nobody sees', async () => {
    const { message } = await failing('reset', 'http://me:passw0rd@ci/');
    expect(message).toBe('cannot reach http://ci: read ECONNRESET');
  });

  test('quotes nothing of an answer that may hold tokens', async () => {
    const error = await failing({ status: 200, body: '[{"token":"t0ken' });
    expect(`${error.stack} ${String(error.cause)}`).not.toContain('t0ken');
  });
});
