import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EventData } from '../../src/core/catalog/catalog.ts';
import { composeLabels, missingForDocker, startDockerd, type Dockerd } from '../support/dockerd.ts';
import { startFakeHomeserver, type Asked, type FakeHomeserver } from '../support/fake-homeserver.ts';
import { ownRules } from '../support/own-rules.ts';
import { startReactor, type Reactor } from '../support/reactor.ts';

const missing = missingForDocker();

const SIBLINGS = `
[siblings.harb]
owner = "@johba"
`;

/** Dies at once, and is started again by the engine twice: three dies. */
const dyingThrice = (service: string) => ({
  name: `harb-${service}-1`,
  labels: composeLabels('harb', service),
  cmd: 'exit 3',
  restart: 'on-failure:2',
});

/** The same rule as the shipped one, over after seconds instead of a quarter of an hour. */
const QUICK = `[[rule]]
id = "loop"
title = "Quick loop in {{e.stack}}"
priority = "P2"
on = ["docker.container"]
key = ["e.stack", "e.service"]
when = 'e.action == "die" && !e.requested && !e.managed'
count = { n = 3, within = "10m", clear_after = "5s" }
text = "{{e.service}} died {{f.count}}x"
do = [{ act = "vault", tier = "medium", assignee = "{{e.stack_owner}}" }, { act = "notify", to = "ops" }]
`;

/** A homeserver that gives every transaction the event id it gave it before. */
async function homeserver(): Promise<FakeHomeserver> {
  const ids = new Map<string, string>();
  return startFakeHomeserver(({ path }) => {
    const id = ids.get(path) ?? `$e${ids.size + 1}`;
    ids.set(path, id);
    return { status: 200, body: { event_id: id, user_id: '@bot:x', joined_rooms: ['!ops:x'] } };
  });
}

const matrixOf = ({ url }: FakeHomeserver) => ({ MATRIX_HOMESERVER: url, MATRIX_TOKEN: 't', MATRIX_ROOM_ID: '!ops:x' });

/** Messages that are neither edits nor in a thread. */
const rootsOf = ({ asked }: FakeHomeserver): readonly Asked[] =>
  asked.filter(({ path, body }) => path.includes('/send/') && body['m.relates_to'] === undefined);

const threadOf = ({ asked }: FakeHomeserver): readonly Asked[] =>
  asked.filter(({ body }) => JSON.stringify(body['m.relates_to'] ?? '').includes('m.thread'));

function diesOf(reactor: Reactor, service: string): readonly EventData<'docker.container'>[] {
  return reactor.eventsOf('docker.container').filter((data) => data.service === service && data.action === 'die');
}

const stateOf = (reactor: Reactor): string | undefined =>
  reactor.eventsOf('reactor.source').findLast(({ source }) => source === 'docker')?.state;

describe.skipIf(missing !== null)('with a real Docker engine', () => {
  let engine: Dockerd;
  beforeAll(async () => {
    engine = await startDockerd();
  }, 120_000);
  afterAll(async () => engine[Symbol.asyncDispose]());

  test('a foreign container that dies three times is one vault item, one message and one journal line within a second', async () => {
    await using chat = await homeserver();
    await using reactor = await startReactor({
      env: { DOCKER_HOST: engine.url, ...matrixOf(chat) },
      config: SIBLINGS,
    });
    await engine.runContainer(dyingThrice('anvil'));
    const item = await reactor.waitFor('the vault item', () => reactor.vaultItems()[0]);
    const filedAt = Date.now();
    const finished = await engine.docker('inspect', '-f', '{{.State.FinishedAt}}', 'harb-anvil-1');
    expect(filedAt - Date.parse(finished)).toBeLessThan(1000);
    expect(item.text).toContain('harb/anvil');
    expect(item.text).toContain('@johba');
    await reactor.waitFor('the message', () => rootsOf(chat).length > 0);
    await reactor.waitFor('the journal', () => reactor.journalLines().length > 0);

    await engine.docker('start', 'harb-anvil-1');
    await reactor.waitFor('further dies in the item', () => /died [4-6]x/.test(reactor.vaultItems()[0]?.text ?? ''));
    expect(reactor.vaultItems()).toHaveLength(1);
    expect(rootsOf(chat)).toHaveLength(1);
    expect(reactor.journalLines()).toHaveLength(1);
    await engine.docker('rm', '-f', 'harb-anvil-1');
  });

  test('when it stops dying the item is withdrawn, and the thread of the message says so', async () => {
    await using chat = await homeserver();
    await using reactor = await startReactor({
      env: { DOCKER_HOST: engine.url, ...matrixOf(chat) },
      ...ownRules(QUICK, SIBLINGS),
    });
    await engine.runContainer(dyingThrice('quick'));
    const isQuick = ({ name }: { readonly name: string }): boolean => name.includes('-loop-harb');
    await reactor.waitFor('the item', () => reactor.vaultItems().some(isQuick));
    await reactor.waitFor('its withdrawal', () => reactor.vaultItems('withdrawn').some(isQuick), 20_000);
    expect(reactor.vaultItems().some(isQuick)).toBe(false);
    const [said] = await reactor.waitFor('the thread', () => threadOf(chat).length > 0 && threadOf(chat));
    expect(String(said?.body['body'])).toMatch(/resolved/i);
    await engine.docker('rm', '-f', 'harb-quick-1');
  });

  test('taking the stack down and up again files nothing', async () => {
    await using reactor = await startReactor({ env: { DOCKER_HOST: engine.url }, config: SIBLINGS });
    for (let round = 0; round < 4; round++) {
      await engine.runContainer({ name: 'harb-calm-1', labels: composeLabels('harb', 'calm') });
      await engine.docker('stop', '-t', '1', 'harb-calm-1');
      await engine.docker('rm', 'harb-calm-1');
    }
    await reactor.waitFor('all four dies', () => diesOf(reactor, 'calm').length === 4);
    expect(diesOf(reactor, 'calm').every((die) => die.requested)).toBe(true);
    expect(reactor.vaultItems()).toEqual([]);
  });

  test('four containers that die while the reactor is stopped are known afterwards, each once', async () => {
    const services = ['a', 'b', 'c', 'd'].map((letter) => `gone-${letter}`);
    await using reactor = await startReactor({ env: { DOCKER_HOST: engine.url }, config: SIBLINGS });
    for (const service of services) {
      const cmd = 'trap "exit 7" USR1; sleep 100000 & wait';
      await engine.runContainer({ name: `harb-${service}-1`, labels: composeLabels('harb', service), cmd });
    }
    const running = () => reactor.eventsOf('docker.container').filter((data) => services.includes(data.service));
    await reactor.waitFor('the four to run', () =>
      services.every((name) => running().some((data) => data.service === name && data.state === 'running')),
    );
    await reactor.stop();
    for (const service of services) await engine.docker('kill', '-s', 'USR1', `harb-${service}-1`);
    for (const service of services) await engine.docker('wait', `harb-${service}-1`);
    await reactor.start();
    await reactor.waitFor('all four dies', () => services.every((service) => diesOf(reactor, service).length > 0));
    await reactor.restart();
    expect(services.map((service) => diesOf(reactor, service).map((die) => [die.exit_code, die.requested]))).toEqual(
      services.map(() => [[7, false]]),
    );
    for (const service of services) await engine.docker('rm', '-f', `harb-${service}-1`);
  });

  test('an engine that is restarted is a gap, which is said, and nothing fires twice', async () => {
    await using reactor = await startReactor({ env: { DOCKER_HOST: engine.url }, config: SIBLINGS });
    await engine.runContainer(dyingThrice('before'));
    await reactor.waitFor('the item', () => reactor.vaultItems().length > 0);
    await engine.stop();
    await reactor.waitFor('word that Docker is away', () => stateOf(reactor) === 'unavailable');
    await engine.start();
    await reactor.waitFor('word that Docker is back', () => stateOf(reactor) === 'available', 30_000);
    await reactor.waitFor('the gap', () => reactor.eventsOf('docker.daemon').some(({ action }) => action === 'gap'));
    expect(reactor.vaultItems().filter(({ name }) => name.includes('restart-loop'))).toHaveLength(1);
    expect(diesOf(reactor, 'before')).toHaveLength(3);
    await engine.docker('rm', '-f', 'harb-before-1');
  });

  test('without an engine it says so, and connects when one appears', async () => {
    await engine.stop();
    await using reactor = await startReactor({ env: { DOCKER_HOST: engine.url } });
    await reactor.waitFor('word that Docker is away', () => stateOf(reactor) === 'unavailable');
    await engine.start();
    await reactor.waitFor('word that Docker is there', () => stateOf(reactor) === 'available', 30_000);
    const said = reactor.eventsOf('reactor.source').filter(({ source }) => source === 'docker');
    expect(said.map(({ state }) => state)).toEqual(['unavailable', 'available']);
  });
});
