import { describe, expect, test } from 'vitest';
import type { EffectResult } from '../../../../src/core/effect.ts';
import { MINUTE, SECOND } from '../../../../src/core/time.ts';
import { nudgeEffect } from '../../../../src/effects/nudge/index.ts';
import type { Look } from '../../../../src/ports/terminal.ts';
import { fakeClock } from '../../../support/fake-clock.ts';
import { agentScreen, fakeTerminal, makePane, type FakeTerminal } from '../../../support/fake-terminal.ts';
import { DECIDED, makeCard, makeContext, makeOrder } from '../../../support/make-order.ts';

const LINE = '# [supervisor] PR stale >20min — CI finished, please push or update';

async function nudge(terminal: FakeTerminal, line = LINE, signal?: AbortSignal): Promise<EffectResult> {
  const clock = fakeClock(DECIDED);
  const order = makeOrder({ act: 'nudge', session: 'dev-harb-7', line, card: makeCard() });
  const result = nudgeEffect(terminal, clock).run(order, makeContext(signal === undefined ? {} : { signal }));
  await clock.advance(MINUTE);
  return result;
}

/** An agent that takes what is pasted into its box and starts to work on Enter number `takes`. */
function agent(terminal: FakeTerminal, takes = 1): FakeTerminal {
  let enters = 0;
  terminal.onTyped((what) => {
    if (what === 'paste') return show(terminal, agentScreen(LINE));
    enters += 1;
    if (enters === takes) show(terminal, agentScreen('', `❯ ${LINE}\n✶ Thinking… (1s · esc to interrupt)`));
  });
  return terminal;
}

const show = (terminal: FakeTerminal, screen: string): void =>
  terminal.show({ state: 'present', pane: makePane({ screen }) });

describe('an idle session', () => {
  test('gets the line and one Enter, and the result tells what was seen', async () => {
    const terminal = agent(fakeTerminal());
    const result = await nudge(terminal);
    expect(terminal.typed).toEqual([`paste ${LINE}`, 'enter']);
    expect(result).toMatchObject({ outcome: 'done', ref: expect.stringContaining('line sent, then busy') });
    expect(result).toMatchObject({ ref: expect.stringContaining('the screen did not change') });
  });

  test('in a container gets the same, and no Enter is pressed in another container of that name', async () => {
    const inside = { place: 'disinto-agents', placeId: 'c1' };
    const shows = (more: object): FakeTerminal => {
      const terminal = fakeTerminal({ state: 'present', pane: makePane(inside) });
      const typed = agentScreen(LINE);
      terminal.onTyped((what) =>
        terminal.show({
          state: 'present',
          pane: makePane({ ...inside, ...more, screen: what === 'paste' ? typed : agentScreen('') }),
        }),
      );
      return terminal;
    };
    expect(await nudge(shows({}))).toMatchObject({
      ref: expect.stringContaining('dev-harb-7 disinto-agents:%3: line'),
    });
    const other = shows({ placeId: 'c2' });
    expect(await nudge(other)).toMatchObject({ outcome: 'failed', retry: false });
    expect(other.typed).toEqual([`paste ${LINE}`]);
  });

  test('that swallowed Enter gets one more, and never the line again', async () => {
    const terminal = agent(fakeTerminal(), 2);
    const result = await nudge(terminal);
    expect(terminal.typed).toEqual([`paste ${LINE}`, 'enter', 'enter']);
    expect(result).toMatchObject({ outcome: 'done', ref: expect.stringContaining('Enter was needed twice') });
  });

  test('that never takes Enter is a failure that is not tried again', async () => {
    const terminal = agent(fakeTerminal(), 99);
    expect(await nudge(terminal)).toMatchObject({ outcome: 'failed', retry: false });
    expect(terminal.typed).toEqual([`paste ${LINE}`, 'enter', 'enter']);
  });

  test('that asks something just then gets no Enter, which would be the answer', async () => {
    const terminal = fakeTerminal();
    terminal.onTyped(() => show(terminal, agentScreen(LINE, 'Do you want to proceed?')));
    const result = await nudge(terminal);
    expect(terminal.typed).toEqual([`paste ${LINE}`]);
    expect(result).toMatchObject({ outcome: 'failed', retry: false, reason: expect.stringContaining('Do you want') });
  });

  test('where the line does not show gets no Enter', async () => {
    const terminal = fakeTerminal();
    expect(await nudge(terminal)).toMatchObject({ outcome: 'failed', retry: false });
    expect(terminal.typed).toEqual([`paste ${LINE}`]);
  });

  test('may wrap the line on its screen', async () => {
    const terminal = fakeTerminal();
    const wrapped = `${LINE.slice(0, 40)}\n  ${LINE.slice(40)}`;
    terminal.onTyped((what) => show(terminal, agentScreen(what === 'paste' ? wrapped : '')));
    expect((await nudge(terminal)).outcome).toBe('done');
  });
});

function plain(screen: string, cursorRow: number): Look {
  return { state: 'present', pane: makePane({ screen, cursorRow, command: 'sh' }) };
}

describe('a plain program at a prompt', () => {
  test('has taken the line once the cursor has moved on', async () => {
    const terminal = fakeTerminal(plain('ready\n❯ ', 1));
    terminal.onTyped((what) => terminal.show(plain(`ready\n❯ ${LINE}`, what === 'paste' ? 1 : 2)));
    expect((await nudge(terminal)).outcome).toBe('done');
    expect(terminal.typed).toEqual([`paste ${LINE}`, 'enter']);
  });
});

describe('nothing is typed', () => {
  test.each([
    ['at first', 1],
    ['after it was watched', 2],
  ])('where nobody can look %s: it is tried again', async (_, at) => {
    const terminal = fakeTerminal();
    terminal.onLook((look) => {
      if (look === at) terminal.show({ state: 'unavailable', reason: 'Docker does not answer' });
    });
    const reason = expect.stringContaining('Docker does not answer');
    expect(await nudge(terminal)).toMatchObject({ outcome: 'failed', retry: true, reason });
    expect(terminal.typed).toEqual([]);
  });

  test.each([
    ['when it is busy', agentScreen('', '✶ Thinking… (1s · esc to interrupt)'), 'state: busy'],
    ['when half a line is there', agentScreen('half a'), 'input: someone has typed'],
    ['when it waits for an answer', agentScreen('', ' ❯ 1. Yes'), 'state: waiting_human'],
  ])('%s', async (_, screen, reason) => {
    const terminal = fakeTerminal({ state: 'present', pane: makePane({ screen }) });
    expect(await nudge(terminal)).toMatchObject({ outcome: 'skipped', reason: expect.stringContaining(reason) });
    expect(terminal.typed).toEqual([]);
  });

  test('when the line could be more than one', async () => {
    const terminal = fakeTerminal();
    expect(await nudge(terminal, 'a\nb')).toMatchObject({
      outcome: 'skipped',
      reason: expect.stringContaining('line:'),
    });
    expect(terminal.typed).toEqual([]);
  });

  test('when someone starts typing while it is watched', async () => {
    const terminal = fakeTerminal();
    terminal.onLook((look) => look === 2 && show(terminal, agentScreen('w')));
    expect(await nudge(terminal)).toMatchObject({ outcome: 'skipped', reason: expect.stringContaining('input:') });
    expect(terminal.typed).toEqual([]);
  });

  test('when the session ends while it is watched', async () => {
    const terminal = fakeTerminal();
    terminal.onLook((look) => look === 2 && terminal.show({ state: 'absent' }));
    expect(await nudge(terminal)).toMatchObject({ outcome: 'skipped', reason: expect.stringContaining('session:') });
  });

  test.each([
    ['another container of that name', { placeId: 'c2' }],
    ['another server of that place', { socket: '/tmp/tmux-5/default' }],
    ['another pane', { id: '%4' }],
  ])('when %s comes to the front while it is watched', async (_, other) => {
    const agents = makePane({ place: 'disinto-agents', placeId: 'c1' });
    const terminal = fakeTerminal({ state: 'present', pane: agents });
    terminal.onLook((look) => look === 2 && terminal.show({ state: 'present', pane: { ...agents, ...other } }));
    const reason = expect.stringContaining('another pane came to the front');
    expect(await nudge(terminal)).toMatchObject({ outcome: 'skipped', reason });
    expect(terminal.typed).toEqual([]);
  });

  test('when there are two sessions of this name', async () => {
    const terminal = fakeTerminal({ state: 'several', where: ['/tmp/a', 'disinto-agents:/tmp/b'] });
    expect(await nudge(terminal)).toEqual({
      outcome: 'skipped',
      reason: 'session: there are several of this name: /tmp/a, disinto-agents:/tmp/b',
    });
  });

  test('when the sessions cannot be seen, and it is tried again, which is not the same as absent', async () => {
    const terminal = fakeTerminal({ state: 'unavailable', reason: 'tmux is not installed here' });
    expect(await nudge(terminal)).toEqual({
      outcome: 'failed',
      reason: 'cannot see the sessions: tmux is not installed here',
      retry: true,
      retryAfter: 60 * SECOND,
    });
  });

  test('when the reactor is being stopped', async () => {
    const terminal = fakeTerminal();
    expect(await nudge(terminal, LINE, AbortSignal.abort())).toMatchObject({ outcome: 'failed', retry: true });
    expect(terminal.typed).toEqual([]);
  });
});

test('an order that was begun when the process died is not begun again', () => {
  expect(nudgeEffect(fakeTerminal(), fakeClock()).repeatable).toBe(false);
});
