import { describe, expect, test } from 'vitest';
import { openFace, type Face } from '../../support/http-face.ts';

const STRUCTURED = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';

const memory = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  specversion: '1.0',
  id: 'e-1',
  source: 'script://probe',
  type: 'host.memory',
  time: '2026-01-31T13:00:00+01:00',
  data: { available_mb: 100 },
  ...more,
});

function post(face: Face, body: unknown, headers: Record<string, string> = {}, peer?: string): Promise<Response> {
  const init = {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': STRUCTURED, authorization: 'Bearer token-1', ...headers },
  };
  return face.send('/events', init, peer);
}

describe('a structured event', () => {
  test('is stored with the rest of its fields at their default', async () => {
    const face = openFace();
    const response = await post(face, memory());
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({ accepted: 1, known: 0, ids: [...face.stored.keys()] });
    expect([...face.stored.values()]).toMatchObject([
      {
        kind: 'host.memory',
        source: 'script://probe',
        subject: 'box',
        time: Date.UTC(2026, 0, 31, 12),
        host: 'box',
        data: { available_mb: 100, swap_used_mb: 0, host: 'box' },
      },
    ]);
  });

  test('is known by source and id, whatever else it says', async () => {
    const face = openFace();
    await post(face, memory());
    expect(await (await post(face, memory({ data: { available_mb: 7 } }))).json()).toMatchObject({ known: 1 });
    expect(await (await post(face, memory({ source: 'script://other' }))).json()).toMatchObject({ accepted: 1 });
    expect(await (await post(face, memory({ id: 'e-2' }))).json()).toMatchObject({ accepted: 1 });
  });

  test('without an id is known by its content and time; without a time each post is news', async () => {
    const face = openFace();
    const anonymous = memory({ id: undefined });
    await post(face, anonymous);
    expect(await (await post(face, anonymous)).json()).toMatchObject({ known: 1 });
    const untimed = memory({ id: undefined, time: undefined });
    await post(face, untimed);
    await face.clock.advance(1);
    expect(await (await post(face, untimed)).json()).toMatchObject({ accepted: 1 });
  });

  test('takes its host from the data or the attribute, and its subject from the data', async () => {
    const face = openFace();
    await post(face, memory({ id: '1', data: { host: 'north', available_mb: 1 } }));
    await post(face, memory({ id: '2', host: 'south' }));
    await post(face, memory({ id: '3', type: 'forge.issue', data: { repo: 'johba/harb', number: 7 } }));
    await post(face, memory({ id: '4', subject: 'mine' }));
    expect([...face.stored.values()].map((event) => [event.host, event.subject])).toEqual([
      ['north', 'north'],
      ['south', 'south'],
      ['box', 'johba/harb#7'],
      ['box', 'mine'],
    ]);
  });

  test('has its times in UTC and its free text cut', async () => {
    const face = openFace();
    const data = { repo: 'a/b', number: 1, closed_at: '2026-01-31T13:00:00+01:00', untrusted_text: 'x'.repeat(9_000) };
    await post(face, memory({ type: 'forge.issue', data }));
    const [event] = face.stored.values();
    expect(event?.data).toMatchObject({ closed_at: '2026-01-31T12:00:00.000Z', untrusted_text: 'x'.repeat(4_096) });
  });
});

test.each([
  ['a kind that is nothing like any', { type: 'foo' }, 'there is no kind "foo"', 'Write: one of agent.guard, '],
  ['an unknown kind', { type: 'host.memry' }, 'there is no kind "host.memry"', 'Write: host.memory'],
  ['no kind', { type: undefined }, 'the attribute "type" is missing', 'docker.container'],
  ['another version', { specversion: '0.3' }, '"specversion" is not "1.0"', '"specversion": "1.0"'],
  ['no source', { source: '' }, 'the attribute "source" is missing', 'Say who sends'],
  ['bytes', { data_base64: 'AA==' }, 'there is "data_base64"', '"data"'],
  ['a vague time', { time: 'yesterday' }, '"time" is not a time', '2026-01-31T12:00:00Z'],
  ['an unknown field', { data: { avilable_mb: 1 } }, 'host.memory has no field "avilable_mb"', 'Write: available_mb'],
  ['a field of every object', { data: { constructor: 1 } }, 'host.memory has no field "constructor"', 'Write: '],
  [
    'a text for a number',
    { data: { available_mb: '100' } },
    'host.memory.available_mb is the text "100"',
    'a number: ',
  ],
  ['null for a number', { data: { available_mb: null } }, 'host.memory.available_mb is null', 'a number'],
  [
    'memory that does not say how much is available',
    { data: { swap_used_mb: 1 } },
    'host.memory has no available_mb',
    'Write it: MemAvailable. What is left out counts as 0.',
  ],
  ['no data', { data: undefined }, 'host.memory has no available_mb', 'Write it'],
  ['data that is a list', { data: [1] }, 'the data is not a JSON object', 'fields of host.memory'],
  ['no subject', { type: 'forge.issue', data: {} }, 'which forge.issue it is', 'Write "subject"'],
  ['prose in a fact', { type: 'forge.pull', data: { repo: 'a\nb' } }, 'forge.pull.repo is the text', 'one line'],
  ['a long fact', { type: 'forge.pull', data: { sha: 'a'.repeat(257) } }, 'forge.pull.sha', '256 characters'],
  [
    'a truth as text',
    { type: 'forge.pull', data: { merged: 'true' } },
    'forge.pull.merged is the text "true"',
    'true or false',
  ],
  ['a time as number', { type: 'forge.pull', data: { created_at: 7 } }, 'forge.pull.created_at is 7', 'a time such as'],
  ['a text for a list', { type: 'forge.pull', data: { labels: 'a' } }, 'forge.pull.labels is the text', 'a list'],
  ['numbers in a list', { type: 'forge.pull', data: { labels: [1] } }, 'forge.pull.labels is a list', 'a list'],
  ['a list for a map', { type: 'docker.container', data: { labels: [] } }, 'labels is a list', 'an object of texts'],
])('an event with %s is refused and told what to write', async (_, more, error, hint) => {
  const face = openFace();
  const response = await post(face, memory(more));
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({ error: expect.stringContaining(error), hint: expect.stringContaining(hint) });
  expect(face.stored.size).toBe(0);
});

test.each([['null'], ['[]'], ['7'], ['{"a":']])('the body %s is no event', async (body) => {
  expect((await post(openFace(), body)).status).toBe(400);
});

describe('a batch', () => {
  test('is stored as a whole', async () => {
    const face = openFace();
    const response = await post(face, [memory(), memory({ id: 'e-2' }), memory()], { 'content-type': BATCH });
    expect(await response.json()).toMatchObject({ accepted: 2, known: 1, ids: expect.any(Array) });
    expect(face.stored.size).toBe(2);
  });

  test('with one bad event stores nothing and says which', async () => {
    const face = openFace();
    const response = await post(face, [memory(), memory({ type: 'x' })], { 'content-type': BATCH });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ index: 1, error: 'there is no kind "x"' });
    expect(face.stored.size).toBe(0);
  });

  test('that is too long, or no list, is refused', async () => {
    const face = openFace();
    const long = Array.from({ length: 1_001 }, () => memory());
    expect((await post(face, long, { 'content-type': BATCH })).status).toBe(400);
    expect((await post(face, memory(), { 'content-type': BATCH })).status).toBe(400);
  });
});

describe('a binary event', () => {
  const binary = {
    'content-type': 'application/json',
    'ce-specversion': '1.0',
    'ce-type': 'lock.file',
    'ce-source': 'script://probe',
    'ce-id': 'e-1',
    'ce-subject': '/tmp/na%C3%AFve.lock',
  };

  test('has its attributes in headers, percent-decoded', async () => {
    const face = openFace();
    const response = await post(face, { pid: 7 }, { ...binary, 'ce-time': '2026-01-31T12:00:00Z' });
    expect(response.status).toBe(202);
    expect([...face.stored.values()]).toMatchObject([
      { kind: 'lock.file', subject: '/tmp/naïve.lock', time: Date.UTC(2026, 0, 31, 12), data: { pid: 7 } },
    ]);
  });

  test('is the same event as a structured one of its source and id', async () => {
    const face = openFace();
    await post(face, { pid: 7 }, binary);
    const again = memory({ type: 'lock.file', subject: 'x', data: { pid: 7 } });
    expect(await (await post(face, again)).json()).toMatchObject({ known: 1 });
  });

  test('may have no data, and is refused when it is badly encoded', async () => {
    expect((await post(openFace(), '', binary)).status).toBe(202);
    const response = await post(openFace(), {}, { ...binary, 'ce-subject': '100%' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: 'the header ce-subject is not well encoded' });
  });
});

describe('who may post', () => {
  test.each([
    ['no token', ''],
    ['a wrong token', 'Bearer token-2'],
    ['a longer token', 'Bearer token-11'],
    ['another scheme', 'Basic token-1'],
    ['an empty token', 'Bearer '],
  ])('%s is refused, also from this machine', async (_, authorization) => {
    const face = openFace();
    const response = await post(face, memory(), { authorization }, '127.0.0.1');
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await response.json()).toMatchObject({ hint: expect.stringContaining('REACTOR_API_TOKEN') });
    expect(face.stored.size).toBe(0);
  });

  test.each([null, ''])('with the token %j only this machine may', async (apiToken) => {
    const face = openFace({ apiToken });
    expect((await post(face, memory(), {}, '127.0.0.1')).status).toBe(202);
    const response = await post(face, memory(), { authorization: '' }, '192.0.2.7');
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ hint: expect.stringContaining('REACTOR_API_TOKEN') });
  });

  test('the token is asked for before the body is read', async () => {
    const face = openFace({ limits: { body: 1 } });
    expect((await post(face, memory(), { authorization: '' })).status).toBe(401);
    expect((await post(face, memory())).status).toBe(413);
  });
});

test.each(['application/json', 'text/plain', 'application/cloudevents+avro'])(
  'the content type %s without ce-specversion is refused',
  async (type) => {
    const response = await post(openFace(), memory(), { 'content-type': type });
    expect(response.status).toBe(415);
    expect(await response.json()).toMatchObject({ hint: expect.stringContaining(STRUCTURED) });
  },
);

test('an event that cannot be stored is refused with 503', async () => {
  const face = openFace();
  face.break();
  const response = await post(face, memory());
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
});
