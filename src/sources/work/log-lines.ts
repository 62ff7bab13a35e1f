/** What the lines of an agent's log say. Pure; a line whose time is not exactly one of the two forms has no time. */

import { parseIso, type Instant } from '../../core/time.ts';

export interface LogLine {
  readonly at: Instant;
  readonly text: string;
}

const OLD = /^\[(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}) UTC\] ?(.*)$/;
const NEW = /^\[(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z)\] ?(.*)$/;

/** `[2026-01-01 10:00:00 UTC] …` and `[2026-01-01T10:00:00Z] agent: …`; null for any other line. */
export function parseLogLine(line: string): LogLine | null {
  const old = OLD.exec(line);
  const at = parseIso(old === null ? (NEW.exec(line)?.[1] ?? '') : `${old[1]}T${old[2]}Z`);
  if (at === null) return null;
  return { at, text: old === null ? (NEW.exec(line)?.[2] ?? '') : (old[3] ?? '') };
}

export type Signal = 'no_ready_issues' | 'run_started' | 'run_done' | 'skipped_memory' | 'agent_running';

const SIGNALS: readonly (readonly [shape: RegExp, signal: Signal])[] = [
  [/\bno ready issues\b/i, 'no_ready_issues'],
  [/\bagent running \(PID \d+\)/i, 'agent_running'],
  [/\bSKIP: only \d+ ?MB available\b/i, 'skipped_memory'],
  [/^(?:[\w-]+: )?-{3} .*\brun (?:start|started|starting)\b.* ?-{3}$/i, 'run_started'],
  [/^(?:[\w-]+: )?-{3} .*\brun (?:done|end|ended|finished|complete|completed)\b.* ?-{3}$/i, 'run_done'],
  [/\b(?:launching|spawning|starting) [\w-]*agent\b/i, 'run_started'],
];

/** The signal in a line; null when it is none of note. */
export function signalOf(text: string): Signal | null {
  return SIGNALS.find(([shape]) => shape.test(text))?.[1] ?? null;
}

export interface LogSummary {
  readonly lastLineAt: Instant | null;
  readonly signal: Signal | '';
  readonly signalAt: Instant | null;
  /** How many of the last polls in a row found no ready issues. */
  readonly noReadyPolls: number;
  readonly lastRunAt: Instant | null;
  readonly lastDoneAt: Instant | null;
  readonly skippedMemoryAt: Instant | null;
}

/** What the end of a log says. Half a line at the front has no time and is left out. */
export function summarize(tail: string): LogSummary {
  const lines = tail.split('\n').flatMap((line) => parseLogLine(line.trimEnd()) ?? []);
  const signals = lines.flatMap(({ at, text }) => {
    const signal = signalOf(text);
    return signal === null ? [] : [{ at, signal }];
  });
  const lastOf = (wanted: Signal): Instant | null => signals.findLast(({ signal }) => signal === wanted)?.at ?? null;
  return {
    lastLineAt: lines.at(-1)?.at ?? null,
    signal: signals.at(-1)?.signal ?? '',
    signalAt: signals.at(-1)?.at ?? null,
    noReadyPolls: countNoReady(lines),
    lastRunAt: lastOf('run_started'),
    lastDoneAt: lastOf('run_done'),
    skippedMemoryAt: lastOf('skipped_memory'),
  };
}

/** A poll says how it ended in a line of its own. What is no poll, such as a run that began, breaks the row as well. */
function countNoReady(lines: readonly LogLine[]): number {
  let count = 0;
  for (const { text } of lines.toReversed()) {
    const signal = signalOf(text);
    if (signal === 'no_ready_issues') count += 1;
    else if (signal !== null || /\bpoll: /.test(text)) break;
  }
  return count;
}

export interface LogName {
  readonly agent: string;
  /** `''` when the agent has one log for all projects. */
  readonly project: string;
}

/** Agents that have a folder of logs. */
export const LOG_FOLDERS: ReadonlySet<string> = new Set([
  'dev',
  'action',
  'review',
  'supervisor',
  'vault',
  'site',
  'gardener',
  'planner',
  'predictor',
  'architect',
  'dispatcher',
]);

const POLL_LOG = /^(dev|review|gardener|planner|predictor|architect|supervisor|action|vault)(?:-poll|-run)?\.log$/;

/** Whose log a file is. `folder` is `''` right in the folder of logs; null when it is nobody's. */
export function parseLogName(folder: string, name: string): LogName | null {
  if (folder === '') {
    const agent = POLL_LOG.exec(name)?.[1];
    return agent === undefined ? null : { agent, project: '' };
  }
  if (!LOG_FOLDERS.has(folder) || !name.endsWith('.log')) return null;
  const stem = name.slice(0, -'.log'.length);
  const prefix = `${folder}-agent-`;
  return { agent: folder, project: stem.startsWith(prefix) ? stem.slice(prefix.length) : '' };
}
