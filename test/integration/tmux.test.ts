import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/clock.ts';
import { openHost } from '../../src/adapters/host.ts';
import { localPlace } from '../../src/adapters/local-place.ts';
import { tmuxTerminal } from '../../src/adapters/tmux.ts';
import type { EffectResult } from '../../src/core/effect.ts';
import { MINUTE } from '../../src/core/time.ts';
import { DEFAULT_NUDGE, nudgeEffect } from '../../src/effects/nudge/index.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { makeCard, makeContext, makeOrder } from '../support/make-order.ts';
import { hasTmux, startTmux, type TestTmux } from '../support/tmux.ts';

const LINE = '# [supervisor] PR stale >20min — CI finished, please push or update';
const SESSION = 'dev-harb-7';
const AGENT = new URL('../support/fake-agent.ts', import.meta.url).pathname;

/** Ten minutes ahead, so that everything so far counts as long ago. */
const later: Clock = { ...systemClock, now: () => systemClock.now() + 10 * MINUTE };
const never = new AbortController().signal;

let server: TestTmux;
let received: string;

describe.skipIf(!hasTmux())('with a real tmux', () => {
  beforeEach(() => {
    server = startTmux();
    received = join(server.folder, 'received');
  });
  afterEach(() => server[Symbol.dispose]());

  describe('an idle session', () => {
    test('at a plain prompt gets one line and Enter, exactly once', async () => {
      await startPlain();
      const result = await nudge();
      expect(result).toMatchObject({ outcome: 'done', ref: expect.stringContaining('line sent') });
      await until(() => server.screen(SESSION).includes('heard'));
      expect(readFileSync(received, 'utf8')).toBe(`${LINE}\n`);
    });

    test('with an input box gets one bracketed paste and one Enter', async () => {
      await startAgent();
      const result = await nudge();
      expect(result).toMatchObject({ outcome: 'done', ref: expect.stringContaining('then busy') });
      expect(sent()).toEqual([{ line: LINE, pasted: true, enters: 1 }]);
      expect(await terminal().look(SESSION, never)).toMatchObject({ pane: { defaultShell: false, command: 'node' } });
    });

    test('that swallows Enter gets a second one, not a second line', async () => {
      await startAgent({ swallow: 1 });
      expect((await nudge()).outcome).toBe('done');
      expect(sent()).toEqual([{ line: LINE, pasted: true, enters: 2 }]);
    });

    test('of a name that begins like another gets what is meant for it', async () => {
      await startAgent({ session: 'dev-harb-71' });
      await startAgent();
      expect((await nudge()).outcome).toBe('done');
      expect(server.screen('dev-harb-71')).not.toContain('supervisor');
    });

    test('whose attached person has gone away is nudged', async () => {
      await startAgent();
      using _ = await attach();
      expect((await nudge()).outcome).toBe('done');
    });
  });

  describe('nothing is typed', () => {
    test('when only a longer name matches', async () => {
      await startAgent({ session: 'dev-harb-71' });
      await expectRefused('session: there is no session named exactly "dev-harb-7"');
      expect(server.screen('dev-harb-71')).not.toContain('supervisor');
    });

    test('when it is busy', async () => {
      await startAgent({ above: '✶ Thinking… (1s · esc to interrupt)' });
      await expectRefused('state: busy');
    });

    test('when it waits for an answer', async () => {
      await startAgent({ above: 'Do you want to proceed?' });
      await expectRefused('state: waiting_human');
    });

    test('when someone has typed half a line', async () => {
      await startAgent();
      server.tmux('send-keys', '-t', `=${SESSION}:`, '-l', 'and then we');
      await until(() => server.screen(SESSION).includes('and then we'));
      await expectRefused('input: someone has typed');
    });

    test('when someone attached is active', async () => {
      await startAgent();
      using _ = await attach();
      await expectRefused('attended: someone attached pressed a key', { clock: systemClock });
    });

    test('when someone scrolls in it', async () => {
      await startAgent();
      server.tmux('copy-mode', '-t', `=${SESSION}:`);
      await expectRefused('attended: someone is scrolling');
    });

    test('when it is labelled interactive', async () => {
      await startAgent();
      server.tmux('set-option', '-t', `=${SESSION}:`, '@interactive', 'true');
      await expectRefused('interactive:');
    });

    test('when it wrote something less than three minutes ago', async () => {
      await startAgent();
      await expectRefused('quiet: last output', { clock: systemClock });
    });

    test('when it draws while it is watched', async () => {
      server.run(SESSION, `i=0; while :; do i=$((i+1)); printf '\\033[2J\\033[H%s\\n❯ ' "$i"; sleep 0.1; done`);
      await until(() => server.screen(SESSION).includes('❯'));
      await expectRefused('still: the screen changed');
    });

    test('when a shell is all that is left', async () => {
      server.tmux('new-session', '-d', '-s', SESSION, '-x', '100', '-y', '30');
      await until(() => /[$#]/.test(server.screen(SESSION)));
      await expectRefused('state: dead');
      expect(await terminal().look(SESSION, never)).toMatchObject({ pane: { defaultShell: true } });
    });

    test.each([
      ['a second line', `${LINE}\nrm -rf .`],
      ['an escape', `${LINE}\u001b[201~\r`],
    ])('when the line has %s in it', async (_, line) => {
      await startAgent();
      await expectRefused('line: it is not one printable line', { line });
    });

    test('when no server runs', async () => {
      await expectRefused('session: there is no session');
    });
  });

  test('sessions are listed, and there are none without a server', async () => {
    expect(await terminal().sessions(never)).toEqual({ state: 'listed', names: [] });
    await startAgent();
    await startAgent({ session: 'dev-harb-71' });
    expect(await terminal().sessions(never)).toEqual({ state: 'listed', names: ['dev-harb-7', 'dev-harb-71'] });
  });

  test('a name that tmux would read as something else finds nothing', async () => {
    await startAgent();
    for (const name of ['$0', '%0', '@0', '=dev-harb-7', '-dev', 'dev-harb-7:0', 'dev-harb-7.0', 'dev*', '']) {
      expect(await terminal().look(name, never)).toEqual({ state: 'absent' });
    }
  });

  test('a pane whose program has ended is dead', async () => {
    await startAgent();
    server.tmux('set-option', '-t', `=${SESSION}:`, 'remain-on-exit', 'on');
    server.tmux('respawn-pane', '-k', '-t', `=${SESSION}:`, 'true');
    await until(() => server.tmux('display-message', '-p', '-t', `=${SESSION}:`, '#{pane_dead}') === '1\n');
    await expectRefused('state: dead: its program has ended');
  });
});

const local = localPlace(openHost());
const terminal = () => tmuxTerminal({ socket: server.socket, local, finders: [], isBare: async () => false });

interface Nudge {
  readonly line?: string;
  readonly clock?: Clock;
}

function nudge({ line = LINE, clock = later }: Nudge = {}): Promise<EffectResult> {
  const order = makeOrder({ act: 'nudge', session: SESSION, line, card: makeCard() });
  return nudgeEffect(terminal(), clock, { ...DEFAULT_NUDGE, watch: 400 }).run(order, makeContext());
}

async function expectRefused(reason: string, how: Nudge = {}): Promise<void> {
  expect(await nudge(how)).toMatchObject({ outcome: 'skipped', reason: expect.stringContaining(reason) });
  expect(existsSync(received)).toBe(false);
}

async function startPlain(): Promise<void> {
  const loop = `while IFS= read -r line; do printf '%s\\n' "$line" >> '${received}'; printf 'heard\\n❯ '; done`;
  server.run(SESSION, `printf 'agent 1.0\\n❯ '\n${loop}\n`);
  await until(() => server.screen(SESSION).includes('❯'));
}

interface AgentHow {
  readonly session?: string;
  readonly swallow?: number;
  readonly above?: string;
}

async function startAgent({ session = SESSION, swallow = 0, above = '⏺ Done.' }: AgentHow = {}): Promise<void> {
  server.run(session, `exec '${process.execPath}' '${AGENT}' '${received}' ${swallow} '${above}'\n`);
  await until(() => server.screen(session).includes('bypass permissions'));
}

function sent(): readonly unknown[] {
  const lines = readFileSync(received, 'utf8').trimEnd().split('\n');
  return lines.map((line): unknown => JSON.parse(line));
}

/** A person at a terminal of their own. */
async function attach(): Promise<Disposable> {
  const command = `tmux -L ${server.socket} attach -t =${SESSION}`;
  const env = { ...process.env, TERM: 'xterm', TMUX: '' };
  const person = spawn('script', ['-q', '-e', '-c', command, '/dev/null'], {
    stdio: ['pipe', 'ignore', 'ignore'],
    env,
  });
  await until(() => server.tmux('list-clients', '-t', `=${SESSION}`) !== '');
  return { [Symbol.dispose]: () => void person.kill() };
}

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (isSo()) return;
    await systemClock.sleep(50);
  }
  throw new Error('it did not come to pass within ten seconds');
}
