import { describe, expect, test } from 'vitest';
import { toEvent } from '../../../src/core/event.ts';
import { createPicture } from '../../../src/factory/picture.ts';
import { noticeReader } from '../../../src/sources/ci/notice.ts';
import { CI_SECRET, openFace, sign } from '../../support/http-face.ts';
import { recordingText } from '../../support/woodpecker-recordings.ts';

const PATH = '/webhooks/woodpecker';
const SHA = 'ab'.repeat(20);
const NOTICE = { repo: 'acme/widget', number: 57, status: 'failure' };
const PLUGIN = recordingText('constructed-drone-webhook-plugin-default-body.json');

const BEARER = { authorization: `Bearer ${CI_SECRET}` };

const json = (body: unknown, headers: Readonly<Record<string, string>> = BEARER): RequestInit => ({
  method: 'POST',
  body: typeof body === 'string' ? body : JSON.stringify(body),
  headers: { 'content-type': 'application/json', ...headers },
});

const form = (fields: Readonly<Record<string, string>>): RequestInit => ({
  method: 'POST',
  body: new URLSearchParams(fields).toString(),
  headers: { 'content-type': 'application/x-www-form-urlencoded', ...BEARER },
});

describe('where nobody can be asked, a notice', () => {
  test('is stored as it says', async () => {
    const face = openFace();
    const body = { ...NOTICE, event: 'pull_request', sha: SHA, branch: 'main', source_branch: 'fix/issue-42', pr: 12 };
    const response = await face.send(PATH, json({ ...body, created: 1_767_225_000, started: 1_767_225_590 }));
    expect([response.status, await response.json()]).toEqual([
      202,
      { accepted: 1, known: 0, id: [...face.stored.keys()][0] },
    ]);
    expect([...face.stored.values()]).toMatchObject([
      {
        kind: 'ci.pipeline',
        subject: 'acme/widget/57',
        source: 'ci://notice/acme/widget',
        host: 'box',
        time: face.clock.now(),
        data: {
          repo: 'acme/widget',
          repo_slug: 'widget',
          action: 'notified',
          number: 57,
          status: 'failure',
          event: 'pull_request',
          sha: SHA,
          branch: 'fix/issue-42',
          base: 'main',
          pr: 12,
          issue: 42,
          created_at: '2025-12-31T23:50:00.000Z',
          started_at: '2025-12-31T23:59:50.000Z',
          finished_at: '2026-01-01T00:00:00.000Z',
          duration_s: 10,
          exit_code: -1,
        },
      },
    ]);
  });

  test('as a form is the same, and says no less by what a shell leaves empty', async () => {
    const face = openFace();
    const empty = { source_branch: '', pr: '', started: '', created: '' };
    await face.send(PATH, form({ repo: 'acme/widget', number: '57', status: 'success', branch: 'main', ...empty }));
    expect([...face.stored.values()]).toMatchObject([
      { data: { number: 57, status: 'success', branch: 'main', base: '', pr: 0, started_at: '', duration_s: 0 } },
    ]);
  });

  test('that comes twice is one event, and another status is another', async () => {
    const face = openFace();
    await face.send(PATH, json(NOTICE));
    await face.clock.advance(60_000);
    expect(await (await face.send(PATH, json({ ...NOTICE, sha: SHA }))).json()).toMatchObject({
      accepted: 0,
      known: 1,
    });
    expect(await (await face.send(PATH, json({ ...NOTICE, status: 'success' }))).json()).toMatchObject({ accepted: 1 });
  });

  test('finds its pull request by the ref, the branch or the commit', async () => {
    const picture = createPicture();
    const head = { id: 'p', source: 'forge://f', subject: 'acme/widget#9', time: 0, host: 'box' };
    const pull = { repo: 'acme/widget', number: 9, branch: 'fix/issue-7', sha: SHA, state: 'open' };
    picture.apply(toEvent('forge.pull', head, pull));
    const read = noticeReader({ host: 'box', picture, hint: () => false });
    const prOf = (more: object): unknown => {
      const reading = read({ eventType: '', text: '', body: { ...NOTICE, ...more }, receivedAt: 0 });
      return reading.kind === 'events' && reading.events[0]?.data;
    };
    expect(prOf({ ref: 'refs/pull/12/head' })).toMatchObject({ pr: 12 });
    expect(prOf({ branch: 'fix/issue-7' })).toMatchObject({ pr: 9, issue: 7 });
    expect(prOf({ branch: 'x', sha: SHA })).toMatchObject({ pr: 9 });
    expect(prOf({ branch: 'fix/issue-70' })).toMatchObject({ pr: 0 });
  });

  test('of the plugin as it comes cannot be believed: it always says success', async () => {
    const face = openFace();
    const response = await face.send(PATH, json(PLUGIN));
    expect([response.status, face.stored.size]).toEqual([400, 0]);
    expect(await response.json()).toMatchObject({ error: expect.stringContaining('always says success') });
  });

  test.each<readonly [string, unknown, string]>([
    ['is no object', [1], 'the body is not an object'],
    ['names no repository', { ...NOTICE, repo: 'widget' }, '"repo" is missing or not owner/name'],
    ['names a way out', { ...NOTICE, repo: 'a/b/../c' }, '"repo" is missing or not owner/name'],
    ['names no pipeline', { ...NOTICE, number: '5x' }, '"number" is missing'],
    ['names half a pipeline', { ...NOTICE, number: 5.5 }, '"number" is missing'],
    ['names an unknown status', { ...NOTICE, status: 'started' }, '"status" is not one of created, blocked'],
    ['names no status', { ...NOTICE, status: '' }, '"status" is missing'],
    ['is broken', '{"repo":', 'the body is not JSON'],
  ])('that %s is refused', async (_, body, error) => {
    const face = openFace();
    const response = await face.send(PATH, json(body));
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: expect.stringContaining(error), hint: expect.any(String) });
    expect(face.stored.size).toBe(0);
  });

  test('leaves out what is no fact, and cuts what is too long', async () => {
    const face = openFace();
    const odd = { event: 'rm -rf', sha: '$(x)', branch: `a\n${'b'.repeat(999)}` };
    await face.send(PATH, json({ ...NOTICE, ...odd }));
    const [event] = [...face.stored.values()];
    expect(event?.data).toMatchObject({ event: '', sha: '' });
    expect(event?.kind === 'ci.pipeline' && event.data.branch).toMatch(/^a b{254}$/);
  });
});

describe('where the server can be asked, a notice', () => {
  const hinted = () => {
    const hints: unknown[] = [];
    const hint = (repo: string, number: number): boolean => hints.push([repo, number]) > 0;
    const read = noticeReader({ host: 'box', picture: createPicture(), hint });
    return { hints, face: openFace({ notices: { secrets: [CI_SECRET], read } }) };
  };

  test.each([
    ['of ours', NOTICE],
    ['of the plugin', PLUGIN],
    ['without a status', { repo: 'acme/widget', number: 57 }],
  ])('%s is a hint, whatever it says', async (_, body) => {
    const { hints, face } = hinted();
    const response = await face.send(PATH, json(body));
    expect([response.status, await response.json()]).toEqual([
      202,
      { looking: 'pipeline 57 of acme/widget is being read' },
    ]);
    expect([hints, face.stored.size]).toEqual([[['acme/widget', 57]], 0]);
  });
});

describe('who may tell', () => {
  const text = JSON.stringify(NOTICE);

  test.each<readonly [string, Readonly<Record<string, string>>]>([
    ['who has the secret', BEARER],
    ['who signs as GitHub does', { 'x-hub-signature-256': `sha256=${sign(text, CI_SECRET)}` }],
    ['who signs as the plugin does', { 'x-drone-signature': `sha256=${sign(text, CI_SECRET)}` }],
  ])('is %s', async (_, headers) => {
    expect((await openFace().send(PATH, json(text, headers))).status).toBe(202);
  });

  test.each<readonly [string, Readonly<Record<string, string>>]>([
    ['nobody', {}],
    ['who has another secret', { authorization: 'Bearer other' }],
    ['who has the API token', { authorization: 'Bearer token-1' }],
    ['who has the secret of the forge', { 'x-hub-signature-256': `sha256=${sign(text)}` }],
    ['who signed another text', { 'x-hub-signature-256': `sha256=${sign(`${text} `, CI_SECRET)}` }],
    ['who signed with nothing', { 'x-drone-signature': 'sha256=' }],
    ['who signs bare', { 'x-drone-signature': sign(text, CI_SECRET) }],
  ])('is not %s', async (_, headers) => {
    const face = openFace();
    const response = await face.send(PATH, json(text, headers));
    expect([response.status, face.stored.size]).toEqual([401, 0]);
    expect(JSON.stringify(await response.json())).toContain('WOODPECKER_WEBHOOK_SECRET');
    expect(await face.metrics()).toContain(`reactor_http_refused_total{route="${PATH}",reason="bad_proof"} 1`);
  });

  test('is none on an empty body, which nobody can sign', async () => {
    const face = openFace();
    const signed = { 'x-hub-signature-256': `sha256=${sign('', CI_SECRET)}` };
    expect((await face.send(PATH, json('', signed))).status).toBe(401);
  });

  test('is either of two secrets while one replaces the other', async () => {
    const read = noticeReader({ host: 'box', picture: createPicture(), hint: () => false });
    const face = openFace({ notices: { secrets: ['new', 'old'], read } });
    const status = async (headers: Readonly<Record<string, string>>): Promise<number> =>
      (await face.send(PATH, json(text, headers))).status;
    expect(await status({ authorization: 'Bearer old' })).toBe(202);
    expect(await status({ 'x-hub-signature-256': `sha256=${sign(text, 'old')}` })).toBe(202);
    expect(await status({ authorization: 'Bearer older' })).toBe(401);
  });

  test('is this machine alone while there is no secret', async () => {
    const read = noticeReader({ host: 'box', picture: createPicture(), hint: () => false });
    const face = openFace({ notices: { secrets: [''], read } });
    expect((await face.send(PATH, json(text, {}), '127.0.0.1')).status).toBe(202);
    expect((await face.send(PATH, json(text, {}), '192.0.2.7')).status).toBe(401);
    expect((await face.send(PATH, json(text, { 'x-forwarded-for': '1.2.3.4' }), '127.0.0.1')).status).toBe(401);
  });
});

test.each<readonly [string, RequestInit, number]>([
  ['another content type', { method: 'POST', body: 'x', headers: { 'content-type': 'text/plain' } }, 415],
  ['no content type', { method: 'POST', body: new Uint8Array([123, 125]) }, 415],
  ['an empty form', { ...form({}) }, 400],
  ['too much', json('x'.repeat(11 * 1024 * 1024)), 413],
  ['a question', { method: 'GET' }, 405],
])('%s is refused', async (_, init, status) => {
  const face = openFace();
  expect([(await face.send(PATH, init)).status, face.stored.size]).toEqual([status, 0]);
});
