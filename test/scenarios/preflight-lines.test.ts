/** The lines that the factory's tool prints, section by section, and those that ours adds; no other line may stand in any scenario. */

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const AGE = '(?:\\d+|\\?)min';
const TIME = '\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2} UTC';
const ISO = '\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(?:\\.\\d+)?Z';
const SIZE = '(?:\\d+(?:\\.\\d)?[KMGTP]?|\\?)';
const PLACE = '(?: \\[[^\\]]+\\])?';
const MORE = ' {0,2}… and \\d+ more';

/** Of the factory's tool, by the words of their heading. */
const THEIRS: Readonly<Record<string, readonly string[]>> = {
  'System Resources': [
    'RAM: (?:\\d+|\\?)MB available / (?:\\d+|\\?)MB total, Swap: (?:\\d+|\\?)MB used',
    `Disk: \\d+% used \\(${SIZE}/${SIZE} on /[^)]*\\)`,
    'Load: \\d+\\.\\d\\d \\d+\\.\\d\\d \\d+\\.\\d\\d(?: \\d+/\\d+ \\d+)?',
  ],
  Docker: ['NAMES +STATUS', '\\S+ +Up(?: .*)?', '\\S+ +Restarting(?: .*)?'],
  'Docker Allocs': [
    'NAME +STATUS +CPU% +RSS\\(MB\\) +IMAGE +RESTARTS +MOUNTS',
    '\\S+ +(?:running|paused|restarting) +(?:\\d+\\.\\d\\d|\\?) +(?:\\d+\\.\\d|\\?) +\\S+ +\\d+ +\\S+',
    'Top-3 RSS: \\S+ \\d+\\.\\dMB(?:, \\S+ \\d+\\.\\dMB){0,2}',
    'Top-3 CPU: \\S+ \\d+\\.\\d\\d%(?:, \\S+ \\d+\\.\\d\\d%){0,2}',
  ],
  'Host Volumes': [`/srv/disinto/\\S+ +${SIZE}`, '/srv/disinto not found'],
  'Active Sessions': [
    '\\S+: \\d+ windows(?: \\(created \\w{3} \\w{3} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d \\d{4}\\))?(?: \\(attached\\))?.*',
    'No tmux sessions',
  ],
  'Phase Files': [`  \\S+\\.phase: (?:PHASE:[a-z_]+|empty|unreadable.*) \\(${AGE} ago\\)${PLACE}`, '  None'],
  'Stale Phase Cleanup': [`  Grace: \\S+\\.phase — issue #\\d+ closed, \\d+h remaining`, '  None'],
  'Lock Files': [
    `  \\S+\\.(?:lock|pid): PID=(?:\\d+|\\?) (?:alive|dead|unknown) age=${AGE}${PLACE}`,
    '  None',
    'git-rebase: broken',
  ],
  'Recent Agent Logs': [`### [^/]+/\\S+ \\(last modified ${AGE} ago\\)${PLACE}`, '(?!#).*'],
  'CI Pipelines': ['\\d+\\t[a-z]+\\t[^\\t]+\\t\\d+', 'Stuck \\(>20min\\): \\d+', 'Pending \\(>30min\\): \\d+'],
  'Open PRs': ['#\\d+ \\[[^\\]]+\\] .* — updated (?:\\S+)', 'No open PRs'],
  'Issue Status': ['Backlog: \\d+, In-progress: \\d+, Blocked: \\d+'],
  'Stale Worktrees': [`  \\S+: \\d+min old${PLACE}`, '  None'],
  'Blocked Issues': ['  #\\d+: .*', '  None'],
  'Escalation Replies (from Matrix)': [`${ISO}\\t[^\\t]+\\t[^\\t]+`, '  None'],
  'Pending Vault Items': ['  \\S+\\.(?:md|toml): .+', '  None'],
  'Woodpecker Agent Health': [
    'Container: \\S+',
    'Status: [a-z]+',
    `Started: ${TIME}`,
    'gRPC errors \\(last 20m\\): (?:\\d+|\\?)',
    'Fast-fail pipelines \\(<60s, last 15m\\): \\d+',
    'Recent failures:',
    '  #\\d+: \\d+s',
    'WP Agent Health: (?:healthy|UNHEALTHY|unknown)',
    'Reason: .+',
  ],
  'WP Agent Health History': [`Last restart: (?:${TIME}|never since ${TIME})(?: \\(\\S+\\))?`],
};

/** Ours, where the decision about preflight says that it differs. */
const OURS: Readonly<Record<string, readonly string[]>> = {
  'System Resources': ['Disk: \\?', 'Load: \\? \\? \\?'],
  'Host Volumes': [`\\S+ +${SIZE}`, '  None'],
  'Active Sessions': ['\\S+: run (?:alive|dead|unknown).*'],
  'Stale Phase Cleanup': [
    `  Stale: \\S+\\.phase — issue #\\d+ closed at ${ISO}`,
    '  Kept: \\S+\\.phase — issue #\\d+(?:,| closed,) .*',
  ],
  'Recent Agent Logs': ['  None'],
  'CI Pipelines': ['  (?:Stuck|Pending) \\(\\d+\\): \\d+(?:, \\d+)*(?: … and \\d+ more)?'],
  'Stale Worktrees': [`  \\S+: idle ${AGE}, .+`],
  'Escalation Replies (from Matrix)': [' ?\\S.*'],
  'Woodpecker Agent Health': ['  #\\d+: \\d+s \\(\\S+\\)'],
};

const SAID = '  (?:degraded|unavailable|not configured): .+';

const FOLDER = new URL('preflight/', import.meta.url);
const LINES = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.txt'))
  .flatMap((name) => {
    let heading = '';
    return readFileSync(new URL(name, FOLDER), 'utf8')
      .split('\n')
      .flatMap((line) => {
        if (line.startsWith('## ')) heading = line.slice(3);
        return line === '' || line.startsWith('## ') ? [] : [{ name, heading, line }];
      });
  });

/** `Open PRs (harb)` is `Open PRs`. */
const wordsOf = (heading: string): string =>
  THEIRS[heading] === undefined ? heading.replace(/ \(.*\)$/, '') : heading;

test.each(LINES)('$name, $heading: $line', ({ heading, line }) => {
  const words = wordsOf(heading);
  const theirs = THEIRS[words];
  if (theirs === undefined) throw new Error(`no such section: ${heading}`);
  const allowed = [...theirs, ...(OURS[words] ?? []), SAID, MORE];
  expect(allowed.some((pattern) => new RegExp(`^(?:${pattern})$`).test(line))).toBe(true);
});

test('every line of theirs stands in some scenario', () => {
  const missing = Object.entries(THEIRS).flatMap(([words, patterns]) =>
    patterns
      .filter((pattern) => {
        const shape = new RegExp(`^(?:${pattern})$`);
        return !LINES.some(({ heading, line }) => wordsOf(heading) === words && shape.test(line));
      })
      .map((pattern) => `${words}: ${pattern}`),
  );
  expect(missing).toEqual([]);
});
