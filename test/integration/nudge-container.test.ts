import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/clock.ts';
import { openPlaces } from '../../src/adapters/docker-places.ts';
import { openHost } from '../../src/adapters/host.ts';
import { localPlace } from '../../src/adapters/local-place.ts';
import { tmuxTerminal } from '../../src/adapters/tmux.ts';
import type { EffectResult } from '../../src/core/effect.ts';
import { NUDGE_LINES } from '../../src/core/nudge-lines.ts';
import { MINUTE } from '../../src/core/time.ts';
import { DEFAULT_NUDGE, nudgeEffect } from '../../src/effects/nudge/index.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Terminal } from '../../src/ports/terminal.ts';
import { startAgentsContainer, type AgentsContainer } from '../support/agents-container.ts';
import { missingForDocker, startDockerd, type Dockerd } from '../support/dockerd.ts';
import { makeCard, makeContext, makeOrder } from '../support/make-order.ts';
import { hasTmux } from '../support/tmux.ts';

const LINE = NUDGE_LINES['pr-stale'] ?? '';
const ONCE = [{ line: LINE, pasted: true, enters: 1 }];
const never = new AbortController().signal;
const WITHOUT = missingForDocker() !== null || !hasTmux();

/** Ten minutes ahead, so that everything so far counts as long ago. */
const later: Clock = { ...systemClock, now: () => systemClock.now() + 10 * MINUTE };

describe.skipIf(WITHOUT)('a session in a container of agents', () => {
  let engine: Dockerd;
  let agents: AgentsContainer;
  let terminal: Terminal;
  beforeAll(async () => {
    engine = await startDockerd();
    agents = await startAgentsContainer(engine);
    const ownership = { ownStacks: ['disinto'], siblings: new Map() };
    terminal = tmuxTerminal({
      socket: `nobody-${process.pid}`,
      local: localPlace(openHost()),
      finders: [openPlaces({ host: 'box', url: engine.url, ownership, container: '' })],
      isBare: async () => true,
    });
  });
  afterAll(() => engine[Symbol.asyncDispose]());

  function nudge(session: string, clock: Clock = later): Promise<EffectResult> {
    const order = makeOrder({ act: 'nudge', session, line: LINE, card: makeCard() });
    return nudgeEffect(terminal, clock, { ...DEFAULT_NUDGE, watch: 400 }).run(order, makeContext());
  }

  test('that is idle gets the line in one bracketed paste, and one Enter', async () => {
    await agents.agent('dev-harb-7');
    await agents.agent('dev-harb-71');
    expect(await nudge('dev-harb-7')).toMatchObject({
      outcome: 'done',
      ref: expect.stringMatching(/^dev-harb-7 disinto-agents:%\d+: line sent, then busy/),
    });
    expect(await agents.sent('dev-harb-7')).toEqual(ONCE);
    expect(await agents.sent('dev-harb-71')).toEqual([]);
  });

  test('of another user than the one who enters is found, too', async () => {
    await agents.agent('dev-harb-8', { user: 'root' });
    expect((await nudge('dev-harb-8')).outcome).toBe('done');
    expect(await agents.sent('dev-harb-8')).toEqual(ONCE);
  });

  test.each([
    [21, '✶ Thinking… (1s · esc to interrupt)', 'state: busy'],
    [22, 'Do you want to proceed?', 'state: waiting_human'],
  ])('gets nothing when its screen says no: dev-harb-%i', async (issue, above, reason) => {
    await agents.agent(`dev-harb-${issue}`, { above });
    expect(await nudge(`dev-harb-${issue}`)).toMatchObject({
      outcome: 'skipped',
      reason: expect.stringContaining(reason),
    });
    expect(await agents.sent(`dev-harb-${issue}`)).toEqual([]);
  });

  test('gets nothing when it wrote something a moment ago, or is named only almost so', async () => {
    await agents.agent('dev-harb-301');
    expect(await nudge('dev-harb-301', systemClock)).toMatchObject({ reason: expect.stringContaining('quiet:') });
    expect(await nudge('dev-harb-30')).toMatchObject({
      outcome: 'skipped',
      reason: expect.stringContaining('there is no session named exactly "dev-harb-30"'),
    });
    expect(await agents.sent('dev-harb-301')).toEqual([]);
  });

  test('of one name in two containers is neither’s', async () => {
    const second = await startAgentsContainer(engine, 'disinto-agents-llama');
    await agents.agent('dev-harb-40');
    await second.agent('dev-harb-40');
    expect(await nudge('dev-harb-40')).toMatchObject({
      outcome: 'skipped',
      reason: expect.stringMatching(/several of this name: disinto-agents-llama:.*, disinto-agents:/),
    });
    expect([...(await agents.sent('dev-harb-40')), ...(await second.sent('dev-harb-40'))]).toEqual([]);
    await engine.docker('rm', '-f', 'disinto-agents-llama');
  });

  test('is looked at in one run, of which nothing is left in the container', async () => {
    const before = await agents.sh('ls -A /tmp; ps | wc -l');
    const from = performance.now();
    expect((await terminal.look('dev-harb-71', never)).state).toBe('present');
    expect(performance.now() - from).toBeLessThan(2_000);
    expect(await agents.sh('ls -A /tmp; ps | wc -l')).toBe(before);
  });

  test('cannot be seen in a container that was stopped a moment ago, and comes back with it', async () => {
    const seen = await terminal.look('dev-harb-71', never);
    if (seen.state !== 'present') throw new Error(`it is ${seen.state}`);
    await engine.docker('stop', '-t', '1', 'disinto-agents');
    const reason = 'disinto-agents: the container is not running';
    expect(await terminal.again(seen.pane, never)).toEqual({ state: 'unavailable', reason });
    expect(await terminal.paste(seen.pane, LINE, never)).toBe(reason);
    expect(await terminal.look('dev-harb-71', never)).toEqual({ state: 'absent' });
    await engine.docker('start', 'disinto-agents');
  });

  test('cannot be seen while the engine is away, which is not the same as absent', async () => {
    expect((await terminal.sessions(never)).state).toBe('listed');
    await engine.stop();
    expect(await nudge('dev-harb-71')).toMatchObject({
      outcome: 'failed',
      retry: true,
      reason: expect.stringContaining('no Docker socket'),
    });
    await engine.start();
  });
});
