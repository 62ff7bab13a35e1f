/**
 * Many questions about a filesystem in one run of a shell, because entering a container costs more than everything asked in it.
 * The script keeps to what BusyBox and the GNU tools have in common. Pure: questions in, a script out; output in, answers out.
 */

export type ShellAsk =
  | { readonly ask: 'list'; readonly folder: string }
  | { readonly ask: 'read'; readonly path: string; readonly maxBytes: number; readonly end: 'head' | 'tail' }
  | { readonly ask: 'link'; readonly path: string }
  | { readonly ask: 'run'; readonly argv: readonly string[] };

/** `parts` by name, as the functions of the script wrote them; null when the output ended before it was complete. */
export type ShellAnswer = { readonly end: string; readonly parts: ReadonlyMap<string, string> } | null;

/** What one question brought; `reason` when nobody could be asked. */
export type Asked =
  | { readonly got: true; readonly end: string; readonly parts: ReadonlyMap<string, string> }
  | { readonly got: false; readonly reason: string };

export type AskShell = (ask: ShellAsk) => Promise<Asked>;

/** inode, size, mode in hex, owner, seconds, and the time with its fraction; then the path. A name may hold a line break, but no slash: with one at the end, no name can pass for another line. */
const STAT = '%i %s %f %u %Y %y|%n/';

/**
 * `h` separates with a word nobody else can know. A folder is asked for with a slash at its end, so that a link to one counts.
 * What a program writes to standard error is caught apart. GNU's `timeout` bounds it; BusyBox's holds the output open for a second.
 */
const FUNCTIONS = `
h(){ printf '\\n%s %s\\n' "$N" "$1"; }
l(){ if [ ! -d "$1/" ]; then h missing; elif [ ! -r "$1/" ] || [ ! -x "$1/" ]; then h denied; else
h id; stat -c '%d:%i' "$1/." 2>/dev/null; h entries; find "$1/" -maxdepth 1 -mindepth 1 -exec stat -c '${STAT}' {} + 2>/dev/null; h done; fi; }
f(){ if [ -h "$1" ]; then h link; elif [ ! -e "$1" ]; then h gone; elif [ ! -f "$1" ]; then h irregular; elif [ ! -r "$1" ]; then h denied; else
h before; stat -c '${STAT}' "$1" 2>/dev/null; h text; "$3" -c "$2" "$1" 2>/dev/null; h after; stat -c '${STAT}' "$1" 2>/dev/null; h done; fi; }
k(){ h target; readlink "$1" 2>/dev/null; h done; }
r(){ h out; { e=$($T "$@" 2>&1 1>&3 </dev/null); c=$?; } 3>&1; h err; printf %s "$e"; h "$c"; }
T=; case $(timeout --version 2>/dev/null) in *GNU*) T='timeout 8';; esac
LC_ALL=C.UTF-8; export LC_ALL
`;

/** The script for some questions; `word` must be fresh and of letters, digits and dashes. */
export function toScript(asks: readonly ShellAsk[], word: string): string {
  return `N=${word}${FUNCTIONS}${asks.map(toLine).join('\n')}\n`;
}

function toLine(ask: ShellAsk): string {
  switch (ask.ask) {
    case 'list':
      return `l ${quote(ask.folder)}`;
    case 'read':
      return `f ${quote(ask.path)} ${ask.maxBytes} ${ask.end}`;
    case 'link':
      return `k ${quote(ask.path)}`;
    case 'run':
      return `r ${ask.argv.map(quote).join(' ')}`;
  }
}

/** Text as one word of a POSIX shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Names of parts; everything else ends an answer. */
const PARTS: ReadonlySet<string> = new Set(['id', 'entries', 'before', 'text', 'after', 'target', 'out', 'err']);

/** The answers in the order of the questions. */
export function parseAnswers(output: string, word: string, count: number): readonly ShellAnswer[] {
  const answers: ShellAnswer[] = [];
  let parts = new Map<string, string>();
  for (const section of output.split(`\n${word} `).slice(1)) {
    const lineEnd = section.indexOf('\n');
    const name = lineEnd < 0 ? '' : section.slice(0, lineEnd);
    if (PARTS.has(name)) {
      parts.set(name, section.slice(lineEnd + 1));
    } else if (name !== '') {
      answers.push({ end: name, parts });
      parts = new Map();
    }
  }
  return Array.from({ length: count }, (_, i) => answers[i] ?? null);
}

export interface ShellStat {
  readonly name: string;
  readonly version: string;
  readonly modified: number;
  readonly mode: number;
  readonly bytes: number;
  readonly owner: number;
}

const LINE = /^(\d+) (\d+) ([0-9a-f]+) (\d+) (\d+) [^|]*?(?:\.(\d{3})\d*)?(?: [+-]\d{4})?\|(.*)\/$/;

/** One line of `stat`; null when it is none, such as the second half of a name with a line break in it. */
export function parseStat(line: string): ShellStat | null {
  const match = LINE.exec(line);
  if (match === null) return null;
  const [, , size, mode = '', owner, seconds, fraction = '0', path = ''] = match;
  return {
    name: path.slice(path.lastIndexOf('/') + 1),
    version: line.slice(0, line.indexOf('|')),
    modified: Number(seconds) * 1000 + Number(fraction),
    mode: Number.parseInt(mode, 16),
    bytes: Number(size),
    owner: Number(owner),
  };
}
