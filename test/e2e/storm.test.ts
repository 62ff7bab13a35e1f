import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/clock.ts';
import { startMatrixRoom, type MatrixRoom } from '../support/matrix-room.ts';
import { seededRandom, type Random } from '../support/random.ts';
import { nudgesAtOnce } from '../support/own-rules.ts';
import { startReactor, type PostedEvent, type Reactor } from '../support/reactor.ts';
import { hasTmux, startTmux, type TestTmux } from '../support/tmux.ts';

const EVENTS = 2_000;
/** At random moments; as many again while a message is under way. */
const KILLS = 10;
const BATCH = 10;
/** Die again and again, one after the other from another moment of the storm on; each must end in one finding. */
const LOOPING = Array.from({ length: 18 }, (_, i) => `loop${String.fromCodePoint(97 + i)}`);
/** Die twice; none of them may be a finding. */
const QUIET = Array.from({ length: 50 }, (_, i) => `quiet${i}`);
const SESSIONS = [1, 2, 3, 4, 5, 6];

const DONE = ['incident done', 'journal done', 'notify done', 'vault done'];

const AGENT = fileURLToPath(new URL('../support/fake-agent.ts', import.meta.url));

describe.skipIf(!hasTmux())('kill -9 at ten moments of a storm', () => {
  test('loses no event, and nothing is filed, told or typed twice', async () => {
    const random = seededRandom();
    using tmux = startTmux();
    for (const number of SESSIONS) startAgent(tmux, number);
    await using room = await startMatrixRoom(random);
    await using reactor = await startReactor({
      env: { ...room.env, REACTOR_TMUX_SOCKET: tmux.socket, TMUX_TMPDIR: process.env['TMUX_TMPDIR'] ?? '' },
      ...nudgesAtOnce('dev-storm'),
      ready: false,
    });
    const posting = postAll(reactor, stormOf(random), random);
    for (let kill = 0; kill < KILLS; kill += 1) {
      await systemClock.sleep(random.between(150, 2_500));
      await reactor.crash();
      await Promise.race([room.arrival(), systemClock.sleep(2_000)]);
      await reactor.crash();
    }
    const acknowledged = await posting;
    await reactor.ready();
    await reactor.waitFor('every loop to be found', () => looping(reactor).length >= LOOPING.length);
    // More than ten in a minute are more than people bear: the rest waits for its turn, however often the process dies.
    await reactor.waitFor('every loop to be told', () => announced(reactor) === LOOPING.length, 90_000);
    await reactor.idle(60_000);

    expect(acknowledged).toHaveLength(EVENTS);
    const stored = new Set(reactor.events().map(({ id }) => id));
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
    expectOneOfEach(reactor, room);
    for (const number of SESSIONS) expectOneLine(reactor, tmux, number);
  });
});

/** Every finding there should be and no other, each filed, told and journaled once. */
function expectOneOfEach(reactor: Reactor, room: MatrixRoom): void {
  const findings = looping(reactor);
  expect(findings.map(({ key }) => key.join()).toSorted()).toEqual(LOOPING.map((name) => `${name},web`));
  expect(filed(reactor)).toEqual(LOOPING.map((name) => `supervisor-restart-loop-foreign-${name}-web.md`));
  expect(reactor.vaultItems('withdrawn')).toEqual([]);
  expect(told(room)).toEqual(findings.map(({ fingerprint }) => `1 x ${fingerprint}`).toSorted());
  expect(reactor.incidents().filter(({ name }) => name.includes('restart-loop'))).toHaveLength(LOOPING.length);
  expect(repeated(journalKeys(reactor))).toEqual([]);
  for (const { fingerprint } of findings) {
    const fires = reactor.orders().filter((order) => order.fingerprint === fingerprint && order.phase === 'fire');
    expect(fires.map(({ spec, state }) => `${spec.act} ${state}`).toSorted()).toEqual(DONE);
  }
}

/** What was under way when the process died is not tried again: it may have happened. */
function expectOneLine(reactor: Reactor, tmux: TestTmux, number: number): void {
  const [order, ...more] = reactor.orders('nudge').filter(({ spec }) => spec.card.key[1] === String(number));
  expect(more).toEqual([]);
  expect(['done', 'interrupted']).toContain(order?.state);
  expect(order?.state === 'done' ? [1] : [0, 1]).toContain(typed(tmux, number));
}

/** The events of the storm: more and more stacks die, and between them comes what is no loop. */
function stormOf(random: Random): readonly PostedEvent[] {
  const nudges = SESSIONS.map((number) => ({
    type: 'ci.pipeline',
    data: { repo: 'a/storm', number, status: 'declined' },
  }));
  const twice = [...QUIET, ...QUIET].map(dieOf);
  const rest = EVENTS - nudges.length - twice.length;
  const others = random.shuffle([...nudges, ...twice]);
  const loops = Array.from({ length: rest }, (_, i) => {
    const newest = Math.floor((i / rest) * LOOPING.length);
    return dieOf(LOOPING[i % 2 === 0 ? newest : random.between(0, newest + 1)] ?? '');
  });
  const mixed = others.map((event) => ({ event, at: random.between(0, rest) }));
  const all = loops.flatMap((loop, i) => [...mixed.flatMap(({ event, at }) => (at === i ? [event] : [])), loop]);
  return all.map((event, i) => ({ ...event, id: `storm-${i}` }));
}

function dieOf(stack: string): PostedEvent {
  const who = { name: `${stack}-web-1`, stack, service: 'web', number: 1, stack_owner: '@owner' };
  return { type: 'docker.container', data: { ...who, action: 'die', exit_code: 1, managed: false, requested: false } };
}

/** As a sender does that is told nothing: again until it is told 202. Resolves with the ids that were acknowledged. */
async function postAll(reactor: Reactor, events: readonly PostedEvent[], random: Random): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let i = 0; i < events.length; i += BATCH) {
    const batch = events.slice(i, i + BATCH);
    const answer = await reactor.waitFor('an answer', () => tryPost(reactor, batch), 30_000);
    ids.push(...answer.ids);
    await systemClock.sleep(random.between(10, 80));
  }
  return ids;
}

async function tryPost(
  reactor: Reactor,
  batch: readonly PostedEvent[],
): Promise<{ ids: readonly string[] } | undefined> {
  try {
    const response = await reactor.post(batch);
    return response.status === 202 ? ((await response.json()) as { ids: readonly string[] }) : undefined;
  } catch {
    // It is gone just now.
    return undefined;
  }
}

const looping = (reactor: Reactor) => reactor.findings('restart-loop-foreign');

const announced = (reactor: Reactor): number =>
  reactor.orders('notify').filter(({ rule, phase }) => rule.endsWith('/restart-loop-foreign') && phase === 'fire')
    .length;

const filed = (reactor: Reactor): readonly string[] =>
  reactor.vaultItems().flatMap(({ name }) => (name.includes('restart-loop') ? [name] : []));

/** How many messages of their own the loops have in the room: `1 x <fingerprint>`. */
function told(room: MatrixRoom): readonly string[] {
  const roots = room.sent.filter(({ body, relation }) => relation === '' && body.includes('Restart loop'));
  const of = Map.groupBy(roots, ({ body }) => /reactor why (\w+)/.exec(body)?.[1] ?? '');
  return [...of].map(([fingerprint, messages]) => `${messages.length} x ${fingerprint}`).toSorted();
}

const journalKeys = (reactor: Reactor): readonly string[] =>
  [...reactor.journal().matchAll(/reactor:line key=(\w+)/g)].map(([, key]) => key ?? '');

const repeated = (keys: readonly string[]): readonly string[] => keys.filter((key, i) => keys.indexOf(key) !== i);

function startAgent(tmux: TestTmux, number: number): void {
  const file = join(tmux.folder, `received-${number}`);
  tmux.run(`dev-storm-${number}`, `exec '${process.execPath}' '${AGENT}' '${file}'\n`);
}

function typed(tmux: TestTmux, number: number): number {
  const file = join(tmux.folder, `received-${number}`);
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').length : 0;
}
