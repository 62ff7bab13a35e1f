/** What kind of process one is, out of `/proc`. Its arguments hold prompts and secrets: they are looked at here and go no further. Pure. */

import { parseProgram } from './parse.ts';

export type AgentClass = 'agent_oneshot' | 'agent_interactive';

/** Whether a command line is an agent's, and of which class; null when it is none. `tty` is the terminal's number, 0 for none. */
export function classify(cmdline: string, tty: number): AgentClass | null {
  const argv = cmdline.split('\u0000').filter((arg) => arg !== '');
  const at = agentAt(argv);
  if (at < 0) return null;
  const args = argv.slice(at + 1);
  if (args.some((arg) => PRINTS.has(arg))) return 'agent_oneshot';
  // It may have given itself a title, which hides its arguments; nobody talks to an agent without a terminal.
  return args.length === 0 && tty === 0 ? 'agent_oneshot' : 'agent_interactive';
}

const PRINTS: ReadonlySet<string> = new Set(['-p', '--print']);
const RUNTIMES: ReadonlySet<string> = new Set(['node', 'bun', 'deno']);
const AGENT = /(?:^|\/)claude$|(?:^|\/)claude-code\/[\w./-]*cli\.[cm]?js$/;

/** Where in the arguments the agent itself stands: first, or behind the program that runs it. */
function agentAt(argv: readonly string[]): number {
  if (AGENT.test(argv[0] ?? '')) return 0;
  if (!RUNTIMES.has(parseProgram(argv[0] ?? ''))) return -1;
  const script = argv.findIndex((arg, i) => i > 0 && !arg.startsWith('-'));
  return script > 0 && AGENT.test(argv[script] ?? '') ? script : -1;
}

export interface ProcessTimes {
  /** Number of its terminal, 0 for none. */
  readonly tty: number;
  /** Processor seconds so far. */
  readonly cpuS: number;
  /** Ticks from boot to its start: with the pid, it names the process. */
  readonly start: number;
}

const TICKS = 100;

/** Fields 7, 14, 15 and 22 of `/proc/<pid>/stat`; null when the text is none. The name in field 2 may hold blanks and brackets. */
export function parseTimes(stat: string): ProcessTimes | null {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [tty, user, system, start] = [fields[4], fields[11], fields[12], fields[19]].map(Number);
  if (start === undefined || !Number.isInteger(start) || start === 0) return null;
  return { tty: tty ?? 0, cpuS: Math.round(((user ?? 0) + (system ?? 0)) / TICKS), start };
}

/** The container in `/proc/<pid>/cgroup`, 12 hex digits; `''` when it names none. */
export function parseContainer(cgroup: string): string {
  return /(?:docker|containerd|libpod|crio)[-/:][\w./:-]*?([0-9a-f]{64})/.exec(cgroup)?.[1]?.slice(0, 12) ?? '';
}
