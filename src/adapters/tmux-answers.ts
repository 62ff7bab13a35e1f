/** What to ask the tmux servers of a place, in one run of a shell, and what the answers say. Pure. */

import { SECOND } from '../core/time.ts';
import type { Pane } from '../ports/terminal.ts';
import type { Place } from '../ports/place.ts';

/** Sessions of one name in one place. */
export interface PlaceLook {
  readonly panes: readonly PaneSeen[];
  /** Servers that could not be asked, in words. */
  readonly flaws: readonly string[];
}

export interface PaneSeen {
  readonly pane: Pane;
  /** The same for a server that two places see, and for no other one. */
  readonly server: string;
}

/** Every server has a socket in a folder of its user. Where there is no socket there is no session, with or without tmux. */
const EACH_SERVER = 'for k in "${TMUX_TMPDIR:-/tmp}"/tmux-*/"$n"; do [ -S "$k" ] || continue';

const LOOK = `w=$1 n=$2 s=$3 f=$4; ${EACH_SERVER}
  printf '%s %s %s\\n' "$w" "$(stat -c %d:%i "$k")" "$k"
  command -v tmux >/dev/null 2>&1 || { echo 'not installed'; continue; }
  tmux -u -S "$k" display-message -p -t "=$s:" "$f" \\; list-clients -t "=$s" -F '#{client_control_mode} #{client_activity}' \\; \\
    display-message -p -t "=$s:" screen \\; capture-pane -p -e -t "=$s:" 2>&1
done; true`;

const ABOUT = [
  '#{pane_id}',
  '#{pid}-#{start_time}',
  '#{pane_dead}',
  '#{pane_in_mode}',
  '#{window_activity}',
  '#{cursor_y}',
  '#{?#{==:#{@interactive},true},1,0}',
  '#{?pane_start_command,0,1}',
  '#{pane_current_command}',
].join(' ');

const LIST = `n=$1; command -v tmux >/dev/null 2>&1 || echo '- not installed'; ${EACH_SERVER}
  tmux -u -S "$k" list-sessions -F '= #{session_name}' 2>&1
done; true`;

/** Everything about the sessions of a name in one command; `word` must be one that no screen can show. */
export function lookCommand(session: string, socket: string, word: string): readonly string[] {
  return ['sh', '-c', LOOK, 'sh', word, socketName(socket), session, ABOUT];
}

/** Names of all sessions of all servers with a socket of this name. */
export function listCommand(socket: string): readonly string[] {
  return ['sh', '-c', LIST, 'sh', socketName(socket)];
}

const socketName = (socket: string): string => (socket === '' ? 'default' : socket);

/** tmux turns `.` and `:` in names into `_` and gives `$ @ % = -` at the front a meaning. */
export function isSessionName(session: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9_/#-]{0,127}$/.test(session);
}

/** What `lookCommand` printed in a place. */
export function parseLook(printed: string, word: string, session: string, { name, id }: Place): PlaceLook {
  const panes: PaneSeen[] = [];
  const flaws: string[] = [];
  for (const part of `\n${printed}`.split(`\n${word} `).slice(1)) {
    const [head = '', ...lines] = part.split('\n');
    const space = head.indexOf(' ');
    const socket = head.slice(space + 1);
    const seen = toPane(lines, { session, place: name, placeId: id, socket });
    if (seen === null) flaws.push(...toFlaw(lines, socket));
    else panes.push({ pane: seen.pane, server: `${head.slice(0, space)} ${seen.started}` });
  }
  return { panes, flaws };
}

type Where = Pick<Pane, 'session' | 'place' | 'placeId' | 'socket'>;

function toPane(lines: readonly string[], where: Where): { readonly pane: Pane; readonly started: string } | null {
  const screenAt = lines.indexOf('screen');
  const [id = '', started = '', ended, mode, activity, cursor, interactive, shell, ...command] = (lines[0] ?? '').split(
    ' ',
  );
  if (!/^%\d+$/.test(id) || screenAt < 0) return null;
  const pane: Pane = {
    ...where,
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
  return { pane, started };
}

/** Control-mode clients are programs. */
function toClientActivity(line: string): readonly number[] {
  const match = /^0 (\d+)$/.exec(line);
  return match === null ? [] : [Number(match[1]) * SECOND];
}

const ABSENT =
  /no server running|can't find (?:session|window|pane)|no sessions|Connection refused|No such file or directory/;

/** Asked about a session that is not there, tmux first describes nothing, then complains. */
function toFlaw(lines: readonly string[], socket: string): readonly string[] {
  if (lines.some((line) => ABSENT.test(line))) return [];
  return [`tmux at ${socket}: ${lines.find((line) => line !== '') ?? 'it said nothing'}`];
}

export interface PlaceList {
  readonly names: readonly string[];
  readonly flaws: readonly string[];
  /** There is no tmux. */
  readonly isMissing: boolean;
}

/** What `listCommand` printed. */
export function parseList(printed: string): PlaceList {
  const lines = printed.split('\n').filter((line) => line !== '');
  return {
    names: lines.filter((line) => line.startsWith('= ')).map((line) => line.slice(2)),
    flaws: lines.filter((line) => !/^[=-] /.test(line) && !ABSENT.test(line)).map((line) => `tmux: ${line}`),
    isMissing: lines[0] === '- not installed',
  };
}
