/** `reactor status`: what the reactor sees and has to say, also while it is down. */

import { findDaemon } from '../app/client.ts';
import { formatDuration } from '../core/duration.ts';
import { PRIORITIES, type Finding, type Priority } from '../core/finding.ts';
import { toIso, type Instant } from '../core/time.ts';
import type { Store } from '../ports/store.ts';
import type { Cli } from './context.ts';
import type { Register } from './index.ts';
import { withState } from './state.ts';
import { toTable } from './table.ts';

interface SourceLine {
  readonly source: string;
  readonly host: string;
  readonly state: string;
  readonly reason: string;
  readonly since: string;
}

interface Status {
  /** `ready`, `starting` or `down`. */
  readonly daemon: 'ready' | 'starting' | 'down';
  readonly reasons: readonly string[];
  /** ISO, `''` when it never ran. */
  readonly alive_at: string;
  readonly sources: readonly SourceLine[];
  readonly findings: Readonly<Record<Priority, number>>;
  readonly pending: number;
  readonly outbox: Readonly<Record<string, number>>;
  readonly events: { readonly count: number; readonly newest: string };
}

/** Adds `status`. */
export const statusCommand: Register = (program, cli) => {
  program
    .command('status')
    .description('what the reactor sees: daemon, sources, findings, outbox; works while the daemon is down')
    .option('--json', 'as one JSON object')
    .action(async (options: { json?: boolean }) => {
      const config = cli.config();
      const [answer, state] = await Promise.all([findDaemon(config), withState(config, cli.now, readState)]);
      const daemon = answer.reached ? (answer.status === 200 ? 'ready' : 'starting') : 'down';
      const status: Status = { daemon, reasons: answer.reached ? [] : [answer.reason], ...state };
      if (options.json === true) cli.json(status);
      else for (const line of render(cli, status)) cli.say(line);
    });
};

function readState(store: Store): Omit<Status, 'daemon' | 'reasons'> {
  const open = store.findings.list({ states: ['firing', 'flapping'] });
  const alive = store.meta.get('alive_at');
  const [newest] = store.log.recent({ limit: 1 });
  return {
    alive_at: alive === null ? '' : toIso(Number(alive)),
    sources: [...store.log.latest('reactor.source')].flatMap((event) =>
      event.kind === 'reactor.source' ? [{ ...event.data, host: event.host }] : [],
    ),
    findings: byPriority(open),
    pending: store.findings.list({ states: ['pending'] }).length,
    outbox: store.outbox.counts(),
    events: { count: store.log.count(), newest: newest === undefined ? '' : toIso(newest.received) },
  };
}

function byPriority(findings: readonly Finding[]): Readonly<Record<Priority, number>> {
  const counts: Record<Priority, number> = { P0: 0, P1: 0, P2: 0, P3: 0, P4: 0 };
  for (const { priority } of findings) counts[priority]++;
  return counts;
}

function render(cli: Cli, status: Status): readonly string[] {
  const now = cli.now();
  const rows = [
    ['daemon', daemonLine(cli, status, now)],
    ['findings', findingsLine(cli, status)],
    [
      'outbox',
      `${status.outbox['waiting'] ?? 0} waiting, ${status.outbox['done'] ?? 0} done, ${status.outbox['dead'] ?? 0} dead`,
    ],
    ['events', `${status.events.count} in the log, newest ${ago(status.events.newest, now)}`],
    ...status.sources.map((source) => ['source', sourceLine(cli, source, now)]),
  ];
  return toTable(rows);
}

function daemonLine(cli: Cli, { daemon, alive_at }: Status, now: Instant): string {
  if (daemon === 'ready') return cli.style('green', 'ready');
  if (daemon === 'starting') return cli.style('yellow', 'starting: the sources have not all looked yet');
  return `${cli.style('red', 'down')}, last alive ${ago(alive_at, now)}; what follows is what it knew. Start it: reactor run`;
}

function findingsLine(cli: Cli, { findings, pending }: Status): string {
  const open = PRIORITIES.filter((priority) => findings[priority] > 0).map(
    (priority) => `${findings[priority]} ${priority}`,
  );
  const said =
    open.length === 0 ? cli.style('green', 'nothing is wrong that a rule knows of') : cli.style('red', open.join(', '));
  return pending === 0 ? said : `${said}, ${pending} pending`;
}

function sourceLine(cli: Cli, { source, host, state, reason, since }: SourceLine, now: Instant): string {
  const style = state === 'available' ? 'green' : state === 'degraded' ? 'yellow' : 'red';
  return `${source}@${host} ${cli.style(style, state)} for ${ago(since, now).replace(' ago', '')}${reason === '' ? '' : `: ${reason}`}`;
}

/** `3m ago`, `never`. */
function ago(iso: string, now: Instant): string {
  return iso === '' ? 'never' : `${formatDuration(now - Date.parse(iso))} ago`;
}
