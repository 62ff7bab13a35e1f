import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startFakeForgejo, emptyForge, TOKEN, type FakeForgejo } from '../support/fake-forgejo.ts';
import { fixture } from '../support/forge-deliveries.ts';
import { closePull, makeEntry, makePull, SHA } from '../support/forge-objects.ts';
import { SECRET, sign, webhook } from '../support/http-face.ts';
import { startReactor, type Reactor, type ReactorFolders } from '../support/reactor.ts';

const REPO = 'acme/widget';
const OTHER_TOKEN = 'a-token-of-the-other-forge';
const OTHER_SECRET = 'what the other forge signs with';
const OPENED = fixture('constructed-v15-pull_request-opened.json');

const nameOf = ({ url }: FakeForgejo): string => new URL(url).host;

const configOf = (other: FakeForgejo): string => `
[[forges]]
url = "${other.url}"
token = "${OTHER_TOKEN}"
webhook_secret = "${OTHER_SECRET}"
`;

/** Two projects: one where FORGE_URL is, whose file was written on the host, and one elsewhere, in a repository of the same name. */
const addProjects =
  (other: FakeForgejo) =>
  ({ root }: ReactorFolders): void => {
    const folder = join(root, 'factory/projects');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'here.toml'), `repo = "${REPO}"\nforge_url = "https://forge.example"\n`);
    writeFileSync(join(folder, 'there.toml'), `repo = "${REPO}"\nforge_url = "${other.url}"\n`);
  };

const sourceOf = (reactor: Reactor, source: string): string =>
  reactor.eventsOf('reactor.source').findLast((data) => data.source === source)?.state ?? '';

const pullsOf = (reactor: Reactor): readonly string[] =>
  [...new Map(reactor.eventsOf('forge.pull').map((data) => [`${data.repo}#${data.number}`, data.state])).entries()].map(
    ([pull, state]) => `${pull} ${state}`,
  );

/** A webhook about a pull request, signed with a secret; its pages are called whatever the forge calls itself. */
function opened(number: number, secret: string): RequestInit {
  const pull = makePull({ number, branch: `fix/issue-${number}`, sha: SHA(number) });
  const text = JSON.stringify({ ...OPENED, number, pull_request: pull });
  return webhook('pull_request', text, { 'x-hub-signature-256': `sha256=${sign(text, secret)}` });
}

test('two forges with a repository of one name: two sources, two tokens, and one that is down blinds only itself', async () => {
  await using main = await startFakeForgejo();
  await using other = await startFakeForgejo({ ...emptyForge(), token: OTHER_TOKEN });
  const there = `${nameOf(other)}/${REPO}`;
  main.world.pulls.set(5, makePull({ number: 5, sha: SHA(5) }));
  other.world.pulls.set(6, makePull({ number: 6, sha: SHA(6) }));
  await using reactor = await startReactor({
    env: { FORGE_URL: main.url, FORGE_TOKEN: TOKEN, FACTORY_ROOT: 'factory', FORGEJO_WEBHOOK_SECRET: SECRET },
    config: `forge.aliases = ["https://forge.example"]\n${configOf(other)}`,
    prepare: addProjects(other),
  });
  await reactor.waitFor('both to be looked at', () => pullsOf(reactor).length === 2);
  expect(pullsOf(reactor).toSorted()).toEqual([`${there}#6 open`, `${REPO}#5 open`].toSorted());

  expect((await reactor.fetch('/webhooks/forgejo', opened(7, SECRET))).status).toBe(202);
  expect((await reactor.fetch('/webhooks/forgejo', opened(8, OTHER_SECRET))).status).toBe(202);
  expect((await reactor.fetch('/webhooks/forgejo', opened(9, 'nobody’s'))).status).toBe(401);
  await reactor.waitFor('both webhooks', () => pullsOf(reactor).length === 4);
  expect(pullsOf(reactor)).toContain(`${REPO}#7 open`);
  expect(pullsOf(reactor)).toContain(`${there}#8 open`);

  other.world.broken = 502;
  main.world.pulls.set(5, closePull(makePull({ number: 5, sha: SHA(5) }), '2026-01-02T00:00:00Z'));
  await reactor.restart();
  const name = `forge@${nameOf(other)}`;
  await reactor.waitFor('the other one to be missed', () => sourceOf(reactor, name) === 'unavailable');
  await reactor.waitFor('what was closed meanwhile', () => pullsOf(reactor).includes(`${REPO}#5 closed`));
  expect(sourceOf(reactor, 'forge')).not.toBe('unavailable');
  expect(pullsOf(reactor)).toContain(`${there}#6 open`);
  const metrics = await (await reactor.fetch('/metrics')).text();
  expect(metrics).toContain(`source_up{source="${name}"} 0\n`);
  const preflight = (await reactor.run('preflight')).stdout;
  expect(preflight).toMatch(/## Open PRs \(there\)\n {2}unavailable: .*502/);
  expect(preflight).toMatch(/## Open PRs \(here\)\n(?:#7|No open PRs)/);
  const doctor = (await reactor.run('doctor')).stdout;
  expect(doctor).toMatch(/\bforge\b.*\n[^]*\bforge 127\.0\.0\.1:\d+\b/);

  expect([...main.world.shown].filter((token) => token !== '')).toEqual([TOKEN]);
  expect([...other.world.shown].filter((token) => token !== '')).toEqual([OTHER_TOKEN]);
}, 60_000);

test('an ops repository that is at the forge alone: what asks for approval, when it was written, the evidence in it', async () => {
  const ops = 'acme/widget-ops';
  await using forge = await startFakeForgejo({ ...emptyForge(), repo: ops, newest: '2026-01-01T00:00:00Z' });
  const world = forge.world;
  world.pulls.set(3, makePull({ number: 3, branch: 'vault/publish-20260101' }));
  world.folders.set('evidence', [makeEntry('engagement', 'dir')]);
  world.folders.set('evidence/engagement', [makeEntry('2026-01-01.json', 'file')]);
  await using reactor = await startReactor({
    env: { FORGE_URL: forge.url, FORGE_TOKEN: TOKEN, FORGE_OPS_REPO: ops, PROJECT_NAME: 'widget' },
  });
  const isFiring = (rule: string): boolean => reactor.findings(rule).some(({ state }) => state === 'firing');
  await reactor.waitFor('the silence', () => isFiring('ops-silent'));
  await reactor.waitFor('the missing evidence', () => isFiring('evidence-missing'));
  expect(reactor.eventsOf('vault.item')).toMatchObject([
    { id: 'publish-20260101', pr: 3, state: 'pending', repo: ops },
  ]);
  expect((await reactor.run('preflight')).stdout).toContain('publish-20260101.toml: Pull 3');
}, 60_000);
