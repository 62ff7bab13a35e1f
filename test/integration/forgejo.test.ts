import { expect, test } from 'vitest';
import { forgejoForge } from '../../src/adapters/forgejo.ts';
import { openForges } from '../../src/app/forge.ts';
import { startFakeForgejo, TOKEN } from '../support/fake-forgejo.ts';
import { startFakeHomeserver, type Answer } from '../support/fake-homeserver.ts';
import { makeIssue, makePull, makeStatus, SHA } from '../support/forge-objects.ts';
import { load } from '../unit/config/load.ts';

const REPO = 'acme/widget';
const { signal } = new AbortController();

async function refusalOf(answer: Answer | null, ask = 'openPulls' as 'openPulls' | 'reviews'): Promise<string> {
  // Only who does not answer at all is given up soon.
  const timeout = answer === null ? 300 : 20_000;
  await using server = await startFakeHomeserver(() => answer);
  const forge = forgejoForge({ url: server.url, token: TOKEN, timeout });
  const asked = ask === 'reviews' ? forge.reviews(REPO, 1, signal) : forge.openPulls(REPO, signal);
  const error: unknown = await asked.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Error);
  const said = (error as Error).message;
  expect(said).not.toContain(TOKEN);
  return said.replace(new URL(server.url).host, 'HOST');
}

const json = (status: number, body: object = { message: 'x', url: 'y' }): Answer => ({ status, body });

test.each<readonly [string, Answer | null, string]>([
  ['401', json(401), 'HOST does not know the token: set FORGE_TOKEN to one that is valid'],
  [
    '403',
    json(403),
    'HOST does not let the token read pull requests of acme/widget: give it the scope read:repository',
  ],
  ['404', json(404), 'HOST has no pull requests of acme/widget, or the token may not see it'],
  ['429', json(429), 'HOST is asked too often'],
  ['500', json(500), 'HOST answers 500 when asked for pull requests of acme/widget'],
  [
    '502 of a proxy, in HTML',
    { status: 502, body: '<html>' },
    'HOST answers 502 when asked for pull requests of acme/widget',
  ],
  ['418', json(418), 'HOST refuses pull requests of acme/widget with 418'],
  ['a page to log in', { status: 200, body: '<html>' }, 'correct FORGE_URL'],
  ['no list', json(200, { items: [] }), 'the forge answers no list when asked for pull requests of acme/widget'],
  ['no answer', null, 'HOST did not answer within'],
])('%s is said in plain words, without the token', async (_, answer, expected) => {
  expect(await refusalOf(answer)).toContain(expected);
});

test('an answer that is cut off or does not end is an error, not an empty list', async () => {
  const cut: Answer = { status: 200, body: '[{"number": 1', headers: { 'content-length': '13' } };
  expect(await refusalOf(cut)).toContain('not JSON');
  const long: Answer = { status: 200, body: `"${'x'.repeat(33 * 1024 * 1024)}"` };
  expect(await refusalOf(long, 'reviews')).toContain('an answer of more than 32 MB');
});

test('a forge that is not there is named, with the reason', async () => {
  const server = await startFakeForgejo();
  await server[Symbol.asyncDispose]();
  const forge = forgejoForge({ url: server.url, token: TOKEN });
  await expect(forge.openPulls(REPO, signal)).rejects.toThrow(/^cannot reach 127\.0\.0\.1:\d+: .*ECONNREFUSED/);
});

test('a forge that gives ten at once is read to the end all the same', async () => {
  await using server = await startFakeForgejo();
  const { world } = server;
  world.mostItems = 10;
  for (let n = 1; n <= 35; n += 1) world.pulls.set(n, makePull({ number: n }));
  world.statuses.set(
    SHA(1),
    Array.from({ length: 35 }, (_, n) => makeStatus(`c${n}`, 'success', '2026-01-01T00:00:00Z')),
  );
  world.links?.set(
    1,
    Array.from({ length: 35 }, (_, n) => makeIssue({ number: n + 1 })),
  );
  const forge = forgejoForge({ url: server.url, token: TOKEN });
  expect(await forge.openPulls(REPO, signal)).toHaveLength(35);
  expect(await forge.statuses(REPO, SHA(1), signal)).toHaveLength(35);
  expect(await forge.dependencies(REPO, 1, signal)).toHaveLength(35);
});

test('a list of whose end the forge never speaks is given up', async () => {
  let asked = 0;
  const endless: Answer = { status: 200, body: [{ number: 1 }], headers: { 'x-total-count': '999999' } };
  await using server = await startFakeHomeserver(() => {
    asked += 1;
    return endless;
  });
  const forge = forgejoForge({ url: server.url, token: TOKEN });
  await expect(forge.openPulls(REPO, signal)).rejects.toThrow('a list of more than 400 pages');
  expect(asked).toBeLessThan(410);
});

test('the token goes in the header, the page in the query; a folder in the URL is kept, a login is not', async () => {
  await using server = await startFakeHomeserver(() => json(200, []));
  const url = `${server.url.replace('http://', 'http://me:secret@')}/forge/`;
  await forgejoForge({ url, token: TOKEN }).openPulls(REPO, signal);
  expect(server.asked.at(-1)).toMatchObject({
    method: 'GET',
    path: '/forge/api/v1/repos/acme/widget/pulls?state=open&sort=oldest&page=1&limit=50',
    token: `token ${TOKEN}`,
  });
});

test.each([
  ['that of the supervisor', { FORGE_SUPERVISOR_TOKEN: 'own' }, 'token own'],
  ['that of the factory, where the supervisor has none', {}, 'token t'],
])('the token is %s', async (_, more, token) => {
  await using server = await startFakeHomeserver(() => json(404, {}));
  const env = { FORGE_URL: server.url, FORGE_TOKEN: 't', FORGE_REPO: REPO, ...more };
  const [main] = openForges(load({ env }).config).forges;
  expect(await main?.forge.pull(REPO, 7, signal)).toBeNull();
  expect(server.asked.map((one) => one.token)).toEqual([token]);
});

test('a list that shrinks away while it is read is an error, and no shorter list', async () => {
  let asked = 0;
  const items = Array.from({ length: 50 }, (_, n) => ({ number: n + 1 }));
  await using server = await startFakeHomeserver(({ path }) => {
    if (path.includes('/settings/')) return json(200, { max_response_items: 50 });
    asked += 1;
    return asked === 1 ? { status: 200, body: items, headers: { 'x-total-count': '51' } } : json(404, {});
  });
  const forge = forgejoForge({ url: server.url, token: TOKEN });
  await expect(forge.openPulls(REPO, signal)).rejects.toThrow('has no pull requests');
  expect(asked).toBe(2);
});

test('a forge that sends us on to another host does not send the token there', async () => {
  await using other = await startFakeHomeserver(() => json(200, []));
  const location = `${other.url.replace('127.0.0.1', 'localhost')}/api/v1/repos/acme/widget/pulls`;
  await using server = await startFakeHomeserver(() => ({ status: 302, body: {}, headers: { location } }));
  await forgejoForge({ url: server.url, token: TOKEN })
    .openPulls(REPO, signal)
    .catch(() => undefined);
  expect(server.asked.at(-1)?.token).toBe(`token ${TOKEN}`);
  expect(other.asked.map(({ token }) => token)).toEqual(other.asked.map(() => ''));
  expect(other.asked.length).toBeGreaterThan(0);
});

test('what another forge refuses is corrected where that is told of', async () => {
  await using server = await startFakeHomeserver(() => json(401));
  const settings = { url: 'url in [[forges]]', token: 'token in [[forges]]' };
  await expect(forgejoForge({ url: server.url, token: TOKEN, settings }).openPulls(REPO, signal)).rejects.toThrow(
    'does not know the token: set token in [[forges]] to one that is valid',
  );
});

test('a name that would lead elsewhere is never asked for', async () => {
  const forge = forgejoForge({ url: 'http://127.0.0.1:9', token: TOKEN });
  for (const repo of ['../admin', 'acme/..', 'acme', 'acme/wid get', 'a/b/c']) {
    await expect(forge.openPulls(repo, signal)).rejects.toThrow('is no repository: write owner/name');
  }
  await expect(forge.commit(REPO, 'main', signal)).rejects.toThrow('is no commit');
});
