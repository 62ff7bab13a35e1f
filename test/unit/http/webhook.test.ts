import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { fixture, fixtureText, signatureVectors } from '../../support/forge-deliveries.ts';
import { openFace, sign, webhook } from '../../support/http-face.ts';

const PATH = '/webhooks/forgejo';
const PULL = fixtureText('constructed-v15-pull_request-opened.json');

const form = (text: string): string => new URLSearchParams({ payload: text }).toString();

describe('the recorded signatures', () => {
  const vectors = signatureVectors();
  const text = fixtureText(vectors.body_file);
  const secrets = { webhookSecrets: [vectors.secret] };
  const all = { ...vectors.json.headers, 'content-type': 'application/json' };
  const only = (name: string): Record<string, string> => ({
    'content-type': 'application/json',
    'x-forgejo-event-type': 'push',
    [name]: vectors.json.headers[name] ?? '',
  });

  test('are accepted with a JSON body', async () => {
    const face = openFace(secrets);
    const response = await face.send(PATH, { method: 'POST', body: text, headers: all });
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({ accepted: 1, known: 0, id: [...face.stored.keys()][0] });
    expect([...face.stored.values()]).toMatchObject([
      { kind: 'forge.push', subject: 'acme/widget@refs/heads/fix/crash' },
    ]);
  });

  test('are accepted with a form, whose field is what was signed', async () => {
    const face = openFace(secrets);
    const headers = { ...all, 'content-type': 'application/x-www-form-urlencoded' };
    const response = await face.send(PATH, { method: 'POST', body: form(text), headers });
    expect(response.status).toBe(202);
    expect(face.stored.size).toBe(1);
  });

  test.each(['X-Hub-Signature-256', 'X-Forgejo-Signature', 'X-Gitea-Signature', 'X-Gogs-Signature'])(
    'are accepted with %s alone',
    async (name) => {
      const response = await openFace(secrets).send(PATH, { method: 'POST', body: text, headers: only(name) });
      expect(response.status).toBe(202);
    },
  );

  test('of a hook without a secret are empty digests, and are refused', async () => {
    const face = openFace(secrets);
    const headers = { 'content-type': 'application/json', 'x-forgejo-event-type': 'push', ...vectors.no_secret };
    const response = await face.send(PATH, { method: 'POST', body: text, headers });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: 'the webhook is not signed with HMAC-SHA256' });
    expect(face.stored.size).toBe(0);
  });

  test('by SHA-1 alone are refused', async () => {
    const response = await openFace(secrets).send(PATH, {
      method: 'POST',
      body: text,
      headers: only('X-Hub-Signature'),
    });
    expect(response.status).toBe(401);
  });
});

describe('a signature', () => {
  const digest = sign(PULL);
  test.each([
    ['of another secret', { 'x-hub-signature-256': `sha256=${sign(PULL, 'other')}` }],
    ['of another body', { 'x-hub-signature-256': `sha256=${sign(`${PULL} `)}` }],
    ['in upper case', { 'x-hub-signature-256': `sha256=${digest.toUpperCase()}` }],
    ['without its prefix', { 'x-hub-signature-256': digest }],
    ['with a prefix where there is none', { 'x-hub-signature-256': '', 'x-forgejo-signature': `sha256=${digest}` }],
    ['that is cut short', { 'x-hub-signature-256': `sha256=${digest.slice(0, 62)}` }],
    ['that is empty', { 'x-hub-signature-256': 'sha256=', 'x-forgejo-signature': '' }],
    ['that is missing', { 'x-hub-signature-256': '' }],
    ['of an empty key', { 'x-hub-signature-256': `sha256=${createHmac('sha256', '').update(PULL).digest('hex')}` }],
  ])('%s is refused, counted and not stored', async (_, headers) => {
    const face = openFace();
    const response = await face.send(PATH, webhook('pull_request', PULL, headers));
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({
      error: expect.any(String),
      hint: expect.stringContaining('FORGEJO_WEBHOOK_SECRET'),
    });
    expect(face.stored.size).toBe(0);
    expect(await face.metrics()).toMatch(
      /reactor_http_refused_total\{route="\/webhooks\/forgejo",reason="(unsigned|bad_signature)"\} 1/,
    );
  });

  test('of either secret is accepted while a secret is rotated, and of the old one no longer after', async () => {
    const during = openFace({ webhookSecrets: ['new', 'old'] });
    const signed = (secret: string): RequestInit =>
      webhook('pull_request', PULL, { 'x-hub-signature-256': `sha256=${sign(PULL, secret)}` });
    expect((await during.send(PATH, signed('new'))).status).toBe(202);
    expect((await during.send(PATH, signed('old'))).status).toBe(202);
    expect((await during.send(PATH, signed('older'))).status).toBe(401);
    expect((await openFace({ webhookSecrets: ['new'] }).send(PATH, signed('old'))).status).toBe(401);
  });

  test('covers bytes: a byte order mark counts, and bytes that are not UTF-8 are refused', async () => {
    const face = openFace();
    const marked = `\u{feff}${PULL}`;
    const unmarked = webhook('pull_request', marked, { 'x-hub-signature-256': `sha256=${sign(PULL)}` });
    expect((await face.send(PATH, unmarked)).status).toBe(401);
    const broken = Buffer.concat([Buffer.from(PULL.slice(0, -1)), Buffer.from([0xff, 0x7d])]);
    const init = webhook('pull_request', PULL, { 'x-hub-signature-256': `sha256=${sign(broken)}` });
    const response = await face.send(PATH, { ...init, body: broken });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: 'the body is not UTF-8' });
  });
});

describe('a delivery that comes again', () => {
  test('with the same id is known', async () => {
    const face = openFace();
    const init = webhook('pull_request', PULL, { 'x-forgejo-delivery': 'd-1' });
    expect((await face.send(PATH, init)).status).toBe(202);
    const again = await (await face.send(PATH, init)).json();
    expect(again).toEqual({ accepted: 0, known: 1, id: [...face.stored.keys()][0] });
  });

  test('as a replay with a new id, or as a form, is known', async () => {
    const face = openFace();
    await face.send(PATH, webhook('pull_request', PULL, { 'x-forgejo-delivery': 'd-1' }));
    const replay = await face.send(PATH, webhook('pull_request', PULL, { 'x-forgejo-delivery': 'd-2' }));
    expect(await replay.json()).toMatchObject({ accepted: 0, known: 1 });
    const asForm = webhook('pull_request', PULL, {
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    });
    expect(await (await face.send(PATH, { ...asForm, body: form(PULL) })).json()).toMatchObject({ known: 1 });
    expect(face.stored.size).toBe(1);
    expect(await face.metrics()).toContain('reactor_http_events_known_total 2');
  });
});

describe('a signed body', () => {
  test.each([
    ['{"action": "opened"', 'the body is not JSON'],
    ['"text"', 'a pull_request body must have'],
    ['{}', 'a pull_request body must have pull_request.number or number, repository.full_name, action'],
  ])('of %s is refused with the reason', async (text, error) => {
    const face = openFace();
    const response = await face.send(PATH, webhook('pull_request', text));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: expect.stringContaining(error) });
    expect(face.stored.size).toBe(0);
  });

  test('that is empty is refused', async () => {
    expect((await openFace().send(PATH, webhook('push', ''))).status).toBe(401);
  });

  test('of a form without the field is refused', async () => {
    const init = webhook('push', PULL, { 'content-type': 'application/x-www-form-urlencoded' });
    const response = await openFace().send(PATH, { ...init, body: 'body=1' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: 'the form has no field "payload"' });
  });

  test('without a type is refused, and with the coarse name alone is accepted', async () => {
    const face = openFace();
    expect((await face.send(PATH, webhook('', PULL))).status).toBe(400);
    expect((await face.send(PATH, webhook('', PULL, { 'x-gitea-event': 'pull_request' }))).status).toBe(202);
  });

  test('goes by the fine name: a package has an empty coarse one', async () => {
    const face = openFace();
    const text = fixtureText('constructed-v15-package-created.json');
    const response = await face.send(PATH, webhook('package', text, { 'x-forgejo-event': '' }));
    expect(response.status).toBe(202);
    expect([...face.stored.values()]).toMatchObject([{ kind: 'forge.repository' }]);
  });

  test('of a type of which no event is made is answered and counted, not stored', async () => {
    const face = openFace();
    const response = await face.send(PATH, webhook('workflow_job', '{}'));
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({ ignored: 'no event is made of "workflow_job"' });
    expect(face.stored.size).toBe(0);
    expect(await face.metrics()).toContain('reactor_http_ignored_total 1');
  });
});

describe('before anything else', () => {
  test.each(['text/plain', 'multipart/form-data', 'application/jsonx', ''])(
    'the content type %j is refused',
    async (type) => {
      const face = openFace();
      const response = await face.send(PATH, webhook('push', PULL, { 'content-type': type }));
      expect(response.status).toBe(415);
      expect(await response.json()).toMatchObject({ hint: expect.stringContaining('application/json') });
    },
  );

  test('a body over the limit is refused, also when its length is a lie', async () => {
    const face = openFace({ limits: { body: 1_000 } });
    expect((await face.send(PATH, webhook('push', PULL))).status).toBe(413);
    const lying = webhook('push', PULL, { 'content-length': '10' });
    expect((await face.send(PATH, lying)).status).toBe(413);
    expect((await face.send(PATH, webhook('push', '{}', { 'content-length': '2000' }))).status).toBe(413);
    expect(await face.metrics()).toContain('reason="too_large"} 3');
  });
});

describe('without a secret', () => {
  const open = { webhookSecrets: [] };
  const send = async (peer: string, headers: Record<string, string> = {}): Promise<number> =>
    (await openFace(open).send(PATH, webhook('pull_request', PULL, headers), peer)).status;

  test.each(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'])('%s may post', async (peer) => {
    expect(await send(peer)).toBe(202);
  });

  test.each(['192.0.2.7', '10.0.0.1', '::ffff:10.0.0.1', '127.0.0.1.example.org', ''])(
    '%j may not, and is told what to set',
    async (peer) => {
      const response = await openFace(open).send(PATH, webhook('pull_request', PULL), peer);
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ hint: expect.stringContaining('FORGEJO_WEBHOOK_SECRET') });
    },
  );

  test('an address in a header does not make a stranger local', async () => {
    expect(await send('192.0.2.7', { 'x-forwarded-for': '127.0.0.1', 'x-real-ip': '127.0.0.1' })).toBe(401);
  });

  test.each([
    ['a proxy', { 'x-forwarded-for': '192.0.2.7' }],
    ['a proxy', { forwarded: 'for=192.0.2.7' }],
    ['a proxy', { via: '1.1 edge' }],
    ['a browser', { origin: 'https://evil.example' }],
    ['a browser', { 'sec-fetch-site': 'same-origin' }],
  ])('%s on this machine speaks for somebody else (%j)', async (_, headers) => {
    expect(await send('127.0.0.1', headers)).toBe(401);
  });

  test('a name that was re-pointed at this machine is not local', async () => {
    const { http } = openFace(open);
    const request = new Request('http://evil.example:8787/webhooks/forgejo', webhook('pull_request', PULL));
    expect((await http.fetch(request, '127.0.0.1')).status).toBe(401);
  });

  test('an empty secret is no secret', async () => {
    const face = openFace({ webhookSecrets: [''] });
    expect((await face.send(PATH, webhook('pull_request', PULL))).status).toBe(401);
  });
});

describe('when the log cannot be written', () => {
  test('the answer is 503 and tells nothing of the inside; it is logged once, and once when it is over', async () => {
    const face = openFace();
    face.break();
    const response = await face.send(PATH, webhook('pull_request', PULL));
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('5');
    expect(await response.text()).not.toContain('disk full');
    await face.send(PATH, webhook('pull_request', PULL));
    face.mend();
    expect((await face.send(PATH, webhook('pull_request', PULL))).status).toBe(202);
    const about = face.logged.filter((line) => line.includes('event log'));
    expect(about).toEqual([
      'the event log cannot be written; posted events are refused',
      'the event log takes events again',
    ]);
  });
});

test('an empty body that is signed is refused, as any that does not fit', async () => {
  const face = openFace();
  for (const text of ['', ' ']) {
    const signed = webhook('push', text, { 'x-hub-signature-256': `sha256=${sign('{}')}` });
    expect((await face.send(PATH, signed)).status).toBe(401);
  }
});

test('who only sends nonsense is told so each time: waiting would mend nothing', async () => {
  const face = openFace();
  const sent = Array.from({ length: 15 }, async () => (await face.send('/nowhere', {})).status);
  expect(new Set(await Promise.all(sent))).toEqual(new Set([404]));
});

test('a flood of bad signatures fills no log and is told to wait, and good ones still pass', async () => {
  const face = openFace();
  const bad = webhook('push', PULL, { 'x-hub-signature-256': `sha256=${sign(PULL, 'guess')}` });
  const statuses = await Promise.all(Array.from({ length: 30 }, async () => (await face.send(PATH, bad)).status));
  expect(statuses.filter((status) => status === 401)).toHaveLength(10);
  expect(statuses.filter((status) => status === 429)).toHaveLength(20);
  expect(face.logged).toHaveLength(10);
  expect((await face.send(PATH, bad)).headers.get('retry-after')).toBe('60');
  expect((await face.send(PATH, webhook('pull_request', PULL))).status).toBe(202);
  expect((await face.send(PATH, bad, '192.0.2.8')).status).toBe(401);
  await face.clock.advance(1_000);
  expect((await face.send(PATH, bad)).status).toBe(401);
});

test('the text of a stranger is stored where no rule reads it', async () => {
  const face = openFace();
  const body = fixture('constructed-v15-issue_comment-created.json');
  await face.send(PATH, webhook('issue_comment', JSON.stringify(body)));
  expect([...face.stored.values()]).toMatchObject([{ data: { untrusted_text: '/retry please' } }]);
});
