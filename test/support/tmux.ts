/** A tmux server of a test's own, on a socket nobody else uses. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stableId } from '../../src/core/event.ts';

export interface TestTmux extends Disposable {
  /** For `tmux -L`. */
  readonly socket: string;
  /** A folder that goes with the server. */
  readonly folder: string;
  /** Starts a session that runs a shell script. */
  run(session: string, script: string): void;
  /** Any tmux command; its output. */
  tmux(...args: readonly string[]): string;
  screen(session: string): string;
}

/** Throws in CI when tmux is missing; elsewhere says so loudly and answers false. */
export function hasTmux(): boolean {
  try {
    execFileSync('tmux', ['-V'], { stdio: 'ignore' });
    return true;
  } catch (cause) {
    if (process.env['CI'] !== undefined) throw new Error('tmux is not installed: apt-get install tmux', { cause });
    console.warn('\n*** tmux is not installed, its tests are left out: apt-get install tmux ***\n');
    return false;
  }
}

/** A server that ends, with all its sessions, when it is disposed of. */
export function startTmux(): TestTmux {
  const folder = mkdtempSync(join(tmpdir(), 'reactor-tmux-'));
  const socket = `reactor-test-${stableId(folder)}`;
  const tmux = (...args: readonly string[]): string =>
    execFileSync('tmux', ['-u', '-L', socket, '-f', '/dev/null', ...args], { encoding: 'utf8', stdio: 'pipe' });
  return {
    socket,
    folder,
    tmux,
    run(session, script) {
      const file = join(folder, `${session}.sh`);
      writeFileSync(file, script);
      tmux('new-session', '-d', '-s', session, '-x', '100', '-y', '30', 'sh', file);
    },
    screen: (session) => tmux('capture-pane', '-p', '-t', `=${session}:`),
    [Symbol.dispose]() {
      try {
        tmux('kill-server');
      } catch {
        // It ended by itself with its last session.
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
