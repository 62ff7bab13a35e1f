/** Terminals of a tmux server on this machine. */

import { SECOND } from '../core/time.ts';
import type { Look, Pane, Terminal, Typed } from '../ports/terminal.ts';
import { exec, type Ran } from './exec.ts';

export interface TmuxOptions {
  /** Name of the server's socket (`tmux -L`), `''` for the default one. */
  readonly socket: string;
}

const BUFFER = 'disinto-reactor';

/** A terminal over the tmux program; each call is one run of it, 3 ms. */
export function tmuxTerminal(options: TmuxOptions): Terminal {
  const server = options.socket === '' ? [] : ['-L', options.socket];
  // -u: without it tmux replaces everything beyond ASCII when the locale is C.
  const tmux = (args: readonly string[], signal: AbortSignal, input = ''): Promise<Ran> =>
    exec('tmux', ['-u', ...server, ...args], { signal, input });
  return {
    async sessions(signal) {
      const ran = await tmux(['list-sessions', '-F', '#{session_name}'], signal);
      if (isDone(ran)) return { state: 'listed', names: ran.stdout.split('\n').filter((name) => name !== '') };
      return isAbsent(ran) ? { state: 'listed', names: [] } : { state: 'unavailable', reason: whyNot(ran) };
    },
    async look(session, signal) {
      if (!isName(session)) return { state: 'absent' };
      const ran = await tmux(lookCommand(session), signal);
      if (isDone(ran)) return toLook(ran.stdout, session);
      return isAbsent(ran) ? { state: 'absent' } : { state: 'unavailable', reason: whyNot(ran) };
    },
    async paste(paneId, line, signal) {
      const load = ['load-buffer', '-b', BUFFER, '-', ';'];
      return toTyped(await tmux([...load, 'paste-buffer', '-p', '-d', '-b', BUFFER, '-t', paneId], signal, line));
    },
    async enter(paneId, signal) {
      return toTyped(await tmux(['send-keys', '-t', paneId, 'Enter'], signal));
    },
  };
}

/** tmux turns `.` and `:` in names into `_` and gives `$ @ % = -` at the front a meaning. */
function isName(session: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9_/#-]{0,127}$/.test(session);
}

const ABOUT = [
  '#{pane_id}',
  '#{pane_dead}',
  '#{pane_in_mode}',
  '#{window_activity}',
  '#{cursor_y}',
  '#{?#{==:#{@interactive},true},1,0}',
  '#{?pane_start_command,0,1}',
  '#{pane_current_command}',
].join(' ');

/** Everything about a session in one command: a line about the pane, a line a client, the word `screen`, the screen. */
function lookCommand(session: string): readonly string[] {
  const pane = `=${session}:`;
  return [
    ['display-message', '-p', '-t', pane, ABOUT],
    ['list-clients', '-t', `=${session}`, '-F', '#{client_control_mode} #{client_activity}'],
    ['display-message', '-p', '-t', pane, 'screen'],
    ['capture-pane', '-p', '-e', '-t', pane],
  ].flatMap((command) => [...command, ';']);
}

function toLook(stdout: string, session: string): Look {
  const lines = stdout.split('\n');
  const screenAt = lines.indexOf('screen');
  const [id, ended, mode, activity, cursor, interactive, shell, ...command] = (lines[0] ?? '').split(' ');
  if (id === undefined || !/^%\d+$/.test(id) || screenAt < 0) {
    return { state: 'unavailable', reason: `tmux described ${session} in an unknown way: ${lines[0]}` };
  }
  const pane: Pane = {
    session,
    id,
    interactive: interactive === '1',
    command: command.join(' '),
    defaultShell: shell === '1',
    ended: ended === '1',
    browsed: mode !== '0',
    activity: Number(activity) * SECOND,
    clients: lines.slice(1, screenAt).flatMap(toClientActivity),
    cursorRow: Number(cursor),
    screen: lines.slice(screenAt + 1).join('\n'),
  };
  return { state: 'present', pane };
}

/** Control-mode clients are programs. */
function toClientActivity(line: string): readonly number[] {
  const match = /^0 (\d+)$/.exec(line);
  return match === null ? [] : [Number(match[1]) * SECOND];
}

function isDone(ran: Ran): ran is Extract<Ran, { ran: true }> {
  return ran.ran && ran.code === 0;
}

const ABSENT = /no server running|can't find (?:session|window|pane)|no sessions|No such file or directory/;

function isAbsent(ran: Ran): boolean {
  return ran.ran && ABSENT.test(ran.stderr);
}

function whyNot(ran: Ran): string {
  if (ran.ran) return `tmux: ${ran.stderr.trim() === '' ? `exit code ${ran.code}` : ran.stderr.trim()}`;
  return ran.missing ? MISSING : ran.reason;
}

const MISSING = 'tmux is not installed here. Install it, or run the reactor where the sessions are.';

function toTyped(ran: Ran): Typed {
  return isDone(ran) ? '' : whyNot(ran);
}
