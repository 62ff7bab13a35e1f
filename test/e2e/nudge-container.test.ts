import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/clock.ts';
import { NUDGE_LINES } from '../../src/core/nudge-lines.ts';
import { startAgentsContainer, type AgentsContainer } from '../support/agents-container.ts';
import { missingForDocker, startDockerd, type Dockerd } from '../support/dockerd.ts';
import { seededRandom } from '../support/random.ts';
import { nudgesAtOnce } from '../support/own-rules.ts';
import { startReactor, type Reactor } from '../support/reactor.ts';
import { hasTmux } from '../support/tmux.ts';

const LINE = NUDGE_LINES['pr-stale'] ?? '';
const ONCE = { line: LINE, pasted: true, enters: 1 };
const WITHOUT = missingForDocker() !== null || !hasTmux();
const KILLED = [1, 2, 3, 4, 5, 6];
const UNDISTURBED = 7;

describe.skipIf(WITHOUT)('with a real tmux in a container of agents', () => {
  let engine: Dockerd;
  let agents: AgentsContainer;
  beforeAll(async () => {
    engine = await startDockerd();
    agents = await startAgentsContainer(engine);
  });
  afterAll(() => engine[Symbol.asyncDispose]());

  test('a session is nudged by docker exec, and at no kill -9 in between more than once', async () => {
    const random = seededRandom();
    for (const number of [...KILLED, UNDISTURBED]) await agents.agent(`dev-harb-${number}`);
    await using reactor = await startReactor({ env: { DOCKER_HOST: engine.url }, ...nudgesAtOnce('dev-harb') });
    await systemClock.sleep(1_500);
    for (const number of KILLED) {
      await ask(reactor, number);
      await reactor.waitFor('the nudge to be under way', () => stateOf(reactor, number) !== 'waiting');
      // It is watched for two seconds, and typed within half a second after that. The first is killed before it is typed.
      await systemClock.sleep(number === 1 ? 0 : random.between(1_700, 3_000));
      await reactor.crash();
    }
    await ask(reactor, UNDISTURBED);
    await reactor.waitFor('the last nudge', () => stateOf(reactor, UNDISTURBED) === 'done', 30_000);
    await reactor.idle();

    expect(await agents.sent(`dev-harb-${UNDISTURBED}`)).toEqual([ONCE]);
    for (const number of KILLED) {
      const sent = await agents.sent(`dev-harb-${number}`);
      const state = stateOf(reactor, number);
      // What was under way when the process died is not tried again: it may have happened.
      expect(['done', 'interrupted']).toContain(state);
      expect(sent).toEqual(state === 'done' || sent.length > 0 ? [ONCE] : []);
    }
    expect(reactor.orders('nudge')).toHaveLength(KILLED.length + 1);
    expect(reactor.orders('nudge').at(-1)?.ref).toContain(`dev-harb-${UNDISTURBED} disinto-agents:%`);
    expect(stateOf(reactor, 1)).toBe('interrupted');
    expect(await agents.sent('dev-harb-1')).toEqual([]);
  });
});

async function ask(reactor: Reactor, number: number): Promise<void> {
  const event = { type: 'ci.pipeline', data: { repo: 'acme/harb', number, status: 'declined' } };
  expect((await reactor.post([event])).status).toBe(202);
}

function stateOf(reactor: Reactor, number: number): string {
  const order = reactor.orders('nudge').find(({ spec }) => spec.card.key[1] === String(number));
  return order?.state ?? 'waiting';
}
