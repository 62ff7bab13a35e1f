/** The panes of every tmux server of a place: what to ask, and what the answers say. Pure. */

import { parseSessionName, type SessionName } from '../../factory/session-names.ts';
import { SECOND, type Instant } from '../../core/time.ts';

export interface PaneRow {
  readonly name: SessionName;
  /** Socket of the server. */
  readonly socket: string;
  /** `%3` */
  readonly id: string;
  readonly ended: boolean;
  /** When its program ended; null while it runs, and where tmux is too old to tell. */
  readonly endedAt: Instant | null;
  readonly attached: boolean;
  readonly activity: Instant;
  readonly started: Instant;
  readonly windows: number;
  readonly interactive: boolean;
  readonly defaultShell: boolean;
  readonly command: string;
  readonly folder: string;
}

export interface PaneList {
  readonly rows: readonly PaneRow[];
  /** Servers that could not be asked, in words. */
  readonly flaws: readonly string[];
}

const FORMAT = [
  '#{pane_id}',
  '#{pane_dead}',
  '#{window_active}#{pane_active}',
  '#{session_attached}',
  '#{window_activity}',
  '#{session_created}',
  '#{session_windows}',
  '#{?#{==:#{@interactive},true},1,0}',
  '#{?pane_start_command,0,1}',
  '#{?pane_dead_time,#{pane_dead_time},0}',
  '#{session_name}|#{pane_current_command}|#{pane_current_path}',
].join(' ');

/** Every server has a socket in a folder of its user. Where there is no socket there is no session, with or without tmux. */
const LIST = `for s in "\${TMUX_TMPDIR:-/tmp}"/tmux-*/"$1"; do
  [ -S "$s" ] || continue
  printf '= %s\\n' "$s"
  command -v tmux >/dev/null 2>&1 || { echo 'tmux is not installed'; continue; }
  tmux -u -S "$s" list-panes -a -F "$2" 2>&1
done; true`;

const CAPTURE = `w=$1; shift
while [ $# -gt 1 ]; do
  printf '%s %s %s\\n' "$w" "$2" "$1"
  tmux -u -S "$1" capture-pane -p -e -t "$2" 2>/dev/null
  shift 2
done; true`;

/** The command that lists all panes of the servers with a socket of this name. */
export function listCommand(socketName: string): readonly string[] {
  return ['sh', '-c', LIST, 'sh', socketName === '' ? 'default' : socketName, FORMAT];
}

/** The command that shows the screens of some panes; `word` must be one that no screen can show. */
export function captureCommand(panes: readonly PaneRow[], word: string): readonly string[] {
  return ['sh', '-c', CAPTURE, 'sh', word, ...panes.flatMap((pane) => [pane.socket, pane.id])];
}

const ROW = /^(%\d+) ([01]) ([01])([01]) (\d+) (\d+) (\d+) (\d+) ([01]) ([01]) (\d+) ([^|\s]+)\|([^|]*)\|(.*)$/;
const NO_SERVER = /no server running|no sessions|Connection refused|No such file or directory/;

/** The front pane of each session of the factory. Sessions of other names are left out. */
export function parsePanes(listed: string): PaneList {
  const rows: PaneRow[] = [];
  const flaws: string[] = [];
  let socket = '';
  for (const line of listed.split('\n')) {
    if (line.startsWith('= ')) socket = line.slice(2);
    else if (ROW.test(line)) rows.push(...toRow(line, socket));
    else if (line !== '' && !NO_SERVER.test(line) && !/^%\d+ /.test(line)) flaws.push(`tmux at ${socket}: ${line}`);
  }
  return { rows, flaws };
}

function toRow(line: string, socket: string): readonly PaneRow[] {
  const [
    ,
    id = '',
    ended,
    window,
    pane,
    attached,
    activity,
    started,
    windows,
    interactive,
    shell,
    endedAt,
    session = '',
    command = '',
    folder = '',
  ] = ROW.exec(line) ?? [];
  const name = parseSessionName(session);
  if (name === null || window !== '1' || pane !== '1') return [];
  return [
    {
      name,
      socket,
      id,
      ended: ended === '1',
      endedAt: endedAt === '0' ? null : Number(endedAt) * SECOND,
      attached: attached !== '0',
      activity: Number(activity) * SECOND,
      started: Number(started) * SECOND,
      windows: Number(windows),
      interactive: interactive === '1',
      defaultShell: shell === '1',
      command,
      folder,
    },
  ];
}

/** A pane among those of all servers: each server counts its own from %0. */
export const keyOf = ({ id, socket }: Pick<PaneRow, 'id' | 'socket'>): string => `${id} ${socket}`;

/** The screens that `captureCommand` printed, by the keys of their panes. */
export function parseScreens(printed: string, word: string): ReadonlyMap<string, string> {
  const screens = new Map<string, string>();
  for (const part of `\n${printed}`.split(`\n${word} `).slice(1)) {
    const lineEnd = part.indexOf('\n');
    if (lineEnd > 0) screens.set(part.slice(0, lineEnd), part.slice(lineEnd + 1));
  }
  return screens;
}
