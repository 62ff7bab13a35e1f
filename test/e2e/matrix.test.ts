import { describe, expect, test } from 'vitest';
import { ownRules } from '../support/own-rules.ts';
import { startReactor, type Reactor } from '../support/reactor.ts';
import { hasSynapse, startSynapse, type MatrixEvent, type MatrixUser, type Synapse } from '../support/synapse.ts';

/** A rule whose every failure is urgent, so that the reactor's own budget for messages stays out of the way. */
const URGENT = `[[rule]]
id = "pipeline"
title = "Pipeline {{e.number}} fails"
priority = "P1"
on = ["ci.pipeline"]
key = ["e.repo", "e.number"]
when = 'e.status == "declined"'
clear = 'e.status == "created"'
hold = { for = "0s" }
text = "seen {{f.count}} times"
do = [{ act = "notify", to = "ops" }]
`;

const OVER = ['alert', 'edit: resolved', 'thread: resolved'];

interface Scene {
  readonly server: Synapse;
  readonly reader: MatrixUser;
  readonly room: string;
  readonly reactor: Reactor;
}

// Side by side: one waits a minute for an edit, the other for a server that asks to wait.
describe.skipIf(!hasSynapse()).concurrent('with a real homeserver', () => {
  test('an incident is one message that is edited, and ends in its thread; what happens while the server is down arrives once', async () => {
    await using server = await startSynapse({ limited: false });
    const scene = await open(server);
    await using reactor = scene.reactor;
    await pipelines(reactor, 'declined', 1);
    await reactor.waitFor('the alert', async () => (await tellings(scene, 1)).join() === 'alert');
    const told = performance.now();
    await pipelines(reactor, 'declined', 1);

    await server.stop();
    await pipelines(reactor, 'declined', 2, 3, 4);
    await pipelines(reactor, 'created', 2);
    await reactor.waitFor('a failed try', () =>
      reactor.orders('notify').some(({ reason }) => /ECONNREFUSED/.test(reason)),
    );
    await reactor.crash();
    await pipelines(reactor, 'declined', 5);
    expect((await reactor.fetch('/readyz')).status).toBe(200);
    await server.start();
    await reactor.waitFor('everything to arrive', async () => (await tellings(scene, 5)).length === 1, 40_000);
    await reactor.waitFor('the end of 2', async () => (await tellings(scene, 2)).length === 3);
    expect(await tellings(scene, 2)).toEqual(OVER);
    for (const number of [3, 4, 5]) expect(await tellings(scene, number)).toEqual(['alert']);

    // An urgent message is edited once a minute at most.
    await reactor.waitFor('the edit', async () => (await tellings(scene, 1)).length === 2, 70_000);
    expect(performance.now() - told).toBeGreaterThan(55_000);
    expect(await shown(scene, 1)).toMatch(/^\[P1\] Pipeline 1 fails\nseen 2 times/);
    await pipelines(reactor, 'created', 1, 3, 4, 5);
    await reactor.waitFor('the resolution', async () => (await tellings(scene, 5)).length === 3);
    await reactor.idle();
    expect(await tellings(scene, 1)).toEqual(['alert', 'edit: changed', 'edit: resolved', 'thread: resolved']);
    for (const number of [2, 3, 4, 5]) expect(await tellings(scene, number)).toEqual(OVER);
    expect(await shown(scene, 1)).toMatch(/^\[P1\] resolved after .*: Pipeline 1 fails/);
  });

  test('a server that asks to wait is not asked again before, and every message arrives once, in order', async () => {
    await using server = await startSynapse({ limited: true });
    const scene = await open(server);
    await using reactor = scene.reactor;
    const numbers = Array.from({ length: 12 }, (_, i) => i + 1);
    await pipelines(reactor, 'declined', ...numbers);
    await reactor.waitFor('every message', async () => (await tellings(scene, 12)).length === 1, 60_000);
    const order = (await messages(scene)).map(({ content }) =>
      Number(/Pipeline (\d+)/.exec(String(content['body']))?.[1]),
    );
    expect(order).toEqual(numbers);
    const tries = reactor.orders('notify').map(({ attempts }) => attempts);
    // Synapse lets ten through, then one each five seconds; whoever waits as told is refused once a message.
    expect(tries.slice(0, 8)).toEqual(Array(8).fill(1));
    expect(Math.max(...tries)).toBe(2);
  });
});

async function open(server: Synapse): Promise<Scene> {
  const [bot, reader] = await Promise.all([server.register('bot'), server.register('reader')]);
  const room = await server.createRoom(reader, [bot]);
  const reactor = await startReactor({
    env: { MATRIX_HOMESERVER: server.url, MATRIX_TOKEN: bot.token, MATRIX_ROOM_ID: room },
    ...ownRules(URGENT),
  });
  return { server, reader, room, reactor };
}

async function pipelines(reactor: Reactor, status: string, ...numbers: readonly number[]): Promise<void> {
  const events = numbers.map((number) => ({ type: 'ci.pipeline', data: { repo: 'a/b', number, status } }));
  expect((await reactor.post(events)).status).toBe(202);
}

async function messages({ server, reader, room }: Scene): Promise<readonly MatrixEvent[]> {
  return server.messages(reader, room);
}

/** What was said of a pipeline, oldest first. */
async function tellings(scene: Scene, number: number): Promise<readonly string[]> {
  const about = (await messages(scene)).filter(({ content }) =>
    new RegExp(`Pipeline ${number} fails`).test(String(content['body'])),
  );
  return about.map(({ content }) => {
    const relation = content['m.relates_to'] as { rel_type?: string } | undefined;
    const what = /resolved after/.test(String(content['body'])) ? 'resolved' : 'changed';
    if (relation?.rel_type === 'm.replace') return `edit: ${what}`;
    return relation?.rel_type === 'm.thread' ? `thread: ${what}` : 'alert';
  });
}

/** What a client shows for the message of a pipeline: its newest edit. */
async function shown(scene: Scene, number: number): Promise<string> {
  const edits = (await messages(scene)).filter(({ content }) => {
    const relation = content['m.relates_to'] as { rel_type?: string } | undefined;
    return relation?.rel_type === 'm.replace' && String(content['body']).includes(`Pipeline ${number} fails`);
  });
  const newest = edits.at(-1)?.content['m.new_content'] as { body?: string } | undefined;
  return newest?.body ?? '';
}
