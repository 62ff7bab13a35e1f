import { expect, test } from 'vitest';
import { fixtureText } from '../support/forge-deliveries.ts';
import { SECRET, sign, webhook } from '../support/http-face.ts';
import { startReactor, type Reactor } from '../support/reactor.ts';

const SIGNED = { env: { FORGEJO_WEBHOOK_SECRET: SECRET } };

const DELIVERIES = [
  ['pull_request', 'constructed-v15-pull_request-opened.json', 'forge.pull'],
  ['push', 'constructed-v15-push.json', 'forge.push'],
  ['pull_request_review_approved', 'constructed-v15-review-approved.json', 'forge.review'],
  ['issues', 'constructed-v15-issues-opened.json', 'forge.issue'],
] as const;

test('signed deliveries are stored before they are answered, and repeats are known', async () => {
  await using reactor = await startReactor(SIGNED);
  for (const [eventType, file, kind] of DELIVERIES) {
    const text = fixtureText(file);
    const first = await deliver(reactor, webhook(eventType, text, { 'x-forgejo-delivery': 'one' }));
    expect(first).toEqual({ status: 202, body: { accepted: 1, known: 0, id: expect.any(String) } });
    const stored = reactor.events().filter((event) => event.kind === kind);
    expect(stored.map(({ id }) => id)).toEqual([first.body.id]);

    const again = await deliver(reactor, webhook(eventType, text, { 'x-forgejo-delivery': 'one' }));
    const replayed = await deliver(reactor, webhook(eventType, text, { 'x-forgejo-delivery': 'two' }));
    const known = { status: 202, body: { accepted: 0, known: 1, id: first.body.id } };
    expect([again, replayed]).toEqual([known, known]);
  }
  expect(forgeEvents(reactor)).toHaveLength(DELIVERIES.length);
});

test('what is not signed, too large, broken or of another type is refused with its reason, and nothing of it is stored', async () => {
  await using reactor = await startReactor(SIGNED);
  const text = fixtureText('constructed-v15-push.json');
  const large = JSON.stringify({ padding: 'x'.repeat(20 * 1024 * 1024) });
  const refusals: readonly (readonly [status: number, reason: RegExp, request: RequestInit])[] = [
    [401, /signature does not fit/, webhook('push', text, { 'x-hub-signature-256': `sha256=${sign(text, 'other')}` })],
    [401, /not signed/, webhook('push', text, { 'x-hub-signature-256': 'sha256=', 'x-forgejo-signature': '' })],
    [401, /signature does not fit/, webhook('push', `${text} `, { 'x-hub-signature-256': `sha256=${sign(text)}` })],
    [413, /larger than \d+ bytes/, webhook('push', large)],
    [400, /not JSON/, webhook('push', '{"ref": ')],
    [415, /content type "text\/plain"/, webhook('push', text, { 'content-type': 'text/plain' })],
  ];
  for (const [status, reason, request] of refusals) {
    const answer = await deliver(reactor, request);
    expect(answer).toEqual({ status, body: { error: expect.stringMatching(reason), hint: expect.any(String) } });
  }
  expect(forgeEvents(reactor)).toEqual([]);
  expect(await (await reactor.fetch('/metrics')).text()).toMatch(/refused\w*\{[^}]*bad_signature[^}]*\} 2/);
});

test('an event that was answered with 202 is there after kill -9, ten times out of ten', async () => {
  await using reactor = await startReactor(SIGNED);
  const ids: string[] = [];
  for (let round = 1; round <= 10; round += 1) {
    const [eventType, file] = DELIVERIES[round % DELIVERIES.length] ?? DELIVERIES[0];
    const body = { ...JSON.parse(fixtureText(file)), round };
    const answer = await deliver(reactor, webhook(eventType, JSON.stringify(body)));
    await reactor.kill9();
    expect(answer.status).toBe(202);
    ids.push(answer.body.id);
    await reactor.start();
    expect(ids.filter((id) => !reactor.hasEvent(id))).toEqual([]);
  }
  expect(new Set(ids).size).toBe(10);
});

async function deliver(reactor: Reactor, request: RequestInit): Promise<{ status: number; body: { id: string } }> {
  const response = await reactor.fetch('/webhooks/forgejo', request);
  return { status: response.status, body: (await response.json()) as { id: string } };
}

const forgeEvents = (reactor: Reactor): readonly string[] =>
  reactor.events().flatMap(({ kind, id }) => (kind.startsWith('forge.') ? [id] : []));
